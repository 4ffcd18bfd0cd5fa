import Testing

@testable import Runbooks

@Suite struct RunEngineTests {
  @Test("steps run in the order of their needs, each with an intent before and an end after")
  func order() async throws {
    try await Fixtures.withState { store in
      let ledger = Ledger()
      let op = FakeOperation("op", ledger)
      let runbook = Fixtures.runbook([
        Fixtures.step("b", .operation(Fixtures.call("op", "b")), needs: ["a"], risk: .change),
        Fixtures.step("a", .operation(Fixtures.call("op", "a")), risk: .change),
      ])
      let (engine, run) = try await Fixtures.engine(store, runbook, [op])
      #expect(try await engine.drive() == .ended(.completed, summary: "2 of 2 steps done"))
      #expect(ledger.lines == ["a", "b"])
      let types = try run.entries().map { "\($0.event.type) \($0.event.step?.name ?? "")" }
      #expect(
        types == [
          "run.created ", "driver.attached ", "step.started a", "step.ended a",
          "step.started b", "step.ended b", "run.ended ",
        ]
      )
      guard case .stepStarted(let intent) = try run.entries()[2].event else {
        Issue.record("no intent")
        return
      }
      #expect(intent.actions == [PlannedAction(argv: ["ledger", "op", "a"])])
      #expect(intent.arguments == ["text": .string("a")])
      try run.close()
      let entries = try run.entries().map(\.event)
      #expect(
        try RunState(of: runbook, site: Fixtures.site.record, replaying: entries)
          == (await engine.state)
      )
    }
  }

  @Test("a branch goes on while another waits for a sign-off, and one that failed does not stop it")
  func parallel() async throws {
    try await Fixtures.withState { store in
      let ledger = Ledger()
      let refusal = OperationFailure(.failed, "no", advice: "", effect: .none)
      let runbook = Fixtures.runbook([
        Fixtures.approve("ok"), Fixtures.note("late", needs: ["ok"]),
        Fixtures.step("bad", .operation(Fixtures.call("bad")), risk: .change),
        Fixtures.step("work", .operation(Fixtures.call("op", "w")), risk: .change),
        Fixtures.note("more", needs: ["work"]),
      ])
      let (engine, _) = try await Fixtures.engine(
        store,
        runbook,
        [FakeOperation("op", ledger), FakeOperation("bad", ledger, .fails(refusal))]
      )
      guard case .waiting(let items) = try await engine.drive() else {
        Issue.record("should wait")
        return
      }
      #expect(items.map(\.step.name) == ["ok", "bad"])
      #expect(items.map(\.kind) == [.approval, .failure])
      #expect(await engine.state[StepID("more")]?.word == "succeeded")
      try await engine.submit(.acceptFailure(StepID("bad"), reason: "known"), by: "ana")
      #expect(
        try await engine.drive(decider: AgreeableDecider())
          == .ended(.failed, summary: "4 of 5 steps done, 1 failed")
      )
    }
  }

  @Test("a failed step is tried again with growing waits, then left to its policy")
  func retry() async throws {
    try await Fixtures.withState { store in
      let ledger = Ledger()
      let op = FakeOperation("op", ledger, .failsFirst(2))
      let clock = ManualRunClock(wall: Fixtures.start)
      let runbook = Fixtures.runbook([
        Fixtures.step(
          "x",
          .operation(Fixtures.call("op")),
          risk: .change,
          retry: RetryPolicy(attempts: 3, backoff: .seconds(10), factor: 2)
        )
      ])
      let (engine, _) = try await Fixtures.engine(store, runbook, [op], clock: clock)
      #expect(try await engine.drive() == .ended(.completed, summary: "1 of 1 steps done"))
      #expect(ledger.lines.count == 3)
      #expect(clock.read().wall == Fixtures.start.advanced(by: .seconds(30)))
    }
  }

  @Test(
    "each failure policy does what it says",
    arguments: [
      (FailurePolicy.ask, "waiting"), (.continue, "1 failed, 1 skipped"), (.abort, "ends the run"),
    ]
  )
  func policies(policy: FailurePolicy, expected: String) async throws {
    try await Fixtures.withState { store in
      let refusal = OperationFailure(.refused, "no", advice: "", effect: .none)
      let op = FakeOperation("op", Ledger(), .fails(refusal))
      let runbook = Fixtures.runbook([
        Fixtures.step("x", .operation(Fixtures.call("op")), risk: .change, onFailure: policy),
        Fixtures.note("next", needs: ["x"]),
        Fixtures.step(
          "mend",
          .note(Fixtures.template("mend")),
          needs: ["x"],
          on: .failed
        ),
      ])
      let (engine, _) = try await Fixtures.engine(store, runbook, [op])
      #expect("\(try await engine.drive())".contains(expected))
    }
  }

  @Test(
    "a wait looks again and again, ends in time or fails, and may be tried again",
    arguments: [
      (Duration.seconds(300), "ended(Runbooks.RunOutcome.completed"),
      (.seconds(90), "did not hold within 1m30s"),
    ]
  )
  func waitUntil(atMost: Duration, expected: String) async throws {
    try await Fixtures.withState { store in
      let ledger = Ledger()
      let look = FakeOperation("look", risk: .read, ledger, .failsFirst(4))
      let clock = ManualRunClock(wall: Fixtures.start)
      let runbook = Fixtures.runbook([
        Fixtures.step(
          "x",
          .wait(.until(Fixtures.check("look"), every: .seconds(60), atMost: atMost))
        )
      ])
      let (engine, _) = try await Fixtures.engine(store, runbook, [look], clock: clock)
      let status = try await engine.drive()
      #expect("\(status)".contains(expected), "\(status)")
      guard status != .ended(.completed, summary: "1 of 1 steps done") else {
        #expect(ledger.lines.count == 5)
        #expect(clock.read().wall == Fixtures.start.advanced(by: .seconds(240)))
        return
      }
      try await engine.submit(.retry(StepID("x"), reason: "a little longer"), by: "ana")
      #expect(try await engine.drive() == .ended(.completed, summary: "1 of 1 steps done"))
      #expect(await engine.state.attemptCount(of: StepID("x")) == 2)
    }
  }

  @Test("a change whose effect is unknown is not shown as failed and not repeated")
  func unknownEffect() async throws {
    try await Fixtures.withState { store in
      let ledger = Ledger()
      let failure = OperationFailure(.timedOut, "no answer", advice: "", effect: .unknown)
      let op = FakeOperation("op", ledger, .fails(failure))
      let runbook = Fixtures.runbook([
        Fixtures.step(
          "x",
          .operation(Fixtures.call("op")),
          risk: .change,
          retry: RetryPolicy(attempts: 5, backoff: .seconds(1))
        )
      ])
      let (engine, _) = try await Fixtures.engine(store, runbook, [op])
      guard case .unknown(let items) = try await engine.drive() else {
        Issue.record("should be unknown")
        return
      }
      #expect(items.map(\.kind) == [.unknown])
      #expect(ledger.lines.count == 1)
    }
  }

  @Test("a probe that holds before the step makes it already done")
  func alreadyDone() async throws {
    try await Fixtures.withState { store in
      let ledger = Ledger()
      let runbook = Fixtures.runbook([
        Fixtures.step(
          "x",
          .operation(Fixtures.call("op")),
          risk: .change,
          doneWhen: Fixtures.check("look")
        )
      ])
      let (engine, _) = try await Fixtures.engine(
        store,
        runbook,
        [FakeOperation("op", ledger), FakeOperation("look", risk: .read, ledger)]
      )
      #expect(try await engine.drive() == .ended(.completed, summary: "1 of 1 steps done"))
      #expect(ledger.lines == ["look"])
      #expect(await engine.state[StepID("x")]?.word == "already done")
    }
  }

  @Test("in a plan world reads happen, changes do not, and what needs their results is skipped")
  func plan() async throws {
    try await Fixtures.withState { store in
      let ledger = Ledger()
      let runbook = Fixtures.runbook([
        Fixtures.step("look", .check(Fixtures.check("look"))),
        Fixtures.step(
          "change",
          .operation(Fixtures.call("op", "c")),
          needs: ["look"],
          risk: .change
        ),
        Fixtures.step(
          "use",
          .operation(
            OperationCall(
              operation: OperationName("op"),
              arguments: ["text": .template(Fixtures.template("n ${steps.change.count}"))],
              position: Fixtures.place
            )
          ),
          needs: ["change"],
          risk: .change
        ),
        Fixtures.step("then", .note(Fixtures.template("x")), needs: ["use"], on: .any),
        Fixtures.approve("ok", needs: ["change"]), Fixtures.manual("hand", needs: ["ok"]),
      ])
      let (engine, _) = try await Fixtures.engine(
        store,
        runbook,
        [FakeOperation("op", ledger), FakeOperation("look", risk: .read, ledger)],
        .plan
      )
      #expect(
        try await engine.drive() == .ended(.completed, summary: "5 of 6 steps done, 1 skipped")
      )
      #expect(ledger.lines == ["look"])
      #expect(await engine.state[StepID("change")]?.word == "planned")
      #expect(
        await engine.state[StepID("use")] == .skipped(.needsPlannedResult("steps.change.count"))
      )
    }
  }

  @Test("a condition that is false skips the step and blocks what needs its success")
  func condition() async throws {
    try await Fixtures.withState { store in
      let runbook = Fixtures.runbook([
        Fixtures.step("x", .note(Fixtures.template("x")), when: "1 > 2"),
        Fixtures.note("blocked", needs: ["x"]),
        Fixtures.step("free", .note(Fixtures.template("x")), needs: ["x"], on: .any),
      ])
      let (engine, _) = try await Fixtures.engine(store, runbook)
      #expect(
        try await engine.drive() == .ended(.completed, summary: "1 of 3 steps done, 2 skipped")
      )
      #expect(
        await engine.state[StepID("blocked")]
          == .skipped(.needCannotBeMet(StepID("x"), ended: "was skipped"))
      )
    }
  }

  @Test("a gate refuses evidence that is too old")
  func gate() async throws {
    try await Fixtures.withState { store in
      let ledger = Ledger()
      let runbook = Fixtures.runbook([
        Fixtures.step("look", .check(Fixtures.check("look", freshFor: .seconds(60)))),
        Fixtures.step("wait", .wait(.span(Fixtures.template("2m"))), needs: ["look"]),
        Fixtures.step("gate", .gate(Gate(requires: [StepID("look")])), needs: ["wait"]),
      ])
      let (engine, _) = try await Fixtures.engine(
        store,
        runbook,
        [FakeOperation("look", risk: .read, ledger)]
      )
      guard case .waiting(let items) = try await engine.drive() else {
        Issue.record("the gate should fail")
        return
      }
      #expect(items.first?.what == "the evidence of look is 2m old, 1m is allowed")
    }
  }

  @Test("a pause starts nothing, and continuing goes on")
  func pause() async throws {
    try await Fixtures.withState { store in
      let (engine, _) = try await Fixtures.engine(store, Fixtures.runbook([Fixtures.note("x")]))
      try await engine.submit(.pause(reason: "lunch"), by: "bo")
      #expect(try await engine.drive() == .paused(by: "bo", reason: "lunch"))
      try await engine.submit(.continue, by: "bo")
      #expect(try await engine.drive() == .ended(.completed, summary: "1 of 1 steps done"))
    }
  }

  @Test("watchers see an event only after it is in the journal, and output as it appears")
  func watching() async throws {
    try await Fixtures.withState { store in
      let op = FakeOperation("op", Ledger(), output: Array("hello\n".utf8))
      let runbook = Fixtures.runbook([
        Fixtures.step("x", .operation(Fixtures.call("op")), risk: .change)
      ])
      let (engine, run) = try await Fixtures.engine(store, runbook, [op])
      let updates = engine.updates()
      _ = try await engine.drive()
      var seen: [Int64] = []
      var output: [UInt8] = []
      for await update in updates {
        switch update {
        case .recorded(let entry): seen.append(entry.sequence)
        case .output(let piece):
          #expect(piece.offset == output.count)
          output += piece.bytes
        case .stopped, .signing: Issue.record("\(update)")
        }
      }
      #expect(seen == [3, 4, 5])
      #expect(output == Array("hello\n".utf8))
      let end = try run.entries().compactMap {
        if case .stepEnded(let event) = $0.event { event } else { nil }
      }
      #expect(try run.bytes(of: #require(end.first?.output?.digest)) == output)
    }
  }

  @Test("a wall clock that jumps is recorded, shortens no wait and revives no request")
  func clockJump() async throws {
    try await Fixtures.withState { store in
      let clock = ManualRunClock(wall: Fixtures.start)
      let runbook = Fixtures.runbook([Fixtures.approve("ok", expires: .seconds(600))])
      let (engine, run) = try await Fixtures.engine(store, runbook, clock: clock)
      _ = try await engine.drive()
      clock.jump(to: Fixtures.start.advanced(by: .seconds(86_400 * 365)))
      let head = await engine.head.hash
      try await engine.submit(
        .approve(StepID("ok"), comment: "", typed: nil, seen: head),
        by: "bo"
      )
      let jumps = try run.entries().filter { $0.event.type == "clock.jumped" }
      #expect(jumps.count == 1)
    }
  }
}
