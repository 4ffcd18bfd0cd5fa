import Testing

@testable import Runbooks

/// What a person lets go is what is performed: the go binds the commands that were shown.
@Suite struct GoTests {
  private static let runbook = Fixtures.runbook([
    Fixtures.step("look", .check(Fixtures.check("look"))),
    Fixtures.step(
      "hold",
      .operation(Fixtures.call("hold", "alice")),
      needs: ["look"],
      risk: .change
    ),
  ])
  private static let hold = StepID("hold")
  private static let start = Fixtures.start

  private func intent(_ words: [String]) -> RunEvent {
    .stepStarted(
      .init(
        step: Self.hold,
        attempt: 1,
        actions: [PlannedAction(argv: words)],
        risk: .change,
        isRepeatable: false,
        by: "ana",
        at: Self.start
      )
    )
  }

  /// A run in which the hold was let go with a command.
  private func released(_ words: [String]) throws -> RunState {
    let runbook = Fixtures.runbook([
      Fixtures.step("hold", .operation(Fixtures.call("hold")), risk: .change)
    ])
    var state = RunState(of: runbook)
    try state.apply(Fixtures.created(runbook, pace: .attended))
    let shown = CommandList(
      step: Self.hold,
      actions: [PlannedAction(argv: words)],
      arguments: [:]
    )
    let events = try state.events(
      for: .release(Self.hold, seen: shown.digest),
      by: "ana",
      at: Self.start
    )
    for event in events { try state.apply(event) }
    return state
  }

  @Test("the record takes an intent with the commands that were let go")
  func same() throws {
    var state = try released(["postsuper", "-h", "A1"])
    try state.apply(intent(["postsuper", "-h", "A1"]))
  }

  @Test("the record takes no intent with other commands than were let go")
  func other() throws {
    var state = try released(["postsuper", "-h", "A1"])
    #expect(throws: RunStateError.self) {
      try state.apply(intent(["postsuper", "-d", "ALL"]))
    }
  }

  private func attended(
    _ store: RunStore,
    _ ledger: Ledger
  ) async throws -> (RunEngine, OpenRun, [any Operation]) {
    let operations: [any Operation] = [
      FakeOperation("look", risk: .read, ledger), FakeOperation("hold", ledger),
    ]
    let run = try store.create(
      .init(
        run: RunID("run-1"),
        runbook: Self.runbook,
        site: Fixtures.site,
        mode: .live,
        world: nil,
        pace: .attended,
        console: "test",
        by: "ana"
      ),
      clock: ManualRunClock(wall: Self.start)
    )
    let engine = try RunEngine(
      run,
      entries: try run.entries(),
      Fixtures.setting(Self.runbook, operations, ManualRunClock(wall: Self.start))
    )
    try await engine.attach()
    return (engine, run, operations)
  }

  @Test("the preview is the command list that is let go and then recorded as the intent")
  func previewed() async throws {
    try await Fixtures.withState { store in
      let (engine, run, operations) = try await attended(store, Ledger())
      guard case .waiting = try await engine.drive() else {
        Issue.record("a change waits for a go")
        return
      }
      let preview = StepPreview(catalogue: OperationCatalogue(operations), site: Fixtures.site)
      let shown = try preview.commands(of: Self.runbook.steps[1], in: await engine.state).get()
      #expect(shown.actions == [PlannedAction(argv: ["ledger", "hold", "alice"])])
      try await engine.submit(.release(Self.hold, seen: shown.digest), by: "ana")
      #expect(try await engine.drive() == .ended(.completed, summary: "2 of 2 steps done"))
      let intents = try run.entries().compactMap { entry -> RunEvent.StepStarted? in
        if case .stepStarted(let event) = entry.event, event.step == Self.hold {
          event
        } else {
          nil
        }
      }
      #expect(intents.map(\.commands) == [shown])
    }
  }

  @Test("a go for commands that would not be performed is refused, and nothing is done")
  func refused() async throws {
    try await Fixtures.withState { store in
      let ledger = Ledger()
      let (engine, _, operations) = try await attended(store, ledger)
      _ = try await engine.drive()
      // The same runbook seen with another site's eyes.
      var other = Fixtures.runbook([Self.runbook.steps[0]])
      other = Fixtures.runbook([
        other.steps[0],
        Fixtures.step("hold", .operation(Fixtures.call("hold", "bob")), risk: .change),
      ])
      let preview = StepPreview(catalogue: OperationCatalogue(operations), site: Fixtures.site)
      let shown = try preview.commands(of: other.steps[1], in: await engine.state).get()
      let before = ledger.lines
      await #expect(throws: RunEngineError.self) {
        try await engine.submit(.release(Self.hold, seen: shown.digest), by: "ana")
      }
      _ = try await engine.drive()
      #expect(ledger.lines == before)
    }
  }

  @Test("commands that need a value of an earlier step say which one they wait for")
  func unknownYet() async throws {
    try await Fixtures.withState { store in
      let (engine, _, operations) = try await attended(store, Ledger())
      let step = Fixtures.step(
        "late",
        .operation(
          OperationCall(
            operation: OperationName("hold"),
            arguments: ["text": .template(Fixtures.template("${steps.look.sender}"))],
            position: Fixtures.place
          )
        ),
        risk: .change
      )
      let preview = StepPreview(catalogue: OperationCatalogue(operations), site: Fixtures.site)
      guard case .failure(let refusal) = preview.commands(of: step, in: await engine.state) else {
        Issue.record("the sender is not known yet")
        return
      }
      #expect(refusal.reason == "known once steps.look.sender has a value")
    }
  }
}
