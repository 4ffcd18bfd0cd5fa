import Testing

@testable import Runbooks

@Suite("A nested runbook is a run of its own") struct NestedRunTests {
  private static let ticket = Fixtures.runbook([Fixtures.manual("work")], id: "ticket")
  private static let wave = Fixtures.runbook(
    [
      Fixtures.nested("first", "ticket"), Fixtures.nested("second", "ticket"),
      Fixtures.note("close", needs: ["first", "second"]),
    ],
    id: "wave"
  )

  private func withFamily(
    _ body: (Family, RunEngine, OpenRun) async throws -> Void
  ) async throws {
    try await Fixtures.withState { store in
      let family = Family(store, [Self.ticket, Self.wave], ManualRunClock(wall: Fixtures.start))
      let (engine, record) = try await family.engine(try family.begin(Self.wave))
      try await body(family, engine, record)
    }
  }

  /// Starts the run of a step and lets the parent make it.
  private func start(_ step: String, in engine: RunEngine) async throws -> RunID {
    _ = try await engine.drive()
    try await engine.submit(.startRun(StepID(step)), by: "ana")
    _ = try await engine.drive()
    return try #require(await engine.state.nestedRun(of: StepID(step)))
  }

  /// Does all that a run asks for, and ends it.
  private func finish(_ run: RunID, _ family: Family) async throws {
    let (engine, record) = try await family.engine(run)
    _ = try await engine.drive(decider: AgreeableDecider())
    try await engine.letGo(reason: "done")
    try record.close()
  }

  @Test("two runs of a wave end on their own, and the wave goes on with what they came to")
  func wave() async throws {
    try await withFamily { family, engine, _ in
      let first = try await start("first", in: engine)
      let second = try await start("second", in: engine)
      #expect(first != second && family.made == 2)
      let reading = try await family.read(first)
      #expect(
        reading.created.parent
          == RunParent(run: RunID("wave"), step: StepID("first"), root: RunID("wave"))
      )
      guard case .waiting(let items) = await engine.state.status else {
        Issue.record("\(await engine.state.status)")
        return
      }
      #expect(items.map(\.kind) == [.run, .run])
      try await finish(first, family)
      try await finish(second, family)
      for step in ["first", "second"] {
        try await engine.submit(.lookAtRun(StepID(step)), by: "ana")
      }
      #expect(
        try await engine.drive() == .ended(.completed, summary: "3 of 3 steps done")
      )
      let state = await engine.state
      #expect(state[StepID("first")]?.result?.outputs["run"] == .string(first.name))
    }
  }

  @Test("the end of a run is taken note of as soon as its record is told to say more")
  func isTold() async throws {
    try await withFamily { family, engine, _ in
      let runs = [try await start("first", in: engine), try await start("second", in: engine)]
      let driving = Task { try await engine.drive(waitsForPeople: true) }
      for run in runs {
        try await finish(run, family)
        family.poke(run)
      }
      #expect(try await driving.value == .ended(.completed, summary: "3 of 3 steps done"))
    }
  }

  @Test("a runner that dies before or after it made a run makes it once, under the recorded name")
  func crash() async throws {
    try await Fixtures.withState { store in
      let family = Family(store, [Self.ticket, Self.wave], ManualRunClock(wall: Fixtures.start))
      let wave = try family.begin(Self.wave)
      // The intent is on the disk and nobody goes on.
      try await dying {
        let (engine, _) = try await family.engine(wave)
        _ = try await engine.drive()
        try await engine.submit(.startRun(StepID("first")), by: "ana")
      }
      let (next, _) = try await family.engine(wave)
      let run = try #require(await next.state.nestedRun(of: StepID("first")))
      #expect(family.made == 0)
      // It is made, and the runner dies before that is recorded.
      let order = NestedOrder(
        run: run,
        runbook: RunbookID("ticket"),
        inputs: [:],
        parent: RunParent(run: wave, step: StepID("first"), root: wave),
        mode: .live,
        pace: .automatic,
        world: nil,
        by: "ana"
      )
      _ = try await family.make(order)
      _ = try await next.drive()
      #expect(family.made == 1)
      #expect(await next.state.openRuns.map(\.run) == [run])
    }
  }

  /// Does something with a run whose engine is gone afterwards, as a runner that was killed is.
  private func dying(_ body: () async throws -> Void) async throws { try await body() }

  @Test("a run that cannot be made fails the step with the reason, and may be tried again")
  func cannotBeMade() async throws {
    try await withFamily { family, engine, _ in
      family.refuse(
        OperationFailure(.failed, "the disk is full", advice: "Make room", effect: .none)
      )
      _ = try await engine.drive()
      try await engine.submit(.startRun(StepID("first")), by: "ana")
      _ = try await engine.drive()
      guard case .failed(let result, .undecided)? = await engine.state[StepID("first")] else {
        Issue.record("it has not failed")
        return
      }
      #expect(result.summary.contains("the disk is full"))
      #expect(await engine.state.rollbackPlan(at: Fixtures.start).standing.isEmpty)
      family.refuse(nil)
      try await engine.submit(.retry(StepID("first"), reason: "room was made"), by: "ana")
      _ = try await start("first", in: engine)
      #expect(family.made == 1)
    }
  }

  @Test("a run that failed fails its step, and another one may stand for it")
  func failed() async throws {
    try await withFamily { family, engine, _ in
      let run = try await start("first", in: engine)
      let (child, record) = try await family.engine(run)
      _ = try await child.drive()
      try await child.submit(.abort(reason: "wrong ticket"), by: "ana")
      _ = try await child.drive()
      try record.close()
      try await engine.submit(.lookAtRun(StepID("first")), by: "bo")
      guard case .failed(let result, .undecided)? = await engine.state[StepID("first")] else {
        Issue.record("it has not failed")
        return
      }
      #expect(result.summary.contains(run.name) && result.summary.contains("wrong ticket"))
      try await engine.submit(.retry(StepID("first"), reason: "again"), by: "ana")
      let other = try await start("first", in: engine)
      #expect(other != run)
    }
  }

  @Test("a run that goes on elsewhere is joined, and one that has completed is adopted")
  func joins() async throws {
    try await withFamily { family, engine, _ in
      _ = try await engine.drive()
      let run = try family.begin(Self.ticket, as: "alone")
      try await engine.submit(.bindRun(StepID("first"), run), by: "ana")
      #expect(await engine.state.openRuns.map(\.run) == [run])
      try await finish(run, family)
      try await engine.submit(.lookAtRun(StepID("first")), by: "ana")
      try await engine.submit(.bindRun(StepID("second"), run), by: "ana")
      let entries = await engine.state
      #expect(entries[StepID("first")]?.word == "succeeded")
      #expect(entries[StepID("second")]?.word == "succeeded")
    }
  }

  @Test("the head of the other run is bound, and a run that is missing or another is a finding")
  func isBound() async throws {
    try await withFamily { family, engine, record in
      let run = try await start("first", in: engine)
      try await finish(run, family)
      try await engine.submit(.lookAtRun(StepID("first")), by: "ana")
      try record.close()
      func verdict() -> Verification {
        Verification(of: record.directory) { _ in Self.wave }
      }
      #expect(verdict().findings == [] && verdict().nestedRuns == [run])
      let other = try #require(family.store.directory(of: run))
      Fixtures.removeAll(other.path)
      #expect(verdict().findings.contains { $0.message.contains("\(run)") })
      let impostor = try family.store.create(
        Fixtures.creation(Self.ticket, run: run.name),
        clock: ManualRunClock(wall: Fixtures.start)
      )
      try impostor.close()
      #expect(verdict().findings.contains { $0.message.contains("\(run)") })
    }
  }

  @Test("a run that was aborted while nobody had the parent open fails its step once somebody has")
  func abortedMeanwhile() async throws {
    try await Fixtures.withState { store in
      let family = Family(store, [Self.ticket, Self.wave], ManualRunClock(wall: Fixtures.start))
      let wave = try family.begin(Self.wave)
      try await dying {
        let (engine, _) = try await family.engine(wave)
        let run = try await start("first", in: engine)
        let (child, _) = try await family.engine(run)
        _ = try await child.drive()
        try await child.submit(.abort(reason: "wrong ticket"), by: "ana")
        _ = try await child.drive()
        await engine.endLookouts()
      }
      let (next, _) = try await family.engine(wave)
      _ = try await next.drive()
      guard case .failed(let result, .undecided)? = await next.state[StepID("first")] else {
        Issue.record("it has not failed")
        return
      }
      #expect(result.summary.contains("wrong ticket"))
    }
  }

  @Test("a run that is started while nobody drives the parent is made, and nothing else begins")
  func withoutDriver() async throws {
    try await Fixtures.withState { store in
      let family = Family(store, [Self.ticket, Self.wave], ManualRunClock(wall: Fixtures.start))
      let attended = RunStore.Creation(
        run: RunID("wave"),
        runbook: Self.wave,
        site: Fixtures.site,
        mode: .live,
        pace: .attended,
        console: "test",
        by: "ana"
      )
      try store.create(attended, clock: family.clock).close()
      let (engine, _) = try await family.engine(RunID("wave"))
      _ = try await engine.drive()
      try await engine.driverLeft(reason: "the driver opened another run")
      try await engine.submit(.startRun(StepID("first")), by: "bo")
      _ = try await engine.drive()
      #expect(family.made == 1)
      #expect(await engine.state.openRuns.map(\.step) == [StepID("first")])
    }
  }

  @Test("of two who start the run of one step at once one does, and the other is told of that run")
  func atOnce() async throws {
    try await withFamily { family, engine, _ in
      _ = try await engine.drive()
      let refusals = await withTaskGroup(of: String?.self) { group in
        for name in ["ana", "ana"] {
          group.addTask {
            do {
              try await engine.submit(.startRun(StepID("first")), by: name)
              return nil
            } catch {
              return "\(error)"
            }
          }
        }
        return await group.reduce(into: [String]()) { if let said = $1 { $0.append(said) } }
      }
      _ = try await engine.drive()
      let run = try #require(await engine.state.nestedRun(of: StepID("first")))
      #expect(refusals.count == 1 && refusals[0].contains(run.name), "\(refusals)")
      #expect(family.made == 1)
    }
  }

  @Test("the probe of a step whose end is unknown looks at the world that all act on")
  func probesSharedWorld() async throws {
    let operations: [any Operation] = [
      FakeOperation("op", Ledger()), FakeOperation("look", risk: .read, Ledger()),
    ]
    let act = Fixtures.step(
      "act",
      .operation(Fixtures.call("op")),
      risk: .change,
      doneWhen: Fixtures.check("look", pass: "result.count == 1")
    )
    let ticket = Fixtures.runbook([act], id: "ticket")
    let wave = Fixtures.runbook([Fixtures.nested("first", "ticket")], id: "wave")
    try await Fixtures.withState { store in
      let family = Family(store, [ticket, wave], ManualRunClock(wall: Fixtures.start))
      let (engine, _) = try await family.engine(try family.begin(wave, .tabletop), operations)
      let run = try await start("first", in: engine)
      // Its runner dies after it left the world to the others and before it recorded the end.
      try await dying {
        let record = try store.open(run, by: "ana", clock: family.clock)
        let (at, boot) = (Fixtures.start, family.clock.bootID)
        _ = try record.append(
          [
            .driverAttached(.init(by: "ana", pid: 1, boot: boot, epoch: 1, at: at)),
            .stepStarted(
              .init(step: act.id, attempt: 1, risk: .change, isRepeatable: false, by: "ana", at: at)
            ),
          ],
          by: "ana",
          at: family.clock.read(),
          boot: boot
        )
        try record.close()
      }
      let shared = SharedWorld(of: try #require(store.directory(of: RunID("wave"))))
      try await shared.turn().leave(
        SimulatedWorld(state: ["count": .integer(1)], now: 1_795_316_430, seed: 7)
      )
      let (child, _) = try await family.engine(run, operations)
      #expect(try await child.drive() == .ended(.completed, summary: "1 of 1 steps done"))
      #expect(await child.simulatedWorld?.state["count"] == .integer(1), "it was done twice")
    }
  }

  @Test("parent and parts act on one simulated world in turn, and it outlives them")
  func oneWorld() async throws {
    let operations: [any Operation] = [FakeOperation("op", Ledger())]
    let ticket = Fixtures.runbook(
      [Fixtures.step("act", .operation(Fixtures.call("op")), risk: .change)],
      id: "ticket"
    )
    let wave = Fixtures.runbook(
      [
        Fixtures.step("before", .operation(Fixtures.call("op")), risk: .change),
        Fixtures.nested("first", "ticket", needs: ["before"]),
        Fixtures.nested("second", "ticket", needs: ["before"]),
        Fixtures.step(
          "after",
          .operation(Fixtures.call("op")),
          needs: ["first", "second"],
          risk: .change
        ),
      ],
      id: "wave"
    )
    try await Fixtures.withState { store in
      let family = Family(store, [ticket, wave], ManualRunClock(wall: Fixtures.start))
      let (engine, _) = try await family.engine(try family.begin(wave, .tabletop), operations)
      _ = try await engine.drive()
      for step in ["first", "second"] {
        try await engine.submit(.startRun(StepID(step)), by: "ana")
      }
      _ = try await engine.drive()
      for (step, run) in await engine.state.openRuns {
        let (child, record) = try await family.engine(run, operations)
        #expect(try await child.drive() == .ended(.completed, summary: "1 of 1 steps done"))
        try record.close()
        try await engine.submit(.lookAtRun(step), by: "ana")
      }
      #expect(try await engine.drive() == .ended(.completed, summary: "4 of 4 steps done"))
      let world = await engine.simulatedWorld
      #expect(world?.state["count"] == .integer(4))
      #expect(world?.now == 1_795_316_400 + 4 * 30)
      // The state that the last event names is that of the whole family.
      let kept = try #require(await engine.state.world)
      let directory = try #require(store.directory(of: RunID("wave")))
      #expect(try directory.world(kept).state["count"] == .integer(4))
    }
  }
}
