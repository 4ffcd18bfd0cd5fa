internal import Synchronization

/// The secrets of a run, in the memory of the process that performs it and nowhere else.
///
/// A class because there is one a run, and what was given once must be known to every output that
/// comes after it. When its process dies they are forgotten, and the run asks again.
public final class SecretVault: Sendable {
  struct Storage {
    var key: SecretKey?
    private(set) var secrets: [SecretMark: [UInt8]] = [:]
    private(set) var patterns: SecretPatterns?
    /// Counts what was given, so that an output under way can see that there is more to look for.
    private(set) var version = 0
    /// Who is told of every secret that is added, by number.
    var listeners: [Int: AsyncStream<[UInt8]>.Continuation] = [:]
    var listenersMade = 0

    mutating func hold(_ secrets: [SecretMark: [UInt8]]) {
      guard secrets != self.secrets else { return }
      self.secrets = secrets
      version += 1
      let sorted = secrets.map { (mark: $0.key, bytes: $0.value) }
        .sorted { $0.mark.description < $1.mark.description }
      patterns = sorted.isEmpty ? nil : SecretPatterns(sorted)
    }

    /// Overwrites the bytes as far as it is still known where they are.
    mutating func overwrite() {
      for mark in secrets.keys {
        secrets[mark]?.withUnsafeMutableBytes { bytes in
          for index in bytes.indices { bytes[index] = 0 }
        }
      }
    }
  }

  let storage = Mutex(Storage())
  private let makeKey: @Sendable () throws(JournalError) -> SecretKey
  private let removeKey: @Sendable () -> Void
  /// Called before the first secret is kept.
  let willHold: @Sendable () -> Void

  /// Secrets of a run whose key is kept in its directory.
  ///
  /// - Parameter willHold: called before the first secret is kept.
  public init(of directory: RunDirectory, willHold: @escaping @Sendable () -> Void) {
    makeKey = { () throws(JournalError) in try SecretKey.kept(in: directory) }
    removeKey = { SystemFiles.remove(directory.secretKey) }
    self.willHold = willHold
  }

  /// Secrets under a key that nothing keeps.
  ///
  /// - Parameter willHold: called before the first secret is kept.
  public init(willHold: @escaping @Sendable () -> Void = {}) {
    let key = SecretKey()
    makeKey = { () throws(JournalError) in key }
    removeKey = {}
    self.willHold = willHold
  }

  /// Why a text is not kept as a secret.
  public enum Refusal: Error {
    case unfit(InputRefusal)
    case record(JournalError)
  }

  /// Keeps a secret and gives its mark.
  ///
  /// - Parameter shown: texts that everybody may read; what stands there is no secret.
  func take(_ secret: [UInt8], unlessIn shown: [[UInt8]] = []) throws(Refusal) -> SecretMark {
    do throws(InputRefusal) {
      try SecretForms.check(secret)
    } catch {
      throw .unfit(error)
    }
    let alone = SecretPatterns([(SecretMark(nil), secret)])
    guard !shown.contains(where: { alone.isShown(in: $0) }) else {
      throw .unfit(
        InputRefusal(
          message: "that value stands in the runbook or in the record of this run already",
          fix: "It is no secret any more; make a new one and give that."
        )
      )
    }
    let key: SecretKey
    do throws(JournalError) {
      if let known = storage.withLock({ $0.key }) {
        key = known
      } else {
        key = try makeKey()
        willHold()
      }
    } catch {
      throw .record(error)
    }
    let mark = key.mark(of: secret)
    let listeners = storage.withLock { storage in
      storage.key = key
      guard storage.secrets[mark] == nil else { return [AsyncStream<[UInt8]>.Continuation]() }
      storage.hold(storage.secrets.merging([mark: secret]) { _, new in new })
      return Array(storage.listeners.values)
    }
    if !listeners.isEmpty {
      let all = handover
      for listener in listeners { listener.yield(all) }
    }
    return mark
  }

  /// The secret of a mark; nil: it was given to another process, or is forgotten.
  public func reveal(_ mark: SecretMark) -> [UInt8]? { storage.withLock { $0.secrets[mark] } }

  public var isEmpty: Bool { storage.withLock { $0.secrets.isEmpty } }

  /// What to look for now; nil: nothing.
  func patterns() -> (patterns: SecretPatterns, version: Int)? {
    storage.withLock { storage in storage.patterns.map { ($0, storage.version) } }
  }

  /// Bytes with every secret replaced by its mark.
  public func redact(_ bytes: [UInt8]) -> [UInt8] { patterns()?.patterns.redact(bytes) ?? bytes }

  /// A text with every secret replaced by its mark.
  public func redact(_ text: String) -> String {
    guard let patterns = patterns()?.patterns else { return text }
    let bytes = Array(text.utf8)
    let redacted = patterns.redact(bytes)
    return redacted == bytes ? text : String(decoding: redacted, as: UTF8.self)
  }

  /// Forgets every secret and the key; no mark can be made or tried any more.
  func forget() {
    storage.withLock { storage in
      storage.overwrite()
      storage = Storage()
    }
    removeKey()
  }
}

extension SecretForms {
  /// Refuses what cannot be kept secret.
  static func check(_ secret: [UInt8]) throws(InputRefusal) {
    let count = secret.count { !isLineEnd($0) }
    guard count >= minimum else {
      throw InputRefusal(
        message: "it has \(count) bytes, and a secret has at least \(minimum)",
        fix: "A shorter one is found all over any text and guessed at once; choose a longer one."
      )
    }
    guard secret.count <= maximum else {
      throw InputRefusal(
        message: "it has \(secret.count) bytes, and a secret has at most \(maximum)",
        fix: "Give the key by which the program can fetch the rest."
      )
    }
    guard !secret.contains(0) else {
      throw InputRefusal(message: "it holds a NUL byte", fix: "Encode it, e.g. in base64.")
    }
  }
}
