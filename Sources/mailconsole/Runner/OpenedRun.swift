internal import Foundation
internal import Runbooks

/// A run as a console has it open: its past, and the runner that performs it, if one lives.
struct OpenedRun: Sendable {
  let run: RunID
  let directory: RunDirectory
  let history: RunHistory
  /// Signs what is signed off in this run; the agent's socket is the operator's.
  let desk: SignOffDesk
  /// nil: no runner lives.
  let client: RunnerClient?

  /// Reads a run, and watches it where its runner lives.
  ///
  /// A run without a runner is taken at once by whoever let go of it last; others look first.
  static func look(_ run: RunID, at workplace: Workplace) throws(CommandFailure) -> OpenedRun {
    let directory = try self.directory(of: run, at: workplace)
    let history = try self.history(in: directory)
    let state = history.state
    let isOurs = state.driver == nil || state.driver?.by == workplace.actor
    var client = try connect(to: directory, at: workplace)
    if client == nil, state.ended == nil, !state.isAttached, isOurs {
      client = try runner(of: run, in: directory, at: workplace)
    }
    return try OpenedRun(run, directory, history, client)
  }

  /// Reads a run and sees to it that a runner performs it.
  static func take(_ run: RunID, at workplace: Workplace) throws(CommandFailure) -> OpenedRun {
    let directory = try self.directory(of: run, at: workplace)
    let history = try self.history(in: directory)
    let client = try runner(of: run, in: directory, at: workplace)
    return try OpenedRun(run, directory, history, client)
  }

  /// Connects to the runner of a run, and starts one where none lives.
  private static func runner(
    of run: RunID,
    in directory: RunDirectory,
    at workplace: Workplace
  ) throws(CommandFailure) -> RunnerClient {
    for _ in 0..<attempts {
      if let client = try connect(to: directory, at: workplace) { return client }
      do throws(CommandFailure) {
        try RunnerProcess.start(run, in: directory, at: workplace)
      } catch {
        // Another console was faster, and its runner does not listen yet.
        guard error.status == .busy else { throw error }
        usleep(100_000)
      }
    }
    throw CommandFailure(
      .busy,
      "\(run) is held by a process that does not answer"
        + (RunLock.holder(of: directory).map { " (process \($0.pid), \($0.name))" } ?? "")
        + ". Let it end, then take the run over."
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
    return directory
  }

  private static func connect(
    to directory: RunDirectory,
    at workplace: Workplace
  ) throws(CommandFailure) -> RunnerClient? {
    do {
      return try blocking {
        try await RunnerClient.connect(to: directory, as: workplace.actor, drives: true)
      }
    } catch {
      throw RunSession.failure(error)
    }
  }

  /// The journal, read and replayed once; what comes after it the runner tells.
  private static func history(in directory: RunDirectory) throws(CommandFailure) -> RunHistory {
    do {
      return try RunHistory(
        reading: directory,
        of: try Workplace.pinned(try directory.pinnedSource())
      )
    } catch {
      throw RunSession.failure(error)
    }
  }

  private init(
    _ run: RunID,
    _ directory: RunDirectory,
    _ history: RunHistory,
    _ client: RunnerClient?
  ) throws(CommandFailure) {
    self.run = run
    self.directory = directory
    self.history = history
    self.client = client
    do {
      desk = SignOffDesk(signers: try directory.pinnedSigners())
    } catch {
      throw RunSession.failure(error)
    }
  }
}
