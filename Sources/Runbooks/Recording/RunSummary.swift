/// One line of the list of runs.
public struct RunSummary: Sendable, Hashable {
  /// What a list shows of a run's first event.
  public struct Beginning: Sendable, Hashable {
    public let runbook: RunbookID
    public let site: String
    public let mode: World
    /// Who holds which roles; empty for a run that has ended, which waits for nobody.
    public let operators: [RunOperator]
    /// Who began it.
    public let by: String
    /// When, by the clock of the run.
    public let at: Moment
  }

  public let run: RunID
  /// What the run is; nil when its first event cannot be read.
  public let created: Beginning?
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
  /// A run that has ended costs a look at its files where the index knows them, else two rows and
  /// the digest of its journal, which holds the end against the seal; an open one costs its whole
  /// journal. It is for lists: what is decided on a run is decided on its record.
  ///
  /// - Parameters:
  ///   - runbook: the one whose runs are wanted; nil: all, damaged ones too.
  ///   - clock: what tells whether a file was changed just now.
  ///   - load: reads the pinned text of an open run.
  public func summaries(
    of runbook: RunbookID? = nil,
    clock: any RunClock = SystemRunClock(),
    load: (RunbookSource) throws -> Runbook
  ) throws(JournalError) -> [RunSummary] {
    let kept = readIndex()
    var next = RunIndex()
    var isNew = false
    var summaries: [RunSummary] = []
    for run in try list() {
      guard let directory = directory(of: run) else { continue }
      let now = clock.read().wall
      let row = kept.rows[run]
      if let row, let runbook, row.summary.created?.runbook != runbook {
        next.rows[run] = row
        continue
      }
      let stamp = RunStamp(of: directory)
      if let row, row.stamp == stamp {
        next.rows[run] = row
        summaries.append(row.summary)
        continue
      }
      guard let summary = summary(of: run, only: runbook, load: load) else { continue }
      summaries.append(summary)
      if let stamp, stamp.isSettled(at: now), directory.isIndexed(summary),
        RunStamp(of: directory) == stamp
      {
        next.rows[run] = RunIndex.Row(stamp: stamp, summary: summary)
        isNew = true
      }
    }
    if isNew || next.rows.count != kept.rows.count { write(next) }
    return summaries.sorted { a, b in
      (a.last?.milliseconds ?? .max, a.run.name) > (b.last?.milliseconds ?? .max, b.run.name)
    }
  }

  /// Where one run stands, read from its record; nil when there is none of that name.
  public func summary(of run: RunID, load: (RunbookSource) throws -> Runbook) -> RunSummary? {
    summary(of: run, only: nil, load: load)
  }

  /// - Parameter only: the runbook whose runs are wanted; nil: whichever it is.
  private func summary(
    of run: RunID,
    only: RunbookID?,
    load: (RunbookSource) throws -> Runbook
  ) -> RunSummary? {
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
      if let only, created?.runbook != only { return nil }
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
    var hasEnded = false
    if case .ended? = status { hasEnded = true }
    return RunSummary(
      run: run,
      created: created.map { RunSummary.Beginning($0, hasEnded: hasEnded) },
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

extension RunSummary.Beginning {
  fileprivate init(_ created: RunEvent.RunCreated, hasEnded: Bool) {
    runbook = created.runbook
    site = created.site
    mode = created.mode
    operators = hasEnded ? [] : created.operators
    by = created.by
    at = created.at
  }
}

extension RunDirectory {
  /// Whether what was read of the run stays true until its files change: it has ended, its journal
  /// is closed and sealed, nothing is wrong with it, and nobody drives it.
  fileprivate func isIndexed(_ summary: RunSummary) -> Bool {
    guard case .ended? = summary.status, summary.problem == nil, summary.runner == nil,
      HeadFile.read(head)?.seal != nil
    else { return false }
    return ["-wal", "-journal"].allSatisfy { SystemFiles.kind(of: journal + $0) == nil }
  }
}
