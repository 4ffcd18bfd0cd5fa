internal import Runbooks
internal import TUI

/// The go-live board in words, for the screen and for the command.
enum PlanText {
  /// `14/27 tickets  3/8 exit criteria`.
  static func counts(_ board: PlanBoard) -> String {
    let done = board.rows.count { $0.isDone }
    let met = board.exit.count { $0.isMet }
    return "\(done)/\(board.rows.count) tickets  \(met)/\(board.exit.count) exit criteria"
  }

  /// The longest way that is left, or that none is.
  static func path(_ board: PlanBoard) -> String {
    let path = board.criticalPath
    return path.isEmpty
      ? "every ticket is done" : "critical path: " + path.map(\.name).joined(separator: " ")
  }

  /// Where a ticket stands, in a word or two.
  static func state(_ progress: PlanBoard.Progress) -> String {
    switch progress {
    case .done: return "done"
    case .old: return "too old"
    case .ready: return "ready"
    case .blocked: return "blocked"
    case .open(let run):
      if case .waiting(let items) = run.status, items.contains(where: { $0.kind == .approval }) {
        return "sign-off"
      }
      return "\(run.ended)/\(run.count)"
    }
  }

  /// Who signed, who is waited for, or what comes first.
  static func who(_ row: PlanBoard.Row, among operators: [RunOperator]) -> String {
    switch row.progress {
    case .done(let run), .old(let run):
      let signed = run.signatures.filter { $0.roles.contains(row.ticket.accountable) }.last
      return signed.map { $0.by + ($0.isByKey ? " key" : "") } ?? ""
    case .blocked(let tickets): return tickets.map(\.name).joined(separator: " ")
    case .ready: return names(of: row.ticket.owner, among: operators)
    case .open(let run):
      if case .waiting(let items) = run.status,
        let item = items.first(where: { $0.kind == .approval }) ?? items.first
      {
        let holders = run.operators.filter { holder in
          item.roles.contains { holder.roles.contains($0) }
        }
        return (holders.isEmpty ? "anyone" : holders.map(\.name).joined(separator: ", "))
          + ": asked"
      }
      return run.driver.map { "\($0) drives" } ?? "nobody drives"
    }
  }

  private static func names(of role: Role, among operators: [RunOperator]) -> String {
    let names = operators.filter { $0.roles.contains(role) }.map(\.name)
    return names.isEmpty ? role.name : names.joined(separator: ", ")
  }

  /// How many of the proofs hold, of those that something can hold: `3/4`.
  static func proofs(_ findings: [PlanBoard.Finding]) -> String {
    let provable = findings.filter { $0.standing != .unproved }
    return "\(provable.count { $0.standing.isHeld })/\(provable.count)"
  }

  /// How old the oldest proof that holds is.
  static func age(_ findings: [PlanBoard.Finding], _ now: Moment) -> String {
    let held = findings.compactMap { finding -> Moment? in
      if case .holds(let moment) = finding.standing { moment } else { nil }
    }
    return held.min().map { AgeText.since($0, now) } ?? ""
  }

  /// What a proof is.
  static func name(_ proof: Proof) -> String {
    switch proof.evidence {
    case .check(let id): "check \(id)"
    case .runbook(let id, let step?): "step \(id)/\(step)"
    case .runbook(let id, nil): "runbook \(id)"
    case .exercise(let id): "the exercise \(id)"
    case .signed(let role, let statement): "\(role) signs: \(statement)"
    case .later(let reason): "not proved by anything here: \(reason)"
    }
  }

  /// Where a proof stands.
  static func words(_ standing: PlanBoard.Standing, _ now: Moment) -> String {
    switch standing {
    case .holds(let moment): "holds, \(AgeText.since(moment, now)) old"
    case .old(let moment): "too old: \(AgeText.since(moment, now))"
    case .fails(.undetermined, let moment): "could not be told, \(AgeText.since(moment, now)) ago"
    case .fails(_, let moment): "FAILS, \(AgeText.since(moment, now)) ago"
    case .missing: "missing"
    case .unproved: ""
    }
  }

  static func glyph(_ standing: PlanBoard.Standing, _ glyphs: GlyphSet) -> (String, Style) {
    switch standing {
    case .holds: (glyphs.passed, .good)
    case .old: (glyphs.warned, .warning)
    case .fails(.undetermined, _): (glyphs.unknown, .unknown)
    case .fails: (glyphs.failed, .bad)
    case .missing: (glyphs.pending, .dim)
    case .unproved: (glyphs.skipped, .dim)
    }
  }

  /// The whole board as lines.
  static func lines(_ board: PlanBoard, among operators: [RunOperator]) -> [String] {
    var lines = ["\(board.plan.title): \(counts(board))", path(board)]
    for wave in board.plan.waves {
      let rows = board.rows.filter { $0.wave == wave.number }
      lines += ["", "\(wave.name)  \(rows.count { $0.isDone })/\(rows.count)"]
      for row in rows {
        lines.append(
          "  " + row.ticket.id.name.padding(to: 7) + row.ticket.title.padding(to: 46)
            + row.ticket.owner.name.padding(to: 4) + state(row.progress).padding(to: 10)
            + proofs(row.findings).padding(to: 7) + age(row.findings, board.read).padding(to: 8)
            + who(row, among: operators)
        )
      }
    }
    lines += ["", "Exit criteria"]
    for exit in board.exit {
      lines.append(
        "  " + exit.criterion.id.name.padding(to: 8) + (exit.isMet ? "met" : "open").padding(to: 6)
          + proofs(exit.findings).padding(to: 6) + exit.criterion.title
      )
      lines += exit.findings.filter { !$0.standing.isHeld }.map {
        "           " + sentence($0, board.read)
      }
    }
    return lines
  }

  /// A proof and where it stands, in a line.
  static func sentence(_ finding: PlanBoard.Finding, _ now: Moment) -> String {
    let words = words(finding.standing, now)
    return name(finding.proof) + (words.isEmpty ? "" : ": \(words)")
  }
}
