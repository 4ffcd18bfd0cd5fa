import Testing

@testable import Runbooks

@Suite struct ApprovalTests {
  private func waiting(
    _ step: Step,
    excluded: [String] = [],
    expires: Duration? = nil,
    count: Int = 1,
    typed: String? = nil,
    before: [Step] = []
  ) throws -> RunState {
    let runbook = Fixtures.runbook(before + [step])
    var state = RunState(of: runbook)
    try state.apply(Fixtures.created(runbook))
    try state.apply(
      .approvalRequested(
        .init(
          step: step.id,
          statement: "go on",
          roles: [Role("E4")],
          count: count,
          excluded: excluded,
          confirmation: typed,
          expires: expires.map { Fixtures.start.advanced(by: $0) },
          at: Fixtures.start
        )
      )
    )
    return state
  }

  private func approve(
    _ state: inout RunState,
    by name: String,
    typed: String? = nil,
    at: Moment = Fixtures.start
  ) throws {
    let command = RunCommand.approve(StepID("ok"), comment: "", typed: typed, seen: Digest(of: ""))
    for event in try state.events(for: command, by: name, at: at) { try state.apply(event) }
  }

  @Test("only holders of a role sign off, never twice, never their own work")
  func who() throws {
    var state = try waiting(Fixtures.approve("ok", count: 2), excluded: ["ana"], count: 2)
    #expect(throws: CommandRefusal.self) { try approve(&state, by: "dan") }
    #expect(throws: CommandRefusal.self) { try approve(&state, by: "stranger") }
    #expect(throws: CommandRefusal.self) { try approve(&state, by: "ana") }
    try approve(&state, by: "bo")
    #expect(throws: CommandRefusal.self) { try approve(&state, by: "bo") }
    #expect(state.waitingItems.first?.what == "1 of 2 sign-offs: go on")
    try approve(&state, by: "cy")
    #expect(state[StepID("ok")]?.word == "succeeded")
    #expect(state.performers(of: StepID("ok")) == ["bo", "cy"])
  }

  @Test("the text to type must match to the letter")
  func typed() throws {
    var state = try waiting(Fixtures.approve("ok"), typed: "eve@example.org")
    for wrong in [nil, "", "eve@example.orG", "eve@example.org "] {
      #expect(throws: CommandRefusal.self) { try approve(&state, by: "bo", typed: wrong) }
    }
    try approve(&state, by: "bo", typed: "eve@example.org")
    #expect(state[StepID("ok")]?.hasEnded == true)
  }

  @Test("a request that expired is not met any more, and retrying asks anew")
  func expiry() throws {
    var state = try waiting(Fixtures.approve("ok"), expires: .seconds(60))
    let later = Fixtures.start.advanced(by: .seconds(60))
    #expect(state.effects(now: Fixtures.start) == [.wake(later)])
    #expect(state.effects(now: later) == [.expire(StepID("ok"))])
    #expect(throws: CommandRefusal.self) { try approve(&state, by: "bo", at: later) }
    #expect(throws: RunStateError.self) {
      try state.apply(.approvalExpired(.init(step: StepID("ok"), at: Fixtures.start)))
    }
    try state.apply(.approvalExpired(.init(step: StepID("ok"), at: later)))
    #expect(state.waitingItems.map(\.kind) == [.failure])
    for event in try state.events(
      for: .retry(StepID("ok"), reason: "bo is back"),
      by: "ana",
      at: later
    ) {
      try state.apply(event)
    }
    #expect(state.effects(now: later) == [.ask(StepID("ok"))])
  }

  @Test("a rejection ends the run, or takes it back to the step it names")
  func rejection() throws {
    var ending = try waiting(Fixtures.approve("ok"))
    let no = RunCommand.reject(StepID("ok"), reason: "the queue still grows")
    for event in try ending.events(for: no, by: "bo", at: Fixtures.start) {
      try ending.apply(event)
    }
    guard case .end(.aborted, _)? = ending.effects(now: Fixtures.start).first else {
      Issue.record("the run should end")
      return
    }

    let step = Fixtures.approve("ok", onReject: .rewind(to: StepID("look")))
    let look = Fixtures.note("look")
    var back = try waiting(step, before: [look])
    let started = RunEvent.stepStarted(
      .init(
        step: look.id,
        attempt: 1,
        risk: .read,
        isRepeatable: true,
        by: "ana",
        at: Fixtures.start
      )
    )
    let ended = RunEvent.stepEnded(
      .init(step: look.id, attempt: 1, outcome: .passed, summary: "", at: Fixtures.start)
    )
    for event in [started, ended] { try back.apply(event) }
    for event in try back.events(for: no, by: "bo", at: Fixtures.start) { try back.apply(event) }
    #expect(back[look.id] == .ready)
    #expect(back.effects(now: Fixtures.start).contains(.start(look.id, attempt: 2)))
    #expect(throws: CommandRefusal.self) {
      try back.events(for: no, by: "dan", at: Fixtures.start)
    }
  }

  @Test("a sign-off over something seen before the request, or of another run, does not count")
  func seen() async throws {
    try await Fixtures.withState { store in
      let runbook = Fixtures.runbook([
        Fixtures.note("look"), Fixtures.approve("ok", needs: ["look"]),
      ])
      let (engine, run) = try await Fixtures.engine(store, runbook)
      let early = await engine.head.hash
      #expect(
        try await engine.drive()
          == .waiting([
            WaitingItem(
              step: StepID("ok"),
              kind: .approval,
              roles: [Role("E4")],
              what: "1 of 1 sign-offs: go on"
            )
          ])
      )
      for seen in [early, Digest(of: "another run")] {
        await #expect(throws: RunEngineError.self) {
          try await engine.submit(
            .approve(StepID("ok"), comment: "", typed: nil, seen: seen),
            by: "bo"
          )
        }
      }
      let seen = await engine.head.hash
      try await engine.submit(
        .approve(StepID("ok"), comment: "fine", typed: nil, seen: seen),
        by: "bo"
      )
      #expect(try await engine.drive() == .ended(.completed, summary: "2 of 2 steps done"))
      try run.close()
    }
  }
}
