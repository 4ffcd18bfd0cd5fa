import Testing

@testable import Runbooks

/// The table of a rollback's situations and the commands: what is obeyed, and that obeying never
/// leads to an event that does not fit.
@Suite struct RollbackCommandTests {
  typealias Order = RunStateCommandTests.Order

  enum Situation: String, CaseIterable, Sendable {
    /// A step is under way, or its outcome is unknown: nothing is undone yet.
    case finishing, settling
    case toUndo, undoing, failed, unknownOpen, unknownLeft, byHand, paused, stopped, over
  }

  /// What is obeyed about step `x` in each situation; a note wherever the run is open.
  static let obeyed: [Situation: Set<Order>] = [
    .finishing: [.abort, .pause], .settling: [.skip, .markDone, .abort, .pause],
    .toUndo: [.skip, .abort, .pause], .undoing: [.abort, .pause],
    .failed: [.retry, .skip, .markDone, .abort, .pause],
    .unknownOpen: [.retry, .skip, .markDone, .abort, .pause],
    .unknownLeft: [.retry, .skip, .markDone, .abort, .pause],
    .byHand: [.done, .skip, .abort, .pause], .paused: [.skip, .abort, .continue],
    .stopped: [.pause], .over: [.abort, .pause],
  ]

  static func state(in situation: Situation) throws -> RunState {
    let rollback = situation == .byHand ? Undoing.byHand("undo it") : Undoing.undo("x")
    let runbook = Fixtures.runbook([
      Undoing.step("x", rollback: rollback), Fixtures.manual("other"),
    ])
    var state = RunState(of: runbook)
    for event in [Fixtures.created(runbook)] + events(to: situation) { try state.apply(event) }
    return state
  }

  private static func started(_ attempt: Int) -> RunEvent.StepStarted {
    .init(
      step: StepID("x"),
      attempt: attempt,
      risk: .change,
      isRepeatable: false,
      by: "ana",
      at: Fixtures.start
    )
  }

  private static func events(to situation: Situation) -> [RunEvent] {
    let x = StepID("x")
    let at = Fixtures.start
    let first: [RunEvent] = [.stepStarted(started(1))]
    let passed: [RunEvent] = [
      .stepEnded(.init(step: x, attempt: 1, outcome: .passed, summary: "ok", at: at))
    ]
    let asked: [RunEvent] = [.rollbackRequested(.init(by: "ana", reason: "wrong", at: at))]
    let begun: [RunEvent] =
      first + passed + asked
      + [.rollbackBegun(.init(order: [x], standing: [], at: at))]
    let undoing = begun + [.compensation(.started(started(2)))]
    let failure = OperationFailure(.failed, "no", advice: "", effect: .none)
    let unknown =
      undoing
      + [.compensation(.unknown(.init(step: x, attempt: 2, reason: "lost")))]
    return switch situation {
    case .finishing: first + asked
    case .settling: first + asked + [.stepUnknown(.init(step: x, attempt: 1, reason: "lost"))]
    case .toUndo: begun
    case .undoing: undoing
    case .failed:
      undoing + [
        .compensation(
          .ended(
            .init(step: x, attempt: 2, outcome: .failed, summary: "no", failure: failure, at: at)
          )
        )
      ]
    case .unknownOpen: unknown
    case .unknownLeft:
      unknown + [
        .compensation(
          .reconciled(
            .init(step: x, attempt: 2, settlement: .leftToPeople, summary: "look", at: at)
          )
        )
      ]
    case .byHand:
      begun + [.compensation(.asked(.init(step: x, task: .manual, text: "undo it", at: at)))]
    case .paused: begun + [.runPaused(.init(by: "bo", reason: "lunch"))]
    case .stopped: undoing + [.abortRequested(.init(by: "bo", reason: "enough"))]
    case .over:
      undoing + [
        .compensation(
          .ended(.init(step: x, attempt: 2, outcome: .passed, summary: "gone", at: at))
        )
      ]
    }
  }

  @Test(
    "every command in every situation of a rollback is obeyed or refused as the table says",
    arguments: Situation.allCases,
    Order.allCases
  )
  func table(situation: Situation, order: Order) throws {
    var state = try Self.state(in: situation)
    let isObeyed = (Self.obeyed[situation] ?? []).union([.note]).contains(order)
    do {
      let events = try state.events(for: order.command, by: "ana", at: Fixtures.start)
      #expect(isObeyed, "\(order) was obeyed in \(situation)")
      #expect(!events.isEmpty)
      for event in events { try state.apply(event) }
    } catch let refusal as CommandRefusal {
      #expect(!isObeyed, "\(order) in \(situation): \(refusal)")
      #expect(refusal.message.count > 15 && refusal.message.hasSuffix("."))
    }
  }

  @Test("the step keeps its result and its outputs in every situation")
  func results() throws {
    for situation in Situation.allCases where situation != .finishing && situation != .settling {
      #expect(try Self.state(in: situation)[StepID("x")]?.word == "succeeded")
    }
  }

  @Test("what does not follow from what happened does not fit")
  func misfits() throws {
    let at = Fixtures.start
    let x = StepID("x")
    func refuses(_ event: RunEvent, in situation: Situation) throws {
      var state = try Self.state(in: situation)
      let before = state
      #expect(throws: RunStateError.self, "\(event.type) in \(situation)") {
        try state.apply(event)
      }
      #expect(state == before)
    }
    let begun = RunEvent.rollbackBegun(.init(order: [x], standing: [], at: at))
    for situation in Situation.allCases { try refuses(begun, in: situation) }
    let end = RunEvent.runEnded(.init(outcome: .aborted, summary: "", at: at))
    for situation in [Situation.settling, .toUndo, .failed, .byHand] {
      try refuses(end, in: situation)
    }
    try refuses(.compensation(.started(Self.started(3))), in: .undoing)
    try refuses(.compensation(.started(Self.started(2))), in: .paused)
    try refuses(.compensation(.started(Self.started(1))), in: .toUndo)
    try refuses(.stepStarted(Self.started(2)), in: .toUndo)
    try refuses(
      .manualDone(.init(step: StepID("other"), by: "ana", note: "", fields: [:], at: at)),
      in: .toUndo
    )
    try refuses(
      .compensation(.done(.init(step: x, by: "ana", note: "", fields: [:], at: at))),
      in: .toUndo
    )
    try refuses(
      .compensation(
        .reconciled(.init(step: x, attempt: 2, settlement: .safeToRepeat, summary: "", at: at))
      ),
      in: .unknownOpen
    )
  }

  @Test("a rollback that names another order does not fit")
  func order() throws {
    let at = Fixtures.start
    let runbook = Fixtures.runbook(
      ["a", "b"].map { Undoing.step($0, rollback: Undoing.undo($0)) }
    )
    var state = RunState(of: runbook)
    try state.apply(Fixtures.created(runbook))
    for id in ["a", "b"] {
      let step = StepID(id)
      try state.apply(
        .stepStarted(
          .init(step: step, attempt: 1, risk: .change, isRepeatable: true, by: "ana", at: at)
        )
      )
      try state.apply(
        .stepEnded(.init(step: step, attempt: 1, outcome: .passed, summary: "", at: at))
      )
    }
    try state.apply(.rollbackRequested(.init(by: "ana", reason: "wrong", at: at)))
    let forward = RunEvent.rollbackBegun(
      .init(order: [StepID("a"), StepID("b")], standing: [], at: at)
    )
    #expect(throws: RunStateError.self) { try state.apply(forward) }
    #expect(state.rollbackPlan(at: at).order.map(\.name) == ["b", "a"])
    try state.apply(.rollbackBegun(state.rollbackPlan(at: at)))
  }
}
