import Testing

@testable import Runbooks

/// Who drives, and what becomes of a run that nobody drives.
@Suite struct DrivingTests {
  private static func attached(_ onDisconnect: Runbook.Disconnection = .wait) throws -> RunState {
    let plain = Fixtures.runbook([Fixtures.note("a")])
    let runbook = Runbook(
      id: plain.id,
      kind: plain.kind,
      title: plain.title,
      version: plain.version,
      owner: plain.owner,
      summary: plain.summary,
      onDisconnect: onDisconnect,
      inputs: [],
      steps: plain.steps,
      source: plain.source
    )
    return try RunState(
      of: runbook,
      replaying: [
        Fixtures.created(runbook, pace: .attended),
        .driverAttached(.init(by: "ana", pid: 1, boot: "b", epoch: 1, at: Fixtures.start)),
      ]
    )
  }

  private static func doing(
    _ command: RunCommand,
    by name: String,
    in state: RunState
  ) throws -> RunState {
    var next = state
    for event in try state.events(for: command, by: name, at: Fixtures.start) {
      try next.apply(event)
    }
    return next
  }

  @Test("the drive is taken only when it is offered or nobody has it")
  func handOver() throws {
    let driven = try Self.attached()
    #expect(throws: CommandRefusal.self) { try Self.doing(.takeDrive, by: "bo", in: driven) }
    #expect(throws: CommandRefusal.self) { try Self.doing(.takeDrive, by: "ana", in: driven) }
    #expect(throws: CommandRefusal.self) { try Self.doing(.offerDrive, by: "bo", in: driven) }

    let offered = try Self.doing(.offerDrive, by: "ana", in: driven)
    #expect(throws: CommandRefusal.self) { try Self.doing(.offerDrive, by: "ana", in: offered) }
    let taken = try Self.doing(.takeDrive, by: "bo", in: offered)
    #expect(taken.driver?.by == "bo")
    #expect(taken.offer == nil)
    #expect(taken.epoch == 1, "the runner is the same")
    #expect(throws: CommandRefusal.self) { try Self.doing(.takeDrive, by: "cy", in: taken) }

    var left = taken
    try left.apply(.driverDetached(.init(by: "bo", reason: "the terminal was lost")))
    #expect(try Self.doing(.takeDrive, by: "cy", in: left).driver?.by == "cy")
  }

  @Test(
    "without a driver an attended run starts nothing, unless its runbook says so",
    arguments: Runbook.Disconnection.allCases
  )
  func disconnect(_ onDisconnect: Runbook.Disconnection) throws {
    var state = try Self.attached(onDisconnect)
    let start = RunEffect.start(StepID("a"), attempt: 1)
    #expect(state.effects(now: Fixtures.start) == [start])
    try state.apply(.driverDetached(.init(by: "ana", reason: "the terminal was lost")))
    #expect(state.effects(now: Fixtures.start) == (onDisconnect == .wait ? [] : [start]))
    try state.apply(.driveTaken(.init(by: "bo", from: "ana", at: Fixtures.start)))
    #expect(state.effects(now: Fixtures.start) == [start])
  }

  @Test("an epoch that is not the next one does not fit", arguments: [0, 1, 3])
  func epochs(_ epoch: Int) throws {
    var state = try Self.attached()
    #expect(throws: RunStateError.self) {
      try state.apply(
        .driverAttached(.init(by: "bo", pid: 2, boot: "b", epoch: epoch, at: Fixtures.start))
      )
    }
    #expect(state.driver?.by == "ana")
  }

  @Test("a runner whose epoch was superseded can append nothing more, and loses nothing")
  func fence() async throws {
    try await Fixtures.withState { store in
      let (old, run) = try await Fixtures.engine(store, Fixtures.runbook([Fixtures.manual("a")]))
      _ = try await old.drive()
      // The lock keeps two runners apart; the fence holds where it does not, as on a disk that two
      // machines share.
      let journal = try Journal(of: RunID("run-1"), in: run.directory)
      let epoch = await old.state.epoch + 1
      _ = try journal.append(
        [.driverAttached(.init(by: "bo", pid: 2, boot: "b", epoch: epoch, at: Fixtures.start))],
        by: "bo",
        at: ManualRunClock(wall: Fixtures.start).read(),
        boot: "b"
      )
      let before = try JournalReader(run.directory).entries()
      await #expect(
        throws: RunEngineError.record(.superseded(path: run.directory.journal))
      ) {
        try await old.submit(.note(nil, text: "from the past"), by: "ana")
      }
      await #expect(throws: RunEngineError.self) {
        try await old.submit(.note(nil, text: "again"), by: "ana")
      }
      #expect(try JournalReader(run.directory).entries() == before)
      #expect(before.map(\.sequence) == Array(1...Int64(before.count)))
    }
  }
}
