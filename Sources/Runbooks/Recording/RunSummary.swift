/// One line of the list of runs.
public struct RunSummary: Sendable, Hashable {
  public let run: RunID
  /// What the run is; nil when its first event cannot be read.
  public let created: RunEvent.RunCreated?
  /// When the first event was recorded, by the wall clock.
  public let began: Moment?
  /// When the last event was recorded.
  public let last: Moment?
  /// How many events there are.
  public let events: Int64
  /// Where the run stands; nil when that cannot be worked out, for the reason in ``problem``.
  public let status: RunStatus?
  /// The steps whose attempt has an intent and no end.
  public let underWay: [StepID]
  /// The process that holds the run now; nil: none, so nothing in it moves.
  public let runner: RunLock.Holder?
  /// The person who drives it in that process; nil: nobody, or the run has no process.
  public let driver: String?
  /// What is wrong with the run's files or its runbook.
  public let problem: String?
}

extension RunStore {
  /// Every run with where it stands, the newest first; a damaged run is listed with its problem.
  ///
  /// A run that has ended costs two rows and the digest of its journal, which holds the end against
  /// the seal; an open one costs its whole journal.
  ///
  /// - Parameter load: reads the pinned text of an open run.
  public func summaries(
    load: (RunbookSource) throws -> Runbook
  ) throws(JournalError) -> [RunSummary] {
    var summaries: [RunSummary] = []
    for run in try list() {
      if let summary = summary(of: run, load: load) { summaries.append(summary) }
    }
    return summaries.sorted { a, b in
      (a.last?.milliseconds ?? .max, a.run.name) > (b.last?.milliseconds ?? .max, b.run.name)
    }
  }

  /// Where one run stands; nil when there is none of that name.
  public func summary(of run: RunID, load: (RunbookSource) throws -> Runbook) -> RunSummary? {
    guard let directory = directory(of: run), SystemFiles.length(of: directory.path) != nil else {
      return nil
    }
    let reader = JournalReader(directory)
    let runner = RunLock.isHeld(directory) ? RunLock.holder(of: directory) : nil
    var driver = runner?.name
    var created: RunEvent.RunCreated?
    var first: JournalEntry?
    var last: JournalEntry?
    var underWay: [StepID] = []
    var status: RunStatus?
    var problem: String?
    do {
      first = try reader.entries(limit: 1).first
      if case .runCreated(let event)? = first?.event {
        created = event
        problem = directory.nameProblem(event)
      }
      last = try reader.last()
      if case .runEnded(let ended)? = last?.event {
        status = .ended(ended.outcome, summary: ended.summary)
      } else {
        let state = try reader.state(of: try load(try directory.pinnedSource()))
        status = state.status
        underWay = state.steps.compactMap { step, state in
          if case .running = state { step.id } else { nil }
        }
        if runner != nil, state.driver != nil { driver = state.isAttached ? state.driver?.by : nil }
      }
      if case .ended = status, let last {
        // An end is told only where it is the one that was sealed.
        problem =
          problem ?? directory.endProblem(ChainHead(sequence: last.sequence, hash: last.hash))
      }
    } catch {
      problem = "\(error)"
    }
    // Of a record that does not hold, nothing is told as a fact.
    if problem != nil { status = nil }
    return RunSummary(
      run: run,
      created: created,
      began: first?.wall,
      last: last?.wall,
      events: last?.sequence ?? 0,
      status: status,
      underWay: underWay,
      runner: runner,
      driver: driver,
      problem: problem
    )
  }
}
