import Testing

@testable import Runbooks

/// A runner that died between an intent and the first process of it: what the record proves.
@Suite struct NothingBeganTests {
  private static let process = ProcessIdentity(pid: 1, started: 2, boot: "boot-0")
  private static let at = Fixtures.start

  /// A runbook whose one step may not be repeated, and can be undone.
  private static let runbook = Fixtures.runbook([
    Undoing.step("x", rollback: Undoing.undo("x"))
  ])

  private static func intent(_ isSupervised: Bool?, attempt: Int = 1) -> RunEvent.StepStarted {
    .init(
      step: StepID("x"),
      attempt: attempt,
      risk: .change,
      isRepeatable: false,
      isSupervised: isSupervised,
      by: "ana",
      at: at
    )
  }

  private static func spawned(attempt: Int = 1) -> RunEvent.StepSpawned {
    .init(
      step: StepID("x"),
      attempt: attempt,
      command: 1,
      program: "sh",
      process: process,
      supervisor: process,
      at: at
    )
  }

  /// A run that is driven and has this behind it.
  private static func state(_ events: [RunEvent]) throws -> RunState {
    var state = RunState(of: runbook)
    let attached = RunEvent.driverAttached(.init(by: "ana", pid: 1, boot: "b", epoch: 1, at: at))
    for event in [Fixtures.created(runbook), attached] + events { try state.apply(event) }
    return state
  }

  private static func settled(attempt: Int = 1) -> RunEvent.StepReconciled {
    .init(step: StepID("x"), attempt: attempt, settlement: .nothingBegan, summary: "", at: at)
  }

  @Test("without a recorded process nothing began, if every one of its processes is recorded")
  func proof() throws {
    let unknown = RunEvent.stepUnknown(.init(step: StepID("x"), attempt: 1, reason: "lost"))
    var state = try Self.state([.stepStarted(Self.intent(true)), unknown])
    try state.apply(.stepReconciled(Self.settled()))
    #expect(state[StepID("x")] == .ready)
    // Nothing of it is left that a rollback would have to speak of.
    let plan = state.rollbackPlan(at: Self.at)
    #expect(plan.order.isEmpty && plan.standing.isEmpty)
  }

  @Test(
    "nobody may say so of an attempt whose processes are not recorded, or that has one on record",
    arguments: [nil, false, true] as [Bool?]
  )
  func noProof(isSupervised: Bool?) throws {
    let unknown = RunEvent.stepUnknown(.init(step: StepID("x"), attempt: 1, reason: "lost"))
    var events: [RunEvent] = [.stepStarted(Self.intent(isSupervised))]
    if isSupervised == true { events.append(.stepSpawned(Self.spawned())) }
    var state = try Self.state(events + [unknown])
    #expect(throws: RunStateError.self) { try state.apply(.stepReconciled(Self.settled())) }
    #expect(state.rollbackPlan(at: Self.at).standing.map(\.step.name) == ["x"])
  }

  @Test("a process that its supervisor withdrew is taken back, one before it is not")
  func withdrawn() throws {
    func state(commands: Int) throws -> RunState {
      let spawned = (1...commands).map {
        RunEvent.stepSpawned(
          .init(
            step: StepID("x"),
            attempt: 1,
            command: $0,
            program: "sh",
            process: Self.process,
            supervisor: Self.process,
            at: Self.at
          )
        )
      }
      let unknown = RunEvent.stepUnknown(
        .init(step: StepID("x"), attempt: 1, reason: "withdrawn", isWithdrawn: true)
      )
      return try Self.state([.stepStarted(Self.intent(true))] + spawned + [unknown])
    }
    var one = try state(commands: 1)
    try one.apply(.stepReconciled(Self.settled()))
    #expect(one[StepID("x")] == .ready)
    var two = try state(commands: 2)
    #expect(throws: RunStateError.self) { try two.apply(.stepReconciled(Self.settled())) }
  }

  @Test("the same holds for what undoes a step")
  func compensation() throws {
    let begun = RunEvent.RollbackBegun(order: [StepID("x")], standing: [], at: Self.at)
    let before: [RunEvent] = [
      .stepStarted(Self.intent(true)), .stepSpawned(Self.spawned()),
      .stepEnded(.init(step: StepID("x"), attempt: 1, outcome: .passed, summary: "", at: Self.at)),
      .rollbackRequested(.init(by: "ana", reason: "wrong", at: Self.at)), .rollbackBegun(begun),
    ]
    let unknown = RunEvent.compensation(
      .unknown(.init(step: StepID("x"), attempt: 2, reason: "lost"))
    )
    let settled = RunEvent.compensation(.reconciled(Self.settled(attempt: 2)))
    var proven = try Self.state(
      before + [.compensation(.started(Self.intent(true, attempt: 2))), unknown]
    )
    try proven.apply(settled)
    #expect(proven.rollback?[StepID("x")]?.state == .ready)
    var begunState = try Self.state(
      before + [
        .compensation(.started(Self.intent(true, attempt: 2))),
        .compensation(.spawned(Self.spawned(attempt: 2))), unknown,
      ]
    )
    #expect(throws: RunStateError.self) { try begunState.apply(settled) }
    var unsaid = try Self.state(
      before + [.compensation(.started(Self.intent(nil, attempt: 2))), unknown]
    )
    #expect(throws: RunStateError.self) { try unsaid.apply(settled) }
  }

  @Test("whoever takes the run over records it, asks nobody, and performs the step")
  func engine() async throws {
    try await Fixtures.withState { store in
      let ledger = Ledger()
      let runbook = Fixtures.runbook([
        Fixtures.step("x", .operation(Fixtures.call("op", "x")), risk: .change)
      ])
      let clock = ManualRunClock(wall: Fixtures.start)
      let run = try store.create(Fixtures.creation(runbook), clock: clock)
      _ = try run.append(
        [
          .driverAttached(.init(by: "ana", pid: 1, boot: "b", epoch: 1, at: Self.at)),
          .stepStarted(Self.intent(true)),
        ],
        by: "ana",
        at: clock.read(),
        boot: "b"
      )
      let engine = try RunEngine(
        run,
        entries: try run.entries(),
        Fixtures.setting(runbook, [FakeOperation("op", ledger)], clock)
      )
      try await engine.attach()
      #expect(try await engine.drive() == .ended(.completed, summary: "1 of 1 steps done"))
      #expect(ledger.lines == ["x"])
      let events = try run.entries().map(\.event)
      #expect(
        events.map(\.type).suffix(6) == [
          "driver.attached", "step.unknown", "step.reconciled", "step.started", "step.ended",
          "run.ended",
        ]
      )
      guard case .stepReconciled(let settled) = events[5] else {
        Issue.record("\(events[5].type)")
        return
      }
      #expect(settled.settlement == .nothingBegan)
    }
  }
}
