internal import Runbooks
internal import TUI

/// Something done elsewhere that an operator waits for, and can leave.
struct PendingWork: Sendable, Hashable {
  enum Kind: Sendable, Hashable {
    /// A run is opened, or begun.
    case opening(String)
    /// The runner was told something.
    case answer
    /// A key signs; its fingerprint once the agent has named it.
    case signature(by: String, key: String?)
    /// Something is read, by its name: `the queue`.
    case reading(String)
  }

  var kind: Kind
  let since: ContinuousClock.Instant
  /// The runner that is waited for, where one is known.
  var process: Int32?

  /// How long nothing is said of it: most answers come at once.
  static let quiet = Duration.seconds(1)

  /// What is waited for, for how long, and how to leave it; nil while it is too young to tell.
  func words(at now: ContinuousClock.Instant) -> StyledText? {
    let waited = now - since
    let time = "\(max(0, waited.components.seconds))s"
    let runner = process.map { "The runner (process \($0))" } ?? "The runner"
    switch kind {
    case .signature(let name, let key):
      let with = key.map { ", \($0.prefix(15))" } ?? ""
      return StyledText(
        "Touch your key if it blinks: \(name)\(with); \(time), esc leaves it",
        .waiting
      )
    case _ where waited < Self.quiet: return nil
    case .opening(let run) where process == nil:
      return StyledText("Opening \(run): \(time), esc leaves it", .waiting)
    case .opening(let run):
      return StyledText("\(runner) does not answer yet: \(time), esc leaves \(run)", .warning)
    case .answer:
      return StyledText("\(runner) does not answer yet: \(time), esc stops waiting", .warning)
    case .reading(let name):
      return StyledText("Reading \(name): \(time), esc leaves it", .waiting)
    }
  }

  /// What is said once it was left.
  var left: String {
    switch kind {
    case .opening(let run): "\(run) was left; nothing was changed in it from here."
    case .answer: "No longer waited for; the record shows whether it was taken up."
    case .signature: "Signing was left: nothing was signed and nothing was sent."
    case .reading(let name): "Reading \(name) was left."
    }
  }
}

extension ConsoleModel {
  /// What stands in the line above the footer while something is waited for.
  var pendingWords: StyledText? {
    guard let clock else { return nil }
    for (_, work) in pending.sorted(by: { $0.key < $1.key }) {
      if let words = work.words(at: clock) { return words }
    }
    return nil
  }

  /// Whether a key is signing; a second signature would ask for a second touch.
  var isSigning: Bool {
    pending.values.contains { if case .signature = $0.kind { true } else { false } }
  }

  /// Leaves what is waited for, if it is said that something is; nil: there is nothing.
  mutating func leavePending() -> [ConsoleEffect]? {
    guard pendingWords != nil else { return nil }
    return [.leaveWork]
  }
}
