internal import Runbooks
internal import TUI

/// How the guardrails of a run look: one fact for the header, and lines for who reads on.
enum GuardrailSign {
  /// The worst that the guardrails say, in a few words; nil where none is in force and none holds
  /// the run.
  ///
  /// - Parameter isShort: whether there is room for the sign alone.
  static func fact(of state: RunState, glyphs: GlyphSet, isShort: Bool = false) -> StyledText? {
    guard state.ended == nil, state.rollback == nil else { return nil }
    let inForce = state.guardrailsInForce.map(\.id)
    let standings = state.guardrails.filter {
      inForce.contains($0.guardrail) || $0.isTripped || $0.hasCleared
    }
    guard !inForce.isEmpty || !standings.isEmpty else { return nil }
    if let worst = worst(of: standings) {
      let (sign, style, note) = look(of: worst, glyphs)
      let more = standings.count { $0.isBad && $0.guardrail != worst.guardrail }
      let name = isShort ? "" : " \(worst.guardrail.check)\(note)\(more > 0 ? " +\(more)" : "")"
      return StyledText("guard \(sign)\(name)", style)
    }
    let unread = inForce.count { state.standing(of: $0) == nil }
    guard unread == 0 else {
      return StyledText(isShort ? "guard" : "guard \(inForce.count) unread", .dim)
    }
    return StyledText(isShort ? "guard ok" : "guard \(inForce.count) ok", .good)
  }

  /// The one that asks most of whoever looks; nil: all is well.
  private static func worst(of standings: [GuardrailStanding]) -> GuardrailStanding? {
    standings.filter(\.isBad).max { $0.weight < $1.weight }
  }

  private static func look(
    of standing: GuardrailStanding,
    _ glyphs: GlyphSet
  ) -> (sign: String, style: Style, note: String) {
    if standing.hasCleared { return (glyphs.passed, .waiting, " cleared") }
    switch standing.verdict {
    case .fail where standing.overruledBy != nil: return (glyphs.failed, .warning, " overruled")
    case .fail: return (glyphs.failed, .bad, "")
    case .undetermined: return (glyphs.unknown, standing.isTripped ? .bad : .unknown, "")
    case .warn, .pass: return (glyphs.warned, .warning, "")
    }
  }

  /// What holds the run, and how it goes on; empty where no guardrail does.
  static func lines(of state: RunState) -> [StyledText] {
    let isTripped = !state.trippedGuardrails.isEmpty
    let words = state.guardrailFindings
    guard !words.isEmpty else { return [] }
    guard isTripped else {
      return words.map { StyledText($0, .waiting) } + [
        StyledText("p lets the run go on.", .waiting)
      ]
    }
    let undone = state.guardrailRollback.map(\.name).joined(separator: ", ")
    let undo = undone.isEmpty ? "" : "; :rollback undoes \(undone)"
    return words.map { StyledText($0, .bad) }
      + [StyledText("p goes on all the same, and asks why\(undo).", .waiting)]
  }
}

extension GuardrailStanding {
  /// Whether it is to be seen before those that are well.
  fileprivate var isBad: Bool { verdict > .pass || isTripped || hasCleared }

  fileprivate var weight: Int {
    if isTripped { return 5 }
    if hasCleared { return 4 }
    return switch verdict {
    case .fail: 3
    case .undetermined: 2
    case .warn: 1
    case .pass: 0
    }
  }
}
