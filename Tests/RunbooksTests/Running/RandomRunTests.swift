import Testing

@testable import Runbooks

/// A generator of chance whose seed is in the message of a failure.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

@Suite struct RandomRunTests {
  private func graph(_ random: inout SplitMix) -> Runbook {
    let count = Int.random(in: 1...8, using: &random)
    let steps = (0..<count).map { index -> Step in
      var needs: [Need] = []
      for other in 0..<index where Int.random(in: 0..<3, using: &random) == 0 {
        let ending = Need.Ending.allCases.randomElement(using: &random) ?? .any
        needs.append(Need(step: StepID("s\(other)"), on: ending, position: Fixtures.place))
      }
      let body: StepBody =
        switch Int.random(in: 0..<8, using: &random) {
        case 0: Fixtures.manual("m").body
        case 1: Fixtures.approve("a", expires: .seconds(60)).body
        case 2: .wait(.span(Fixtures.template("30s")))
        case 3: .note(Fixtures.template("n"))
        case 4: .gate(Gate(requires: [StepID("s0")]))
        case 5: Fixtures.nested("n", "ticket").body
        default: .operation(Fixtures.call("op"))
        }
      return Step(
        id: StepID("s\(index)"),
        title: "",
        body: body,
        needs: needs,
        when: Int.random(in: 0..<6, using: &random) == 0 ? Fixtures.expression("1 > 2") : nil,
        risk: .change,
        retry: Bool.random(using: &random)
          ? RetryPolicy(attempts: 2, backoff: .seconds(5)) : nil,
        onFailure: FailurePolicy.allCases.randomElement(using: &random) ?? .ask,
        rollback: [Undoing.undo("s\(index)"), Undoing.byHand("lift it"), nil]
          .randomElement(using: &random) ?? nil,
        position: Fixtures.place
      )
    }
    return Fixtures.runbook(steps)
  }

  /// Any event the engine could record for an effect.
  private func events(
    for effect: RunEffect,
    in state: RunState,
    _ now: inout Moment,
    _ random: inout SplitMix
  ) -> [RunEvent] {
    switch effect {
    case .start(let id, let attempt):
      if case .wait? = state.runbook.steps.first(where: { $0.id == id })?.body {
        return [
          .waitStarted(
            .init(step: id, attempt: attempt, until: now.advanced(by: .seconds(30)), at: now)
          )
        ]
      }
      let started = RunEvent.stepStarted(
        .init(
          step: id,
          attempt: attempt,
          risk: .change,
          isRepeatable: Bool.random(using: &random),
          by: "ana",
          at: now
        )
      )
      guard case .gate(let gate)? = state.runbook.steps.first(where: { $0.id == id })?.body else {
        return [started]
      }
      let failure = state.verdict(on: gate, now: now)
      return [
        started,
        .stepEnded(
          .init(
            step: id,
            attempt: attempt,
            outcome: failure == nil ? .passed : .failed,
            summary: failure?.message ?? "met",
            failure: failure,
            at: now
          )
        ),
      ]
    case .ask(let id):
      if case .approve? = state.runbook.steps.first(where: { $0.id == id })?.body {
        return [
          .approvalRequested(
            .init(
              step: id,
              statement: "go on",
              roles: [Role("E4")],
              count: 1,
              expires: now.advanced(by: .seconds(60)),
              at: now
            )
          )
        ]
      }
      let task = state.runbook.steps.first { $0.id == id }?.body.task ?? .manual
      return [.personAsked(.init(step: id, task: task, text: "do", at: now))]
    case .skip(let id, let reason): return [.stepSkipped(.init(step: id, reason: reason))]
    case .fail(let id, let failure):
      let attempt = state.attemptCount(of: id) + 1
      return [
        .stepStarted(
          .init(step: id, attempt: attempt, risk: .read, isRepeatable: true, by: "ana", at: now)
        ),
        .stepEnded(
          .init(
            step: id,
            attempt: attempt,
            outcome: .failed,
            summary: "no",
            failure: failure,
            at: now
          )
        ),
      ]
    case .poll(let id):
      return [end(of: id, state.attemptCount(of: id), at: now, &random, mayBeLost: false)]
    case .reconcile(let id):
      guard case .unknown(let outcome)? = state[id] else { return [] }
      let safe = outcome.attempt.isRepeatable
      return [
        .stepReconciled(
          .init(
            step: id,
            attempt: outcome.attempt.number,
            settlement: safe ? .safeToRepeat : .leftToPeople,
            summary: "look",
            at: now
          )
        )
      ]
    case .expire(let id): return [.approvalExpired(.init(step: id, at: now))]
    case .wake(let moment):
      now = moment
      return []
    case .rollBack(let effect): return rollback(effect, in: state, now, &random)
    case .makeRun(let id):
      guard case .inRun(let standing)? = state[id] else { return [] }
      let made = RunEvent.NestedMade(step: id, run: standing.run, head: Self.head, at: now)
      return Bool.random(using: &random)
        ? [.nested(.made(made))] : [ended(id, standing, .failed, head: nil, at: now)]
    case .awaitRun: return []
    case .requestRollback:
      return [.rollbackRequested(.init(by: "ana", reason: "it failed", at: now))]
    case .end(let outcome, let summary):
      return [.runEnded(.init(outcome: outcome, summary: summary, at: now))]
    }
  }

  private static let head = ChainHead(sequence: 1, hash: Digest(of: "head"))

  private func ended(
    _ step: StepID,
    _ standing: StepState.NestedRun,
    _ outcome: RunOutcome,
    head: ChainHead?,
    at now: Moment
  ) -> RunEvent {
    .nested(
      .ended(
        .init(
          step: step,
          run: standing.run,
          outcome: outcome,
          summary: "so it went",
          head: head,
          ended: now,
          at: now
        )
      )
    )
  }

  private func rollback(
    _ effect: RollbackEffect,
    in state: RunState,
    _ now: Moment,
    _ random: inout SplitMix
  ) -> [RunEvent] {
    switch effect {
    case .begin: return [.rollbackBegun(state.rollbackPlan(at: now))]
    case .start(let id, let attempt):
      let started = RunEvent.StepStarted(
        step: id,
        attempt: attempt,
        risk: .change,
        isRepeatable: Bool.random(using: &random),
        by: "ana",
        at: now
      )
      return [.compensation(.started(started))]
    case .ask(let id):
      return [.compensation(.asked(.init(step: id, task: .manual, text: "lift it", at: now)))]
    case .reconcile(let id):
      guard case .unknown(let outcome)? = state.rollback?[id]?.state else { return [] }
      let reconciled = RunEvent.StepReconciled(
        step: id,
        attempt: outcome.attempt.number,
        settlement: outcome.attempt.isRepeatable ? .safeToRepeat : .leftToPeople,
        summary: "look",
        at: now
      )
      return [.compensation(.reconciled(reconciled))]
    }
  }

  /// The end of an attempt to undo a step.
  private func compensation(_ end: RunEvent) -> RunEvent {
    switch end {
    case .stepUnknown(let event): .compensation(.unknown(event))
    case .stepEnded(let event): .compensation(.ended(event))
    default: end
    }
  }

  private func end(
    of step: StepID,
    _ attempt: Int,
    at now: Moment,
    _ random: inout SplitMix,
    mayBeLost: Bool = true
  ) -> RunEvent {
    switch Int.random(in: mayBeLost ? 0..<8 : 1..<8, using: &random) {
    case 0: return .stepUnknown(.init(step: step, attempt: attempt, reason: "lost"))
    case 1...3:
      let effect: OperationFailure.Effect = Bool.random(using: &random) ? .none : .unknown
      let failure = OperationFailure(.failed, "no", advice: "", effect: effect)
      return .stepEnded(
        .init(
          step: step,
          attempt: attempt,
          outcome: .failed,
          summary: "no",
          failure: failure,
          at: now
        )
      )
    default:
      let outcome: StepOutcome = Bool.random(using: &random) ? .passed : .warned
      return .stepEnded(.init(step: step, attempt: attempt, outcome: outcome, summary: "", at: now))
    }
  }

  @Test(
    "whatever happens, a run ends or waits with a stated reason, and replays to the same state",
    arguments: 0..<400
  )
  func ends(seed: UInt64) throws {
    var random = SplitMix(state: seed)
    let runbook = graph(&random)
    var state = RunState(of: runbook)
    var history = [Fixtures.created(runbook)]
    try state.apply(history[0])
    var now = Fixtures.start
    for _ in 0..<2_000 {
      let running = state.steps.compactMap { step, state in
        if case .running(let attempt) = state { (step.id, attempt.number) } else { nil }
      }
      let undoing = state.rollback?.compensations.compactMap { compensation in
        if case .running(let attempt) = compensation.state {
          (compensation.step, attempt.number)
        } else {
          nil
        }
      }
      if state.rollback == nil, state.ending == nil, state.ended == nil,
        Int.random(in: 0..<60, using: &random) == 0
      {
        let asked = RunCommand.rollBack(reason: "wrong")
        for event in try state.events(for: asked, by: "bo", at: now) {
          try state.apply(event)
          history.append(event)
        }
      }
      let effects = state.effects(now: now)
      var events: [RunEvent] = []
      let acts = effects.filter {
        switch $0 {
        case .wake, .awaitRun: false
        default: true
        }
      }
      if let (step, attempt) = running.randomElement(using: &random),
        acts.isEmpty || Bool.random(using: &random)
      {
        events = [end(of: step, attempt, at: now, &random)]
      } else if let (step, attempt) = undoing?.first {
        events = [compensation(end(of: step, attempt, at: now, &random))]
      } else if let effect = acts.randomElement(using: &random) {
        events = self.events(for: effect, in: state, &now, &random)
      } else if state.status != .running {
        switch state.status {
        case .ended:
          #expect(effects.isEmpty)
          let again = try RunState(of: runbook, replaying: history)
          #expect(again == state, "seed \(seed)")
          return
        case .waiting(let items), .unknown(let items):
          #expect(!items.isEmpty && items.allSatisfy { !$0.what.isEmpty }, "seed \(seed)")
          guard let item = items.randomElement(using: &random) else { return }
          events = try decision(for: item, state, now, &random)
        case .notCreated, .running, .paused:
          Issue.record("seed \(seed): \(state.status)")
          return
        }
      } else if let wake = effects.first {
        _ = self.events(for: wake, in: state, &now, &random)
      } else {
        Issue.record("seed \(seed): it says it runs and has nothing to do")
        return
      }
      for event in events {
        try state.apply(event)
        history.append(event)
      }
    }
    Issue.record("seed \(seed): no end")
  }

  private func decision(
    for item: WaitingItem,
    _ state: RunState,
    _ now: Moment,
    _ random: inout SplitMix
  ) throws -> [RunEvent] {
    switch item.kind {
    case .runbook where Bool.random(using: &random):
      return try state.starting(item.step, as: RunID("n-\(random.next())"), by: "bo", at: now)
    case .run where Bool.random(using: &random):
      guard case .inRun(let standing)? = state[item.step] else { return [] }
      let outcome = RunOutcome.allCases.randomElement(using: &random) ?? .failed
      return [ended(item.step, standing, outcome, head: Self.head, at: now)]
    default: break
    }
    let command: RunCommand =
      switch item.kind {
      case .release: .release(item.step)
      case .secret: .giveSecret("inputs.none", .secret(SecretMark(nil)))
      case .manual, .answer: .done(item.step, note: "", fields: [:])
      case .runbook: .skip(item.step, reason: "not needed")
      case .run: .releaseRun(item.step, reason: "another")
      case .approval:
        Bool.random(using: &random)
          ? .approve(item.step, comment: "", typed: nil, seen: Digest(of: ""))
          : .reject(item.step, reason: "no")
      case .unknown:
        // What is unknown when a rollback begins is not done again.
        Bool.random(using: &random) && (state.rollback?.begun != nil || state.rollback == nil)
          ? .retry(item.step, reason: "again") : .skip(item.step, reason: "leave it")
      case .failure:
        Int.random(in: 0..<4, using: &random) == 0
          ? .retry(item.step, reason: "again")
          : state.rollback == nil
            ? .acceptFailure(item.step, reason: "known") : .skip(item.step, reason: "leave it")
      }
    return try state.events(for: command, by: "bo", at: now)
  }
}
