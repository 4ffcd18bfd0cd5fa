import Testing

@testable import Runbooks

/// Whoever is not in `operators.yaml` may look and not act.
@Suite struct ActorTests {
  private static let runbook = Fixtures.runbook([
    Fixtures.step("hold", .operation(Fixtures.call("hold")), risk: .change),
    Fixtures.manual("lock"),
    Fixtures.approve("agree"),
  ])

  private func state(_ duties: Duties?) throws -> RunState {
    var state = RunState(of: Self.runbook)
    try state.apply(Fixtures.created(Self.runbook, pace: .attended, duties: duties))
    return state
  }

  private static let commands: [RunCommand] = [
    .release(StepID("hold")), .abort(reason: "enough"), .pause(reason: "wait"),
    .note(nil, text: "I was here"), .skip(StepID("lock"), reason: "not needed"),
    .rollBack(reason: "back"), .takeDrive,
  ]

  @Test("no command of a stranger is taken, whatever it is", arguments: commands)
  func stranger(command: RunCommand) throws {
    let state = try state(Duties(acting: .operators))
    #expect(
      throws: CommandRefusal(
        "mallory is not in the site's operators.yaml, so they may look and not act."
      )
    ) { try state.events(for: command, by: "mallory", at: Fixtures.start) }
  }

  @Test("an operator's command is taken")
  func operates() throws {
    let state = try state(Duties(acting: .operators))
    #expect(try !state.events(for: .pause(reason: "wait"), by: "ana", at: Fixtures.start).isEmpty)
  }

  @Test("a stranger does not drive, and a run from before the rule goes on as it began")
  func drives() throws {
    let duties = Duties(acting: .operators)
    #expect(duties.objection(toDriver: "mallory", with: []) != nil)
    #expect(duties.objection(toDriver: "ana", with: [Role("E4")]) == nil)
    let state = try state(nil)
    #expect(
      try !state.events(for: .pause(reason: "wait"), by: "mallory", at: Fixtures.start).isEmpty
    )
  }

  @Test("every site asks it of its people")
  func site() {
    #expect(Duties(of: Fixtures.site).acting == .operators)
  }
}
