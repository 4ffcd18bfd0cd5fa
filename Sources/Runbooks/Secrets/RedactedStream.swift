internal import Synchronization

/// One stream of output on its way out: what is known to be secret when a byte passes stays inside.
///
/// A class because pieces come one after the other and what may be half a secret is held in
/// between. A secret that becomes known on the way is looked for from there on.
public final class RedactedStream: Sendable {
  private struct State {
    var redactor: Redactor?
    var version = 0
  }

  private let vault: SecretVault
  private let state = Mutex(State())

  public init(_ vault: SecretVault) { self.vault = vault }

  /// Takes a piece and gives what may be shown of it and of what was held back.
  public func take(_ bytes: [UInt8]) -> [UInt8] {
    state.withLock { state in
      guard let (patterns, version) = vault.patterns() else {
        return state.redactor == nil ? bytes : finish(&state) + bytes
      }
      var known = bytes
      if state.redactor == nil || state.version != version {
        known = (state.redactor?.rest ?? []) + bytes
        state.redactor = Redactor(patterns)
        state.version = version
      }
      return state.redactor?.take(known) ?? known
    }
  }

  /// Ends the stream and gives the rest of it.
  public func finish() -> [UInt8] { state.withLock { finish(&$0) } }

  private func finish(_ state: inout State) -> [UInt8] {
    defer { state.redactor = nil }
    return state.redactor?.finish() ?? []
  }
}
