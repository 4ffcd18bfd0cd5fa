import Testing

@testable import Runbooks

/// Guardrails as the engine reads them beside a run.
@Suite("A guarded run") struct GuardrailEngineTests {
  private static let wait = Fixtures.step(
    "wait",
    .wait(.span(Fixtures.template("10m"))),
    needs: ["one"]
  )
  private static let runbook = Guarded.runbook([
    Guarded.step(
      "one",
      Guarded.operation("grow"),
      rollback: .operation(Fixtures.call("shrink"))
    ),
    wait,
    Guarded.step("two", Guarded.operation("shrink"), needs: ["wait"]),
    Fixtures.step("three", .check(Guarded.check()), needs: ["wait"]),
  ])

  private func words(_ status: RunStatus) -> String {
    if case .paused(let by, let reason) = status { "\(by): \(reason)" } else { "\(status)" }
  }

  @Test(
    "in a simulated world in which the queue grows, nothing begins after that, and time stands still"
  )
  func tabletop() async throws {
    try await Fixtures.withState { store in
      let gauge = Gauge(0)
      let (engine, run) = try await Fixtures.engine(
        store,
        Self.runbook,
        Guarded.operations(gauge),
        .tabletop
      )
      let status = try await engine.drive(decider: AgreeableDecider())
      #expect(words(status).hasPrefix("the guardrail queue-size: "))
      #expect(words(status).contains("900 messages"))
      #expect(words(status).contains("Find the causes. Reach for the runbook queue-triage."))
      #expect(words(status).hasSuffix("A rollback would undo one."))
      let state = await engine.state
      #expect(state[StepID("one")]?.word == "succeeded")
      #expect(state[StepID("two")] == .pending)
      #expect(Guarded.verdicts(try run.entries()) == ["pass", "fail"])
      // What a reading does to the world is forgotten: one step took 30 seconds, and one interval.
      #expect(await engine.world?.now == 1_795_316_400 + 60)
      try await engine.submit(.overrule(reason: "it is the exercise"), by: "ana")
      #expect(
        try await engine.drive(decider: AgreeableDecider())
          == .ended(.completed, summary: "4 of 4 steps done")
      )
      #expect(gauge.readings == 0)
    }
  }

  @Test("the same world and answers give the same record, byte for byte")
  func deterministic() async throws {
    func play() async throws -> [[UInt8]] {
      try await Fixtures.withState { store in
        let (engine, run) = try await Fixtures.engine(
          store,
          Self.runbook,
          Guarded.operations(Gauge(0)),
          .tabletop
        )
        _ = try await engine.drive(decider: AgreeableDecider())
        try await engine.submit(.overrule(reason: "seen"), by: "ana")
        _ = try await engine.drive(decider: AgreeableDecider())
        try run.close()
        var payloads: [[UInt8]] = []
        try JournalReader(run.directory).forEachRow(after: 0) { row in
          payloads.append(row.payload ?? [])
          return true
        }
        return payloads
      }
    }
    #expect(try await play() == play())
  }

  @Test("in the real world a failure pauses; once it clears the run waits all the same")
  func clears() async throws {
    try await Fixtures.withState { store in
      let gauge = Gauge(0)
      let (engine, run) = try await Fixtures.engine(
        store,
        Self.runbook,
        Guarded.operations(gauge)
      )
      #expect(words(try await engine.drive()).contains("fails: 900 messages"))
      gauge.value = 5
      await engine.lookAtGuardrails()
      #expect(words(try await engine.drive()).contains("has cleared since: 5 messages"))
      try await engine.submit(.continue, by: "ana")
      #expect(try await engine.drive() == .ended(.completed, summary: "4 of 4 steps done"))
      #expect(Guarded.verdicts(try run.entries()) == ["pass", "fail", "pass"])
    }
  }

  @Test("what could not be found out is recorded once, and pauses nothing")
  func undetermined() async throws {
    try await Fixtures.withState { store in
      let runbook = Guarded.runbook([
        Guarded.step("one", .note(Fixtures.template("x"))), Fixtures.manual("hand"),
      ])
      let (engine, run) = try await Fixtures.engine(
        store,
        runbook,
        Guarded.operations(Gauge(nil))
      )
      _ = try await engine.drive()
      await engine.lookAtGuardrails()
      await engine.lookAtGuardrails()
      #expect(
        try await engine.drive(decider: AgreeableDecider())
          == .ended(.completed, summary: "2 of 2 steps done")
      )
      #expect(Guarded.verdicts(try run.entries()) == ["undetermined"])
    }
  }

  @Test("whoever takes a run from a dead runner finds it held, and the guardrail is read again")
  func resumed() async throws {
    try await Fixtures.withState { store in
      let gauge = Gauge(0)
      let clock = ManualRunClock(wall: Fixtures.start)
      try await die(store, gauge, clock)
      let (engine, run) = try await Fixtures.reopened(
        store,
        Self.runbook,
        Guarded.operations(gauge),
        clock
      )
      #expect(words(try await engine.drive()).contains("the guardrail queue-size"))
      gauge.value = 3
      await engine.lookAtGuardrails()
      #expect(Guarded.verdicts(try run.entries()) == ["pass", "fail", "pass"])
    }
  }

  private func die(_ store: RunStore, _ gauge: Gauge, _ clock: ManualRunClock) async throws {
    let (engine, run) = try await Fixtures.engine(
      store,
      Self.runbook,
      Guarded.operations(gauge),
      clock: clock
    )
    _ = try await engine.drive()
    // Let go without a word to the record.
    _ = run
  }

  @Test("a plan reads no guardrail")
  func plan() async throws {
    try await Fixtures.withState { store in
      let gauge = Gauge(900)
      let (engine, run) = try await Fixtures.engine(
        store,
        Self.runbook,
        Guarded.operations(gauge),
        .plan
      )
      _ = try await engine.drive()
      #expect(Guarded.verdicts(try run.entries()).isEmpty)
    }
  }

  // MARK: Gates

  private static func gated(warns: Bool = false) -> Runbook {
    Guarded.runbook(
      [
        Fixtures.step("look", .check(Guarded.check(warns: true))),
        Fixtures.step(
          "gate",
          .gate(Gate(requires: [StepID("look")], checks: [Guarded.check(warns: warns)])),
          needs: ["look"]
        ),
      ],
      guardrails: []
    )
  }

  @Test(
    "a gate opens where its check passes or warns, and names one that does not, with its remedy",
    arguments: [
      (10, false, "succeeded", "queue-size: 10 messages"),
      (900, true, "warned", "the evidence stands and is fresh; queue-size: 900 messages"),
      (900, false, "failed", "queue-size fails: 900 messages"),
    ]
  )
  func gate(value: Int, warns: Bool, word: String, summary: String) async throws {
    for mode in [World.live, .plan] {
      try await Fixtures.withState { store in
        let (engine, run) = try await Fixtures.engine(
          store,
          Self.gated(warns: warns),
          Guarded.operations(Gauge(value)),
          mode
        )
        _ = try await engine.drive()
        let state = await engine.state[StepID("gate")]
        #expect(state?.word == word)
        #expect(state?.result?.summary.contains(summary) == true)
        if word == "failed" {
          #expect(
            state?.result?.failure?.advice
              == "queue-size: Find the causes. Reach for the runbook queue-triage."
          )
        }
        try run.close()
        #expect(Verification(of: run.directory) { _ in Self.gated(warns: warns) }.isSound)
      }
    }
  }

  @Test("a gate does not open on what could not be found out, nor before its evidence stands")
  func closed() async throws {
    try await Fixtures.withState { store in
      let gauge = Gauge(10)
      let (engine, _) = try await Fixtures.engine(
        store,
        Guarded.runbook(
          [
            Fixtures.manual("hand"),
            Fixtures.step(
              "gate",
              .gate(Gate(requires: [StepID("hand")], checks: [Guarded.check()]))
            ),
            Fixtures.step("unknown", .gate(Gate(requires: [], checks: [Guarded.check()]))),
          ],
          guardrails: []
        ),
        Guarded.operations(gauge)
      )
      gauge.value = nil
      _ = try await engine.drive()
      let state = await engine.state
      #expect(state[StepID("gate")]?.result?.failure?.reason == .refused)
      let failure = state[StepID("unknown")]?.result?.failure
      #expect(failure?.reason == .undetermined)
      #expect(failure?.message == "queue-size could not be found out: no route")
      #expect(failure?.advice.contains("Look at the line. Find the causes.") == true)
    }
  }

  @Test("a step that fails by a check it uses says the remedy and the runbook to reach for")
  func step() async throws {
    try await Fixtures.withState { store in
      let runbook = Guarded.runbook(
        [Fixtures.step("look", .check(Guarded.check()))],
        guardrails: []
      )
      let (engine, _) = try await Fixtures.engine(store, runbook, Guarded.operations(Gauge(900)))
      _ = try await engine.drive()
      #expect(
        await engine.state[StepID("look")]?.result?.failure?.advice
          == "Find the causes. Reach for the runbook queue-triage."
      )
    }
  }
}
