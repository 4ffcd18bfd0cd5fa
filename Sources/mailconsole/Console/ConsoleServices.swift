internal import ClusterOps
internal import Runbooks

/// What the console has done for it: runs started and driven, queues read.
///
/// An actor because it holds the one run that this console drives.
actor ConsoleServices {
  nonisolated let workplace: Workplace
  private var session: RunSession?
  private var driving: Task<RunStatus, any Error>?

  init(_ workplace: Workplace) { self.workplace = workplace }

  /// Starts a run at the pace of a person.
  func start(
    _ runbook: RunbookID,
    inputs: [String: Value]
  ) throws(CommandFailure) -> RunSession {
    try RunSession.start(
      try workplace.shelf.runbook(runbook.name),
      inputs: inputs,
      pace: .attended,
      at: workplace
    )
  }

  /// Goes on with a run.
  func resume(_ run: RunID) throws(CommandFailure) -> RunSession {
    // One whose record stopped, as on a full disk, is still held by this process.
    if let stopped = session, stopped.run == run {
      session = nil
      try? stopped.record.close()
    }
    return try RunSession.resume(run, at: workplace)
  }

  /// Takes the run and drives it until it ends or is let go.
  func drive(_ session: RunSession) async throws {
    self.session = session
    try await session.engine.attach()
    let driving = Task { try await session.engine.drive(waitsForPeople: true) as RunStatus }
    self.driving = driving
    _ = try await driving.value
    if await session.engine.state.ended != nil {
      try session.record.close()
      if self.session?.run == session.run { self.session = nil }
    }
  }

  /// Which keys in the ssh-agent could sign this run off.
  func keys(of people: [String]) async -> SigningKeys {
    guard let desk = session?.desk else { return SigningKeys(holders: [], problem: nil) }
    return await SigningKeys.find(for: people, at: desk)
  }

  /// Gives a person's decision to the run.
  func send(_ command: RunCommand, by name: String) async throws {
    guard let session else {
      throw CommandFailure(.usage, "No run is under way here.")
    }
    let state = await session.engine.state
    let signed = try await session.desk.signed(command, by: name, in: state)
    try await session.engine.submit(signed, by: name)
  }

  /// Lets what is under way finish, records that the driver left, and closes the record.
  func letGo(reason: String) async {
    guard let session else { return }
    self.session = nil
    do {
      try await session.engine.letGo(reason: reason)
      _ = try await driving?.value
      try session.record.close()
    } catch {
      Output.error(RunSession.failure(error).message)
    }
  }

  /// Reads the queue of the site, or of the open run's simulated world.
  func queue() async throws -> QueueListing {
    try await source().listing()
  }

  /// Reads one message of that queue.
  func message(_ id: String) async throws -> [UInt8] {
    try await source().message(id)
  }

  private func source() async throws -> QueueSource {
    guard workplace.world == .tabletop else { return .cluster(workplace.site) }
    if let world = await session?.engine.simulatedWorld { return .simulated(world) }
    return try QueueSource.of(workplace.site)
  }
}
