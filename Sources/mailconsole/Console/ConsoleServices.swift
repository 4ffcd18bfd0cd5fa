internal import ClusterOps
internal import Runbooks
internal import Synchronization

/// What the console has done for it: runs started and followed, queues read.
///
/// An actor because it holds the one run that this console has open.
actor ConsoleServices {
  nonisolated let workplace: Workplace
  private var opened: OpenedRun?

  init(_ workplace: Workplace) { self.workplace = workplace }

  /// Starts a run at the pace of a person.
  nonisolated func start(
    _ runbook: RunbookID,
    inputs: [String: Value]
  ) async throws(CommandFailure) -> OpenedRun {
    let run = try RunSession.create(
      try workplace.shelf.runbook(runbook.name),
      inputs: inputs,
      pace: .attended,
      at: workplace
    )
    var opened = try await OpenedRun.take(run, at: workplace)
    for input in try workplace.shelf.runbook(runbook.name).inputs where input.form == .secret {
      opened.secrets["inputs.\(input.name)"] = inputs[input.name]
    }
    return opened
  }

  /// One runbook and where it stands, or why it cannot be used.
  nonisolated func runbook(_ id: RunbookID) -> ConsoleEvent {
    do throws(CommandFailure) {
      return .runbook(id, .success(try workplace.shelfEntry(of: id)))
    } catch {
      let path = workplace.shelf.heads.first { $0.id == id }?.path
      let file = workplace.shelf.unusable.first { $0.errors[0].position.file == path }
      let why = file.map { "\(id) cannot be used. \($0.line)" } ?? error.message
      return .runbook(id, .failure(CommandFailure(error.status, why)))
    }
  }

  /// Follows a run until its runner ends.
  func follow(
    _ opened: OpenedRun,
    complain: @Sendable (String) async -> Void,
    _ tell: @Sendable (RunUpdate) async -> Void
  ) async {
    if let left = self.opened, left.run != opened.run {
      await left.client?.leave(reason: "the operator opened another run")
    }
    self.opened = opened
    self.opened?.secrets = [:]
    guard let client = opened.client else { return }
    let updates = await client.updates(after: opened.head.sequence)
    for (name, secret) in opened.secrets.sorted(by: { $0.key < $1.key }) {
      do throws(CommandFailure) {
        try await client.send(.giveSecret(name, secret), by: workplace.actor)
      } catch {
        await complain(error.message)
      }
    }
    for await update in updates { await tell(update) }
  }

  /// Which keys in the ssh-agent could sign this run off.
  func keys(of people: [String]) async -> SigningKeys {
    guard let desk = opened?.desk else { return SigningKeys(holders: [], problem: nil) }
    return await SigningKeys.find(for: people, at: desk)
  }

  /// Gives a person's decision to the run, signed over what was on the screen.
  ///
  /// - Parameters:
  ///   - willSign: told of the key that is asked to sign.
  ///   - willSend: told when only the runner's answer is waited for.
  func send(
    _ command: RunCommand,
    by name: String,
    seeing state: RunState,
    willSign: @Sendable (SSHPublicKey) -> Void,
    willSend: @Sendable (SilentRunner) -> Void
  ) async throws {
    guard let opened, let client = opened.client else {
      throw CommandFailure(.usage, "No runner performs the run; t takes it over.")
    }
    let told = Mutex<Task<Void, Never>?>(nil)
    let signed: Result<RunCommand, any Error>
    do {
      signed = .success(
        try await opened.desk.signed(command, by: name, in: state) { key in
          willSign(key)
          guard let step = command.step else { return }
          let notice = SigningNotice(step: step, by: name, isOver: false)
          let telling = Task(executorPreference: WorkExecutor.shared) { await client.tell(notice) }
          told.withLock { $0 = telling }
        }
      )
    } catch {
      signed = .failure(error)
    }
    if let telling = told.withLock({ $0 }), let step = command.step {
      await telling.value
      await client.tell(SigningNotice(step: step, by: name, isOver: true))
    }
    // What was left while it was signed is not said after all.
    try Task.checkCancellation()
    let answer = try signed.get()
    willSend(client.runner)
    try await client.send(answer, by: name)
  }

  /// The end of a kept output of the open run.
  func output(_ unread: UnreadOutput) throws -> KeptOutput {
    guard let opened else { return KeptOutput(offset: 0, bytes: []) }
    return try opened.directory.blobs.end(of: unread.output.digest, most: OutputLogs.readLimit)
  }

  /// The record of the open run after an event.
  func record(after sequence: Int64) throws -> [JournalEntry] {
    guard let opened else { return [] }
    return try JournalReader(opened.directory).entries(after: sequence)
  }

  /// The bytes of a piece of evidence of the open run, checked against its digest.
  func evidence(_ file: EvidenceReference) throws -> [UInt8] {
    guard let opened else { throw CommandFailure(.usage, "No run is open.") }
    return try opened.directory.blobs.bytes(of: file.blob.digest)
  }

  /// Leaves the run to its runner.
  ///
  /// - Returns: the runner that did not answer; nil: it knows, or there is none.
  func leave(reason: String) async -> SilentRunner? {
    defer { opened = nil }
    guard let client = opened?.client, await !client.leave(reason: reason) else { return nil }
    return client.runner
  }

  /// Reads the queue of the site, or of the open run's simulated world.
  func queue(in world: BlobReference?) async throws -> QueueListing {
    try await source(world).listing()
  }

  /// Reads one message of that queue.
  func message(_ id: String, in world: BlobReference?) async throws -> [UInt8] {
    try await source(world).message(id)
  }

  private func source(_ world: BlobReference?) throws -> QueueSource {
    guard workplace.world == .tabletop else { return QueueSource(workplace.site) }
    if workplace.seat != nil, let world = try workplace.scenario() {
      return QueueSource(workplace.site, world: world)
    }
    if let opened, let world {
      return QueueSource(workplace.site, world: try opened.directory.world(world))
    }
    return try QueueSource.of(workplace.site)
  }
}
