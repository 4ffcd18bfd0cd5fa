import Testing

@testable import Runbooks

@Suite struct TabletopTests {
  private static let runbook = Fixtures.runbook([
    Fixtures.step("look", .check(Fixtures.check("look"))),
    Fixtures.step("one", .operation(Fixtures.call("op")), needs: ["look"], risk: .change),
    Fixtures.step("two", .operation(Fixtures.call("op")), needs: ["look"], risk: .change),
    Fixtures.step("wait", .wait(.span(Fixtures.template("1h"))), needs: ["one", "two"]),
    Fixtures.step(
      "shell",
      .command(CommandLine(arguments: [Fixtures.template("true")], position: Fixtures.place)),
      needs: ["wait"],
      risk: .change
    ),
    Fixtures.approve("ok", needs: ["shell"], count: 2, not: ["one"]),
    Fixtures.manual("hand", needs: ["ok"]),
  ])

  private func run(_ store: RunStore) async throws -> [[UInt8]] {
    let ledger = Ledger()
    let (engine, run) = try await Fixtures.engine(
      store,
      Self.runbook,
      [FakeOperation("op", ledger), FakeOperation("look", risk: .read, ledger)],
      .tabletop
    )
    #expect(
      try await engine.drive(decider: AgreeableDecider())
        == .ended(.completed, summary: "7 of 7 steps done")
    )
    #expect(ledger.lines.isEmpty, "nothing of the real world is touched")
    try run.close()
    var payloads: [[UInt8]] = []
    try JournalReader(run.directory).forEachRow(after: 0) { row in
      payloads.append(row.payload ?? [])
      return true
    }
    return payloads
  }

  @Test("the same seed and answers give the same journal, byte for byte")
  func deterministic() async throws {
    let first = try await Fixtures.withState { try await run($0) }
    let second = try await Fixtures.withState { try await run($0) }
    #expect(first == second)
    #expect(first.count > 12)
  }

  @Test("a resumed run goes on in the very same world and time")
  func resume() async throws {
    try await Fixtures.withState { store in
      let ops: [any Operation] = [
        FakeOperation("op", Ledger()), FakeOperation("look", risk: .read, Ledger()),
      ]
      let clock = ManualRunClock(wall: Fixtures.start)
      let world = try await untilSignOff(store, ops, clock)
      #expect(world?.state["count"] == .integer(2))
      #expect(world?.now == 1_795_316_400 + 3 * 30 + 3_600)
      let (engine, _) = try await Fixtures.reopened(store, Self.runbook, ops, clock)
      #expect(await engine.world == world)
      #expect(
        try await engine.drive(decider: AgreeableDecider())
          == .ended(.completed, summary: "7 of 7 steps done")
      )
    }
  }

  @Test("an operation takes the time its scenario gives it, and nothing passes it meanwhile")
  func takesTime() async throws {
    try await Fixtures.withState { store in
      let runbook = Fixtures.runbook([
        Fixtures.step("slow", .operation(Fixtures.call("op")), risk: .change),
        Fixtures.step("wait", .wait(.span(Fixtures.template("1h")))),
        Fixtures.step("after", .operation(Fixtures.call("op")), needs: ["slow"], risk: .change),
      ])
      let world = SimulatedWorld(
        state: ["takes": .record(["op": .integer(20)])],
        now: 1_795_316_400,
        seed: 7
      )
      let clock = ManualRunClock(wall: Fixtures.start)
      let run = try store.create(
        RunStore.Creation(
          run: RunID("run-1"),
          runbook: runbook,
          site: Fixtures.site,
          mode: .tabletop,
          world: world,
          console: "test",
          by: "ana"
        ),
        clock: clock
      )
      let engine = try RunEngine(
        run,
        entries: try run.entries(),
        Fixtures.setting(runbook, [FakeOperation("op", Ledger())], clock)
      )
      try await engine.attach()
      #expect(
        try await engine.drive(decider: AgreeableDecider())
          == .ended(.completed, summary: "3 of 3 steps done")
      )
      // Twice 20 seconds outside; inside each operation moves the clock by 30 as well.
      #expect(clock.read().wall.since(Fixtures.start) == .seconds(40))
      let ended = try run.entries().compactMap { entry -> RunEvent.StepEnded? in
        if case .stepEnded(let end) = entry.event { end } else { nil }
      }
      #expect(ended.map(\.step.name) == ["slow", "after", "wait"])
      #expect(ended.first?.durationMilliseconds == 50_000)
      #expect(world.span(of: OperationName("op")) == .seconds(20))
      #expect(world.span(of: OperationName("other")) == nil)
    }
  }

  private func untilSignOff(
    _ store: RunStore,
    _ operations: [any Operation],
    _ clock: ManualRunClock
  ) async throws -> SimulatedWorld? {
    let (engine, run) = try await Fixtures.engine(
      store,
      Self.runbook,
      operations,
      .tabletop,
      clock: clock
    )
    guard case .waiting = try await engine.drive() else {
      Issue.record("should wait for the sign-off")
      return nil
    }
    try await engine.letGo(reason: "shift ends")
    try run.close()
    return await engine.world
  }
}

extension Fixtures {
  /// A new engine over a run that another one let go of.
  static func reopened(
    _ store: RunStore,
    _ runbook: Runbook,
    _ operations: [any Operation],
    _ clock: any RunClock
  ) async throws -> (RunEngine, OpenRun) {
    let run = try store.open(RunID("run-1"), by: "ana", clock: clock)
    let engine = try RunEngine(
      run,
      entries: try run.entries(),
      setting(runbook, operations, clock)
    )
    try await engine.attach()
    return (engine, run)
  }
}
