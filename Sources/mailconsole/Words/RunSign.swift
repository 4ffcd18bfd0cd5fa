internal import Runbooks
internal import TUI

/// How the state of a run looks.
struct RunSign {
  let sign: String
  let style: Style
  let words: String

  /// - Parameter operators: who holds which roles in the run.
  /// - Parameter isHeld: whether some process holds the run; without one nothing in it moves.
  init(
    _ status: RunStatus,
    isHeld: Bool = true,
    among operators: [RunOperator] = [],
    glyphs: GlyphSet
  ) {
    switch status {
    case .running where !isHeld:
      (sign, style, words) = (glyphs.unknown, .warning, "no runner; take it to go on")
    case .notCreated: (sign, style, words) = (glyphs.pending, .dim, "never begun")
    case .running: (sign, style, words) = (glyphs.running, .running, "running")
    case .paused(let by, _): (sign, style, words) = (glyphs.paused, .waiting, "paused by \(by)")
    case .waiting(let items):
      (sign, style, words) = (glyphs.waiting, .waiting, Self.waiting(items, among: operators))
    case .unknown(let items):
      (sign, style, words) = (
        glyphs.unknown, .unknown,
        "outcome unknown: " + Self.names(items.filter { $0.kind == .unknown })
      )
    case .ended(.completed, _): (sign, style, words) = (glyphs.passed, .good, "completed")
    case .ended(.failed, _): (sign, style, words) = (glyphs.failed, .bad, "failed")
    case .ended(.aborted, _): (sign, style, words) = (glyphs.failed, .warning, "aborted")
    }
  }

  /// What a run waits for, and whom.
  static func waiting(_ items: [WaitingItem], among operators: [RunOperator] = []) -> String {
    guard let first = items.first else { return "waits" }
    let roles = Set(items.flatMap(\.roles)).sorted()
    let whom = RoleNames.text(roles, among: operators, joinedBy: ", ")
    let more = items.count > 1 ? " and \(items.count - 1) more" : ""
    return "waits for \(whom): \(first.step)\(more)"
  }

  private static func names(_ items: [WaitingItem]) -> String {
    items.map(\.step.name).joined(separator: ", ")
  }
}
