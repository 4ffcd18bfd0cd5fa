internal import Foundation
internal import Runbooks

/// A run as a console has it open: where it stands, and the runner that performs it, if one lives.
struct OpenedRun: Sendable {
  let run: RunID
  let directory: RunDirectory
  let state: RunState
  /// The end of the chain that the state stands for.
  let head: ChainHead
  /// The record up to there, where it had to be read; a living runner says where the run stands.
  let entries: [JournalEntry]
  /// Signs what is signed off in this run; the agent's socket is the operator's.
  let desk: SignOffDesk
  /// nil: no runner lives.
  let client: RunnerClient?
  /// Secrets typed before there was a runner, on their way to it.
  var secrets: [String: Value] = [:]

  /// Reads a run, and watches it where its runner lives.
  ///
  /// A run without a runner is taken at once by whoever let go of it last; others look first.
  static func look(
    _ run: RunID,
    at workplace: Workplace
  ) async throws(CommandFailure) -> OpenedRun {
    let directory = try self.directory(of: run, at: workplace)
    if let client = try await connect(to: directory, at: workplace) {
      return try OpenedRun(run, directory, client, workplace.site)
    }
    // Who let go in good order said so last; then the record need not be read here.
    if case .driverDetached(let event)? = try? JournalReader(directory).last()?.event,
      event.by == workplace.actor
    {
      return try await take(run, at: workplace)
    }
    let history = try self.history(of: run, in: directory, on: workplace.site)
    let state = history.state
    let isOurs = state.driver == nil || state.driver?.by == workplace.actor
    if state.ended == nil, !state.isAttached, isOurs {
      return try await take(run, at: workplace)
    }
    return try OpenedRun(run, directory, history, workplace.site)
  }

  /// Reads a run for reading alone: no runner is looked for, and none is started.
  static func read(_ run: RunID, at workplace: Workplace) throws(CommandFailure) -> OpenedRun {
    let directory = try self.directory(of: run, at: workplace)
    let history = try self.history(of: run, in: directory, on: workplace.site)
    return try OpenedRun(run, directory, history, workplace.site)
  }

  /// Reads a run and sees to it that a runner performs it.
  static func take(
    _ run: RunID,
    at workplace: Workplace
  ) async throws(CommandFailure) -> OpenedRun {
    let directory = try self.directory(of: run, at: workplace)
    let client = try await runner(of: run, in: directory, at: workplace)
    return try OpenedRun(run, directory, client, workplace.site)
  }

  /// Connects to the runner of a run, and starts one where none lives.
  private static func runner(
    of run: RunID,
    in directory: RunDirectory,
    at workplace: Workplace
  ) async throws(CommandFailure) -> RunnerClient {
    for _ in 0..<attempts {
      if let client = try await connect(to: directory, at: workplace) { return client }
      // It waits for the runner's report, which holds up no thread of the pool.
      let started = await Threads.run { () -> Result<Void, CommandFailure> in
        do throws(CommandFailure) {
          return .success(try RunnerProcess.start(run, in: directory, at: workplace))
        } catch {
          // Another console was faster, and its runner does not listen yet.
          if error.status == .busy, RunLock.isHeld(directory) { usleep(100_000) }
          return .failure(error)
        }
      }
      guard !Task.isCancelled else { throw CommandFailure(.busy, "\(run) was not opened.") }
      switch started {
      case .success?: break
      case .failure(let failure)?:
        guard failure.status == .busy, RunLock.isHeld(directory) else { throw failure }
      case nil:
        throw CommandFailure(.io, "The machine has no room for a thread that starts the runner.")
      }
    }
    throw CommandFailure(
      .busy,
      "\(run) is held by a process that does not answer"
        + (RunLock.holder(of: directory).map { " (process \($0.pid), \($0.name))" } ?? "")
        + ". \(SilentRunner(of: directory).advice)"
    )
  }

  /// How often a runner is looked for or started: two consoles may start at once.
  private static let attempts = 20

  private static func directory(
    of run: RunID,
    at workplace: Workplace
  ) throws(CommandFailure) -> RunDirectory {
    guard let directory = workplace.store.directory(of: run) else {
      throw CommandFailure(.noInput, "There is no run \(run). `mailconsole runs` lists them.")
    }
    try workplace.requireSeat(for: run, in: directory)
    return directory
  }

  private static func connect(
    to directory: RunDirectory,
    at workplace: Workplace
  ) async throws(CommandFailure) -> RunnerClient? {
    try await RunnerClient.connect(to: directory, as: workplace.actor, drives: true)
  }

  /// The journal, read, checked and replayed once; what comes after it a runner tells.
  private static func history(
    of run: RunID,
    in directory: RunDirectory,
    on site: Site
  ) throws(CommandFailure) -> RunHistory {
    let history = try Verdict.history(of: run, in: directory)
    do {
      try directory.require(site, of: run)
    } catch {
      throw RunSession.failure(error)
    }
    return history
  }

  /// A run that a runner performs.
  private init(
    _ run: RunID,
    _ directory: RunDirectory,
    _ client: RunnerClient,
    _ site: Site
  ) throws(CommandFailure) {
    let runbook: Runbook
    let record: Value
    do {
      runbook = try Workplace.pinned(try directory.pinnedSource())
      record = try directory.pinnedSite()
    } catch {
      throw RunSession.failure(error)
    }
    guard let state = client.snapshot.state(of: runbook, site: record),
      let created = state.created, directory.pinProblems(created).isEmpty
    else {
      throw CommandFailure(
        .data,
        "The runner of \(run) performs another text than the one in \(directory.path): "
          + "runbook.yaml, site.json or allowed_signers was changed since it began. "
          + "`mailconsole verify \(run)` says which."
      )
    }
    do {
      try directory.require(site, of: run)
    } catch {
      throw RunSession.failure(error)
    }
    try self.init(run, directory, state, client.snapshot.head, [], client, site)
  }

  /// A run that nobody performs.
  private init(
    _ run: RunID,
    _ directory: RunDirectory,
    _ history: RunHistory,
    _ site: Site
  ) throws(CommandFailure) {
    let head = history.head ?? .genesis(of: run)
    try self.init(run, directory, history.state, head, history.entries, nil, site)
  }

  private init(
    _ run: RunID,
    _ directory: RunDirectory,
    _ state: RunState,
    _ head: ChainHead,
    _ entries: [JournalEntry],
    _ client: RunnerClient?,
    _ site: Site
  ) throws(CommandFailure) {
    self.run = run
    self.directory = directory
    self.state = state
    self.head = head
    self.entries = entries
    self.client = client
    do {
      desk = SignOffDesk(
        pinned: try directory.pinnedSigners(),
        today: { try SiteLoader.signers(directory: site.directory) },
        evidence: directory.blobs
      )
    } catch {
      throw RunSession.failure(error)
    }
  }
}
