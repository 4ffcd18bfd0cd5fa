import Testing

@testable import Runbooks

/// In an attended run a change begins only at a person's go.
@Suite struct ReleaseTests {
  private static let runbook = Fixtures.runbook([
    Fixtures.step("look", .check(Fixtures.check("look"))),
    Fixtures.step("hold", .operation(Fixtures.call("hold")), risk: .change),
    Fixtures.step("never", .operation(Fixtures.call("hold")), when: "1 > 2", risk: .change),
  ])

  private func state(_ pace: Pace, _ mode: World = .live) throws -> RunState {
    var state = RunState(of: Self.runbook)
    try state.apply(Fixtures.created(Self.runbook, mode, pace: pace))
    return state
  }

  private func started(_ effects: [RunEffect]) -> [StepID] {
    effects.compactMap { if case .start(let step, _) = $0 { step } else { nil } }
  }

  @Test("reading steps start by themselves, a change waits, and the run says for what")
  func waits() throws {
    let state = try state(.attended)
    #expect(started(state.effects(now: Fixtures.start)) == [StepID("look")])
    #expect(state.waitsForRelease(StepID("hold")))
    #expect(state.waitingItems.map(\.kind) == [.release])
  }

  @Test("a go lets exactly that change begin")
  func goes() throws {
    var state = try state(.attended)
    for event in try state.events(for: .release(StepID("hold")), by: "ana", at: Fixtures.start) {
      try state.apply(event)
    }
    #expect(started(state.effects(now: Fixtures.start)) == [StepID("look"), StepID("hold")])
  }

  @Test("without a go the change cannot be recorded as begun")
  func refusesIntent() throws {
    var state = try state(.attended)
    #expect(throws: RunStateError.self) {
      try state.apply(
        .stepStarted(
          .init(
            step: StepID("hold"),
            attempt: 1,
            risk: .change,
            isRepeatable: false,
            by: "ana",
            at: Fixtures.start
          )
        )
      )
    }
  }

  @Test("an automatic run and a plan wait for no go", arguments: [World.live, .plan])
  func noGate(mode: World) throws {
    let pace: Pace = mode == .plan ? .attended : .automatic
    let state = try state(pace, mode)
    #expect(started(state.effects(now: Fixtures.start)).contains(StepID("hold")))
    #expect(throws: CommandRefusal.self) {
      try state.events(for: .release(StepID("hold")), by: "ana", at: Fixtures.start)
    }
  }

  @Test("a change whose condition is false is skipped without a go")
  func skips() throws {
    let state = try state(.attended)
    let skipped = state.effects(now: Fixtures.start).compactMap {
      if case .skip(let step, _) = $0 { step } else { nil }
    }
    #expect(skipped == [StepID("never")])
    #expect(!state.waitsForRelease(StepID("never")))
  }
}
