import Foundation
import TestSupport
import Testing

@testable import Runbooks

/// What guardrails make of the state of a run.
@Suite("The state of a guarded run") struct GuardrailStateTests {
  private static let atStep = GuardrailID(CheckID("queue-size"), of: StepID("one"))
  private static let runbook = Guarded.runbook([
    Guarded.step(
      "one",
      Guarded.operation("grow"),
      rollback: .operation(Fixtures.call("shrink")),
      guardrails: [Guarded.guardrail]
    ),
    Guarded.step("two", Guarded.operation("grow"), needs: ["one"]),
    Fixtures.manual("hand"),
  ])

  private func begun(_ events: RunEvent...) throws -> RunState {
    try RunState(of: Self.runbook, replaying: [Guarded.created(Self.runbook)] + events)
  }

  private func started(_ step: String = "one") -> RunEvent {
    .stepStarted(
      .init(
        step: StepID(step),
        attempt: 1,
        risk: .change,
        isRepeatable: true,
        by: "ana",
        at: Fixtures.start
      )
    )
  }

  private func ended(_ step: String = "one") -> RunEvent {
    .stepEnded(
      .init(step: StepID(step), attempt: 1, outcome: .passed, summary: "ok", at: Fixtures.start)
    )
  }

  private func starts(_ state: RunState) -> [RunEffect] {
    state.effects(now: Fixtures.start).filter { if case .start = $0 { true } else { false } }
  }

  @Test("no change begins before the guardrails of the run have a verdict, whatever it is")
  func first() throws {
    let state = try begun()
    #expect(starts(state).isEmpty)
    #expect(state.status == .running)
    for verdict in [CheckVerdict.pass, .warn, .undetermined] {
      #expect(try starts(begun(Guarded.read(verdict))).count == 1)
    }
  }

  @Test("a failure pauses the run, says what to do, and what a rollback would undo")
  func trips() throws {
    var state = try begun(Guarded.read(.pass), started(), ended())
    try state.apply(
      .guardrailRead(
        .init(
          guardrail: Guarded.id,
          verdict: .fail,
          summary: "900 messages",
          advice: "Find the causes. Reach for the runbook queue-triage.",
          at: Fixtures.start
        )
      )
    )
    #expect(state.effects(now: Fixtures.start).isEmpty)
    guard case .paused(let by, let reason) = state.status else {
      Issue.record("it is \(state.status)")
      return
    }
    #expect(by == "the guardrail queue-size")
    #expect(
      reason
        == "The guardrail queue-size fails: 900 messages. Find the causes. Reach for the runbook "
        + "queue-triage. A rollback would undo one."
    )
    #expect(throws: RunStateError.self) { try state.apply(started("two")) }
    #expect(throws: RunStateError.self) { try state.apply(.runContinued(.init(by: "ana"))) }
  }

  @Test("going on takes a reason while it fails; then it does not trip again before it has passed")
  func overruled() throws {
    var state = try begun(Guarded.read(.fail))
    for command in [RunCommand.continue, .overrule(reason: " ")] {
      #expect(throws: CommandRefusal.self) {
        try state.events(for: command, by: "ana", at: Fixtures.start)
      }
    }
    for event in try state.events(
      for: .overrule(reason: "it is known"),
      by: "ana",
      at: Fixtures.start
    ) { try state.apply(event) }
    #expect(state.pause == nil)
    #expect(state.standing(of: Guarded.id)?.overruledBy == "ana")
    for verdict in [CheckVerdict.undetermined, .fail] {
      try state.apply(Guarded.read(verdict))
      #expect(state.pause == nil)
    }
    try state.apply(Guarded.read(.pass))
    #expect(state.standing(of: Guarded.id)?.overruledBy == nil)
    try state.apply(Guarded.read(.fail))
    #expect(state.pause != nil)
  }

  @Test("one that has cleared leaves the run paused, and says so")
  func cleared() throws {
    var state = try begun(Guarded.read(.fail))
    try state.apply(Guarded.read(.undetermined))
    #expect(state.trippedGuardrails.count == 1)
    try state.apply(Guarded.read(.warn, "499 messages"))
    guard case .paused(_, let reason) = state.status else {
      Issue.record("it is \(state.status)")
      return
    }
    #expect(reason.contains("has cleared since: 499 messages"))
    #expect(throws: CommandRefusal.self) {
      try state.events(for: .overrule(reason: "why"), by: "ana", at: Fixtures.start)
    }
    for event in try state.events(for: .continue, by: "ana", at: Fixtures.start) {
      try state.apply(event)
    }
    #expect(state.pause == nil)
    #expect(state.guardrailWords.isEmpty)
  }

  @Test("a person's pause is not taken back over a guardrail that failed meanwhile")
  func pausedBefore() throws {
    let state = try begun(
      Guarded.read(.pass),
      .runPaused(.init(by: "bo", reason: "lunch")),
      Guarded.read(.fail)
    )
    #expect(state.pause?.by == "bo")
    #expect(throws: CommandRefusal.self) {
      try state.events(for: .continue, by: "bo", at: Fixtures.start)
    }
  }

  @Test("a step's guardrail is in force while it is under way, and holds the run after its end")
  func ofAStep() throws {
    var state = try begun(Guarded.read(.pass))
    #expect(throws: RunStateError.self) { try state.apply(Guarded.read(.fail, of: Self.atStep)) }
    try state.apply(started())
    #expect(state.guardrailsInForce.map(\.id) == [Guarded.id, Self.atStep])
    var calm = state
    try calm.apply(Guarded.read(.pass, of: Self.atStep))
    try calm.apply(ended())
    #expect(calm.standing(of: Self.atStep) == nil)
    try state.apply(Guarded.read(.fail, of: Self.atStep))
    try state.apply(ended())
    #expect(state.guardrailsInForce.map(\.id) == [Guarded.id])
    #expect(starts(state).isEmpty)
    for event in try state.events(for: .overrule(reason: "seen"), by: "ana", at: Fixtures.start) {
      try state.apply(event)
    }
    #expect(state.standing(of: Self.atStep) == nil)
    #expect(starts(state).count == 1)
  }

  @Test("a rollback is not held up, and reads no guardrail")
  func rollback() throws {
    var state = try begun(Guarded.read(.pass), started(), ended(), Guarded.read(.fail))
    for event in try state.events(for: .rollBack(reason: "undo"), by: "ana", at: Fixtures.start) {
      try state.apply(event)
    }
    #expect(state.effects(now: Fixtures.start) == [.rollBack(.begin)])
    #expect(state.guardrailsInForce.isEmpty)
    #expect(throws: RunStateError.self) { try state.apply(Guarded.read(.pass)) }
    #expect(throws: CommandRefusal.self) {
      try state.events(for: .overrule(reason: "x"), by: "ana", at: Fixtures.start)
    }
  }

  @Test("of a plan none is in force, and a plan waits for none")
  func plan() throws {
    let state = try RunState(
      of: Self.runbook,
      replaying: [Guarded.created(Self.runbook, .plan)]
    )
    #expect(state.guardrailsInForce.isEmpty)
    #expect(!starts(state).isEmpty)
  }

  @Test(
    "whatever happens in whatever order, a tripped guardrail means a paused run",
    arguments: 0..<200
  )
  func random(seed: UInt64) throws {
    var chance = SeededGenerator(seed: seed)
    var state = try begun()
    var events = [Guarded.created(Self.runbook)]
    for _ in 0..<40 {
      let id = Bool.random(using: &chance) ? Guarded.id : Self.atStep
      let verdict = CheckVerdict.allCases.randomElement(using: &chance) ?? .pass
      var next: [RunEvent]
      switch Int.random(in: 0..<7, using: &chance) {
      case 0: next = [.runPaused(.init(by: "bo", reason: "lunch"))]
      case 1: next = (try? state.events(for: .continue, by: "ana", at: Fixtures.start)) ?? []
      case 2:
        next =
          (try? state.events(for: .overrule(reason: "seen"), by: "ana", at: Fixtures.start)) ?? []
      case 3: next = [started()]
      case 4: next = [ended()]
      default: next = [Guarded.read(verdict, of: id)]
      }
      let before = state
      for event in next {
        do {
          try state.apply(event)
          events.append(event)
        } catch {
          #expect(state == before, "an event that does not fit changes nothing")
          break
        }
      }
      #expect(state.trippedGuardrails.isEmpty || state.pause != nil)
      #expect(state.pause == nil || starts(state).isEmpty)
      for standing in state.guardrails where standing.isTripped {
        #expect(standing.verdict == .fail || standing.verdict == .undetermined)
        #expect(standing.overruledBy == nil)
      }
    }
    #expect(try RunState(of: Self.runbook, replaying: events) == state)
    let snapshot = RunSnapshot(of: state, at: .genesis(of: RunID("run-1")))
    let copy = try JSONDecoder().decode(
      RunSnapshot.self,
      from: try JSONEncoder().encode(snapshot)
    )
    #expect(copy.state(of: Self.runbook, site: state.site) == state)
  }
}
