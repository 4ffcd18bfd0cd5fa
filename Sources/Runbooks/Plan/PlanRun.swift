/// What the record of a run tells about the plan.
public struct PlanRun: Sendable, Hashable {
  /// A statement that somebody agreed to.
  public struct Signature: Sendable, Hashable {
    public let step: StepID
    public let by: String
    /// The person's roles that the statement asked for.
    public let roles: [Role]
    /// Whether a key signed it; else the name was typed.
    public let isByKey: Bool
    /// When, by the wall clock.
    public let at: Moment
  }

  public let run: RunID
  public let runbook: RunbookID
  public let status: RunStatus
  /// Who drives it now; nil: nobody.
  public let driver: String?
  /// Who holds which roles in it.
  public let operators: [RunOperator]
  /// How many steps it has.
  public let count: Int
  /// How many of them have ended, whichever way.
  public let ended: Int
  /// The steps that ended well, and when, by the wall clock.
  public let proved: [StepID: Moment]
  /// Of steps that ended well, in the order of the record.
  public let signatures: [Signature]
  /// When its first and its last event were recorded, by the wall clock.
  public let began: Moment
  public let last: Moment

  /// Whether it came to its end as it should.
  public var isCompleted: Bool {
    if case .ended(.completed, _) = status { true } else { false }
  }
}

extension RunStore {
  /// The runs that tell where the plan stands on a site: of each runbook the newest that completed,
  /// and the newest that is open.
  ///
  /// It is for a board, as ``summaries(of:clock:load:)`` is for a list: of a damaged run nothing is
  /// told, and what is decided on a run is decided on its record.
  ///
  /// - Parameter runbooks: those that the plan names.
  public func planRuns(
    of runbooks: Set<RunbookID>,
    site: String,
    world: World,
    load: (RunbookSource) throws -> Runbook
  ) throws(JournalError) -> [PlanRun] {
    var open: [RunbookID: RunSummary] = [:]
    var completed: [RunbookID: RunSummary] = [:]
    for summary in try summaries(load: load) {
      guard let created = summary.created, let status = summary.status,
        runbooks.contains(created.runbook), created.site == site,
        // An exercise is played in the simulated world alone, and proves that it was played.
        created.mode == (created.runbook.exercise == nil ? world : .tabletop)
      else { continue }
      if status.isOpen {
        open[created.runbook] = open[created.runbook] ?? summary
      } else if case .ended(.completed, _) = status {
        completed[created.runbook] = completed[created.runbook] ?? summary
      }
    }
    let wanted = [RunSummary](open.values) + [RunSummary](completed.values)
    var runs: [PlanRun] = []
    for summary in wanted.sorted(by: { $0.run < $1.run }) {
      guard let directory = directory(of: summary.run) else { continue }
      if let run = try? PlanRun(summary, directory, load) { runs.append(run) }
    }
    return runs
  }
}

extension PlanRun {
  fileprivate init?(
    _ summary: RunSummary,
    _ directory: RunDirectory,
    _ load: (RunbookSource) throws -> Runbook
  ) throws {
    guard let created = summary.created, let status = summary.status, let last = summary.last
    else { return nil }
    let reader = JournalReader(directory)
    let state = try reader.state(of: try load(try directory.pinnedSource()))
    let entries = try reader.entries()
    // By the wall clock: that of a run in a simulated world tells nothing about the age of a proof.
    var heard: [StepID: Moment] = [:]
    for entry in entries { if let step = entry.event.step { heard[step] = entry.wall } }
    var proved: [StepID: Moment] = [:]
    for (step, standing) in state.steps where standing.isProof { proved[step.id] = heard[step.id] }
    run = summary.run
    runbook = created.runbook
    self.status = status
    driver = summary.driver
    operators = created.operators
    count = state.steps.count
    ended = state.steps.count { $0.state.hasEnded }
    self.proved = proved
    signatures = Self.signatures(in: entries).filter { proved[$0.step] != nil }
    began = summary.began ?? last
    self.last = last
  }

  /// The statements that stand: a sign-off that is asked for anew forgets those before.
  private static func signatures(in entries: [JournalEntry]) -> [Signature] {
    var given: [Signature] = []
    for entry in entries {
      switch entry.event {
      case .approvalRequested(let event): given.removeAll { $0.step == event.step }
      case .approvalGiven(let event):
        given.append(
          Signature(
            step: event.step,
            by: event.by,
            roles: event.roles,
            isByKey: event.signature != nil,
            at: entry.wall
          )
        )
      default: break
      }
    }
    return given
  }
}

extension StepState {
  /// Whether the step came to what it was for.
  fileprivate var isProof: Bool {
    switch self {
    case .succeeded, .warned, .alreadyDone: true
    default: false
    }
  }
}
