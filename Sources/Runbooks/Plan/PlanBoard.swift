/// Where the plan stands on a site: what of it is proved, who signed it, and who is waited for.
///
/// Worked out from the records of runs and the last results of checks; it is a view and no evidence.
public struct PlanBoard: Sendable, Hashable {
  /// How old a run may be that still counts: as the waves take one for their tickets.
  static let freshRuns = Duration.seconds(90 * 86_400)
  /// How old the result of a check may be.
  static let freshChecks = Duration.seconds(86_400)

  /// Where one proof stands.
  public enum Standing: Sendable, Hashable {
    /// It holds, and was found when.
    case holds(Moment)
    /// It held, too long ago to count.
    case old(Moment)
    /// The check says that it does not hold, or could not say.
    case fails(CheckVerdict, Moment)
    /// It was never looked at, done or signed.
    case missing
    /// Nothing that is shipped proves it.
    case unproved

    public var isHeld: Bool { if case .holds = self { true } else { false } }
  }

  /// A proof and where it stands.
  public struct Finding: Sendable, Hashable {
    public let proof: Proof
    public let standing: Standing
  }

  /// Where a ticket stands.
  public enum Progress: Sendable, Hashable {
    /// Its run completed, and whoever answers for it signed.
    case done(PlanRun)
    /// A run of it is open.
    case open(PlanRun)
    /// It was done, too long ago to count.
    case old(PlanRun)
    /// Nothing stands in its way.
    case ready
    /// These tickets come first.
    case blocked([PlanID])
  }

  public struct Row: Sendable, Hashable {
    public let ticket: PlanTicket
    public let wave: Int
    /// The runbook that leads to its signature.
    public let runbook: RunbookID
    public let progress: Progress
    public let findings: [Finding]

    public var isDone: Bool { if case .done = progress { true } else { false } }

    /// Whether all that can be proved of it is proved now.
    public var isProved: Bool { findings.areHeld }
  }

  public struct Exit: Sendable, Hashable {
    public let criterion: ExitCriterion
    public let findings: [Finding]

    /// Whether all that can be proved of it is proved now.
    public var isMet: Bool { findings.areHeld }
  }

  public let plan: Plan
  /// The tickets in the order of the plan.
  public let rows: [Row]
  public let exit: [Exit]
  /// When it was worked out, by the wall clock.
  public let read: Moment

  /// - Parameters:
  ///   - runs: as ``RunStore/planRuns(of:site:world:load:)`` gives them.
  ///   - checks: the last results on the site.
  public init(
    _ plan: Plan,
    runs: [PlanRun],
    checks: CheckHistory,
    now: Moment
  ) {
    let facts = Facts(runs: runs, checks: checks, now: now)
    var done: Set<PlanID> = []
    for ticket in plan.tickets where facts.completed(ticket) != nil { done.insert(ticket.id) }
    rows = plan.waves.flatMap { wave in
      wave.tickets.map { ticket in
        Row(
          ticket: ticket,
          wave: wave.number,
          runbook: Self.runbook(of: ticket),
          progress: facts.progress(of: ticket, done: done),
          findings: ticket.proof.map {
            Finding(proof: $0, standing: facts.standing(of: $0, for: [Self.runbook(of: ticket)]))
          }
        )
      }
    }
    exit = plan.exit.map { criterion in
      let tickets = criterion.tickets.map { Self.runbook(named: $0.id) }
      return Exit(
        criterion: criterion,
        findings: criterion.proof.map {
          Finding(proof: $0, standing: facts.standing(of: $0, for: tickets))
        }
      )
    }
    self.plan = plan
    read = now
  }

  /// The runbook of a ticket bears its name: `MS-3` is `ms-3`.
  public static func runbook(of ticket: PlanTicket) -> RunbookID { runbook(named: ticket.id) }

  private static func runbook(named id: PlanID) -> RunbookID { RunbookID(id.name.lowercased()) }

  /// The runbooks whose runs tell where a plan stands.
  public static func runbooks(of plan: Plan) -> Set<RunbookID> {
    var ids = Set(plan.tickets.map(runbook(of:)))
    for proof in plan.items.flatMap({ $0.proof }) {
      switch proof.evidence {
      case .runbook(let id, _): ids.insert(id)
      case .exercise(let id): ids.insert(id.runbook)
      case .check, .signed, .later: break
      }
    }
    return ids
  }
}

extension PlanBoard {
  /// Whether every exit criterion is met and every ticket done.
  public var isComplete: Bool { exit.allSatisfy(\.isMet) && rows.allSatisfy(\.isDone) }

  /// The longest way through what is not done, each ticket after the one before it.
  public var criticalPath: [PlanID] {
    let open = Dictionary(
      rows.filter { !$0.isDone }.map { ($0.ticket.id, $0.ticket) },
      uniquingKeysWith: { first, _ in first }
    )
    var longest: [PlanID: [PlanID]] = [:]
    // Lint refuses a circle; here one would end where it began.
    func path(to id: PlanID, _ behind: Set<PlanID>) -> [PlanID] {
      if let known = longest[id] { return known }
      guard let ticket = open[id], !behind.contains(id) else { return [] }
      let before = ticket.needs.map { path(to: $0.id, behind.union([id])) }
      let path = (before.max { $0.count < $1.count } ?? []) + [id]
      longest[id] = path
      return path
    }
    return rows.map { path(to: $0.ticket.id, []) }.reduce([]) { $1.count > $0.count ? $1 : $0 }
  }
}

extension [PlanBoard.Finding] {
  /// Whether something can be proved, and all that can be holds.
  fileprivate var areHeld: Bool {
    let provable = filter { $0.standing != .unproved }
    return !provable.isEmpty && provable.allSatisfy(\.standing.isHeld)
  }
}

/// What is known, and how it is judged.
private struct Facts {
  private let open: [RunbookID: PlanRun]
  private let completed: [RunbookID: PlanRun]
  private let checks: CheckHistory
  private let now: Moment

  init(runs: [PlanRun], checks: CheckHistory, now: Moment) {
    func newest(_ wanted: (PlanRun) -> Bool) -> [RunbookID: PlanRun] {
      Dictionary(
        runs.filter(wanted).map { ($0.runbook, $0) },
        uniquingKeysWith: { $0.last >= $1.last ? $0 : $1 }
      )
    }
    open = newest { $0.status.isOpen }
    completed = newest { $0.isCompleted }
    self.checks = checks
    self.now = now
  }

  private func isFresh(_ moment: Moment, for span: Duration) -> Bool { now.since(moment) <= span }

  /// The run that did a ticket, where it still counts.
  func completed(_ ticket: PlanTicket) -> PlanRun? {
    guard let run = completed[PlanBoard.runbook(of: ticket)],
      isFresh(run.last, for: PlanBoard.freshRuns), run.isSigned(by: ticket.accountable)
    else { return nil }
    return run
  }

  func progress(of ticket: PlanTicket, done: Set<PlanID>) -> PlanBoard.Progress {
    let id = PlanBoard.runbook(of: ticket)
    if let run = completed(ticket) { return .done(run) }
    if let run = open[id] { return .open(run) }
    let missing = ticket.needs.map(\.id).filter { !done.contains($0) }
    guard missing.isEmpty else { return .blocked(missing) }
    return completed[id].map { .old($0) } ?? .ready
  }

  /// - Parameter tickets: whose runs a signed statement is looked for in.
  func standing(of proof: Proof, for tickets: [RunbookID]) -> PlanBoard.Standing {
    switch proof.evidence {
    case .later: .unproved
    case .check(let id): standing(of: id)
    case .runbook(let id, let step):
      held([completed[id], open[id]].compactMap { run in run.flatMap { $0.proof(of: step) } })
    case .exercise(let id): held([completed[id.runbook]].compactMap { $0?.last })
    case .signed(let role, _):
      held(
        tickets.compactMap { completed[$0] }.flatMap(\.signatures)
          .filter { $0.roles.contains(role) }.map(\.at)
      )
    }
  }

  private func standing(of check: CheckID) -> PlanBoard.Standing {
    guard let entry = checks.entries[check] else { return .missing }
    guard entry.verdict == .pass || entry.verdict == .warn else {
      return .fails(entry.verdict, entry.at)
    }
    return isFresh(entry.at, for: PlanBoard.freshChecks) ? .holds(entry.at) : .old(entry.at)
  }

  private func held(_ moments: [Moment]) -> PlanBoard.Standing {
    guard let newest = moments.max() else { return .missing }
    return isFresh(newest, for: PlanBoard.freshRuns) ? .holds(newest) : .old(newest)
  }
}

extension PlanRun {
  fileprivate func isSigned(by role: Role) -> Bool {
    signatures.contains { $0.roles.contains(role) }
  }

  /// When a step was proved; without a step, when the run came to its end.
  fileprivate func proof(of step: StepID?) -> Moment? {
    if let step { return proved[step] }
    return isCompleted ? last : nil
  }
}
