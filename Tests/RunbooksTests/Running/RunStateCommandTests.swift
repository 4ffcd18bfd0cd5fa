import Testing

@testable import Runbooks

/// The table of states and commands: what is obeyed, and that obeying never leads to an event
/// that does not fit.
@Suite struct RunStateCommandTests {
  enum Situation: String, CaseIterable, Sendable {
    case pending, ready, running, manual, answer, approval, retryWait, wait, failed, accepted,
      unknownOpen, unknownLeft, succeeded, skipped, paused, closed
  }

  enum Order: String, CaseIterable, Sendable {
    case answer, done, approve, reject, retry, skip, markDone, acceptFailure, rewind, abort,
      rollBack, pause, `continue`, note

    var command: RunCommand {
      let x = StepID("x")
      return switch self {
      case .answer: .answer(x, [:])
      case .done: .done(x, note: "", fields: [:])
      case .approve: .approve(x, comment: "", typed: nil, seen: Digest(of: ""))
      case .reject: .reject(x, reason: "no")
      case .retry: .retry(x, reason: "again")
      case .skip: .skip(x, reason: "not now")
      case .markDone: .markDone(x, reason: "saw it")
      case .acceptFailure: .acceptFailure(x, reason: "known")
      case .rewind: .rewind(to: x, reason: "redo")
      case .abort: .abort(reason: "stop")
      case .rollBack: .rollBack(reason: "undo")
      case .pause: .pause(reason: "lunch")
      case .continue: .continue
      case .note: .note(x, text: "hm")
      }
    }
  }

  /// What is obeyed about step `x` in each situation; abort, roll back and note wherever the
  /// run is open.
  static let obeyed: [Situation: Set<Order>] = [
    .pending: [.skip, .pause], .ready: [.skip, .pause], .running: [.pause],
    .manual: [.done, .skip, .pause], .answer: [.answer, .skip, .pause],
    .approval: [.approve, .reject, .pause], .retryWait: [.retry, .skip, .markDone, .pause],
    .wait: [.skip, .pause], .failed: [.retry, .skip, .markDone, .acceptFailure, .pause],
    .accepted: [.rewind, .pause], .unknownOpen: [.retry, .skip, .markDone, .pause],
    .unknownLeft: [.retry, .skip, .markDone, .pause], .succeeded: [.rewind, .pause],
    .skipped: [.rewind, .pause], .paused: [.skip, .continue], .closed: [],
  ]

  static func state(in situation: Situation) throws -> RunState {
    let body: Step =
      switch situation {
      case .manual: Fixtures.manual("x")
      case .answer: Fixtures.step("x", .ask([]))
      case .approval: Fixtures.approve("x")
      case .wait: Fixtures.step("x", .wait(.span(Fixtures.template("5m"))))
      case .retryWait:
        Fixtures.step(
          "x",
          .operation(Fixtures.call("op")),
          risk: .change,
          retry: RetryPolicy(attempts: 3, backoff: .seconds(10))
        )
      case .accepted:
        Fixtures.step("x", .operation(Fixtures.call("op")), risk: .change, onFailure: .continue)
      case .pending: Fixtures.step("x", .operation(Fixtures.call("op")), needs: ["first"])
      default: Fixtures.step("x", .operation(Fixtures.call("op")), risk: .change)
      }
    let runbook = Fixtures.runbook([
      body, Fixtures.manual("first"), Fixtures.note("after", needs: ["x"]),
    ])
    var state = RunState(of: runbook)
    try state.apply(Fixtures.created(runbook))
    for event in try events(to: situation) { try state.apply(event) }
    return state
  }

  static func events(to situation: Situation) throws -> [RunEvent] {
    let x = StepID("x")
    let at = Fixtures.start
    let started = RunEvent.stepStarted(
      .init(step: x, attempt: 1, risk: .change, isRepeatable: false, by: "ana", at: at)
    )
    let failure = OperationFailure(.failed, "no", advice: "", effect: .none)
    let failed = RunEvent.stepEnded(
      .init(step: x, attempt: 1, outcome: .failed, summary: "no", failure: failure, at: at)
    )
    let unknown = RunEvent.stepUnknown(.init(step: x, attempt: 1, reason: "lost"))
    return switch situation {
    case .pending, .ready: []
    case .running: [started]
    case .manual: [.personAsked(.init(step: x, task: .manual, text: "do", at: at))]
    case .answer: [.personAsked(.init(step: x, task: .answer, text: "say", at: at))]
    case .approval:
      [
        .approvalRequested(
          .init(step: x, statement: "go on", roles: [Role("E4")], count: 1, at: at)
        )
      ]
    case .retryWait, .failed, .accepted: [started, failed]
    case .wait:
      [.waitStarted(.init(step: x, attempt: 1, until: at.advanced(by: .seconds(300)), at: at))]
    case .unknownOpen: [started, unknown]
    case .unknownLeft:
      [
        started, unknown,
        .stepReconciled(
          .init(step: x, attempt: 1, settlement: .leftToPeople, summary: "look", at: at)
        ),
      ]
    case .succeeded:
      [started, .stepEnded(.init(step: x, attempt: 1, outcome: .passed, summary: "ok", at: at))]
    case .skipped: [.stepSkipped(.init(step: x, reason: .conditionIsFalse("inputs.a")))]
    case .paused: [.runPaused(.init(by: "bo", reason: "lunch"))]
    case .closed:
      [
        .abortRequested(.init(by: "bo", reason: "stop")),
        .runEnded(.init(outcome: .aborted, summary: "stop", at: at)),
      ]
    }
  }

  @Test(
    "every command in every state is obeyed or refused as the table says",
    arguments: Situation.allCases,
    Order.allCases
  )
  func table(situation: Situation, order: Order) throws {
    var state = try Self.state(in: situation)
    let everywhere: Set<Order> = situation == .closed ? [] : [.abort, .rollBack, .note]
    let isObeyed = (Self.obeyed[situation] ?? []).union(everywhere).contains(order)
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

  @Test(
    "a decision without a reason is refused",
    arguments: [
      RunCommand.skip(StepID("x"), reason: " "), .abort(reason: ""), .note(nil, text: "\n"),
    ]
  )
  func reasons(command: RunCommand) throws {
    let state = try Self.state(in: .ready)
    #expect(throws: CommandRefusal.self) {
      try state.events(for: command, by: "ana", at: Fixtures.start)
    }
  }

  @Test("a sign-off or a gate is neither skipped nor declared met")
  func signOffsStand() throws {
    let gate = Fixtures.step("x", .gate(Gate(requires: [StepID("first")])))
    for step in [Fixtures.approve("x"), gate] {
      let runbook = Fixtures.runbook([step, Fixtures.note("first")])
      var state = RunState(of: runbook)
      try state.apply(Fixtures.created(runbook))
      for command in [
        RunCommand.skip(StepID("x"), reason: "late"), .markDone(StepID("x"), reason: "late"),
      ] {
        #expect(throws: CommandRefusal.self) {
          try state.events(for: command, by: "ana", at: Fixtures.start)
        }
      }
    }
  }
}
