/// Events of a rollback.
extension RunState {
  mutating func takeRollback(_ event: RunEvent) throws(Misfit) {
    switch event {
    case .rollbackRequested(let event):
      guard ending == nil else { throw Misfit("the run is ending already") }
      ending = .aborted(by: event.by, reason: event.reason)
      rollback = Rollback(event)
      // Who asks for it wants it now; a later pause holds it up as it does steps.
      pause = nil
      see(event.at)
    case .rollbackBegun(let event): try begin(event)
    case .compensation(let event): try take(event)
    default: throw Misfit("it is no event of a rollback")
    }
  }

  /// Why an event of the run's own steps cannot follow the request for a rollback; nil: it can.
  func misfit(inRollback event: RunEvent) -> Misfit? {
    guard let rollback else { return nil }
    switch event {
    case .stepStarted, .stepSkipped, .waitStarted, .stepReleased, .personAsked, .inputGiven,
      .manualDone, .approvalRequested, .approvalGiven, .approvalRejected, .approvalExpired,
      .runRewound, .nested:
      return Misfit("the run is rolling back")
    case .stepReconciled, .settlementProposed, .decisionMade:
      return rollback.begun == nil ? nil : Misfit("the rollback has begun")
    default: return nil
    }
  }

  private mutating func begin(_ event: RunEvent.RollbackBegun) throws(Misfit) {
    guard let rollback, rollback.begun == nil, rollback.stopped == nil else {
      throw Misfit("no rollback is about to begin")
    }
    guard rollbackEffects([]) == [.rollBack(.begin)] else {
      throw Misfit("steps are under way or their outcome is unknown")
    }
    guard event == rollbackPlan(at: event.at) else {
      throw Misfit("it is not the reverse order of what happened")
    }
    self.rollback?.begun = event.at
    self.rollback?.compensations = event.order.map { .init(step: $0, state: .ready) }
    self.rollback?.standing = event.standing
    see(event.at)
  }

  private mutating func take(_ event: RunEvent.CompensationEvent) throws(Misfit) {
    guard let id = event.asOfStep.step, let place = place(of: id) else {
      throw Misfit("the rollback does not undo that")
    }
    let index = try position(of: id)
    let state = rollback?.compensations[place].state ?? .pending
    let isNext = rollback?.next?.step == id
    switch event {
    case .started(let event):
      guard isNext, state == .ready, pause == nil, rollback?.stopped == nil else {
        throw Misfit("it is not its turn to be undone")
      }
      guard event.attempt == attempts[index] + 1 else {
        throw Misfit("it should be attempt \(attempts[index] + 1), not \(event.attempt)")
      }
      attempts[index] = event.attempt
      put(place, .running(StepState.Attempt(event)), at: event.at)
    case .spawned(let event): put(place, try state.with(event), at: event.at)
    case .adopted(let event):
      try check(event, of: state)
      see(event.at)
    case .output(let event):
      guard event.attempt <= attempts[index] else { throw Misfit("no such attempt was made") }
    case .ended(let event): try end(event, place, state)
    case .unknown(let event):
      guard case .running(var attempt) = state, attempt.number == event.attempt else {
        throw Misfit("no such attempt is under way")
      }
      attempt.withdraw(event)
      put(place, .unknown(.init(attempt: attempt, reason: event.reason, settlement: .open)))
    case .reconciled(let event): try reconcile(event, place, state)
    case .asked(let event):
      guard isNext, state == .ready, pause == nil, rollback?.stopped == nil,
        event.task == .manual, case .manual? = runbook.steps[index].rollback
      else { throw Misfit("nobody is to be asked for that now") }
      put(place, .waitingForPerson(.task(event)), at: event.at)
    case .done(let event):
      guard case .waitingForPerson(.task) = state else { throw Misfit("nobody was asked for that") }
      let summary = event.note.isEmpty ? "\(event.by) undid it" : "\(event.by): \(event.note)"
      put(place, .succeeded(result(index, summary, event.by, event.at)), at: event.at)
    case .proposed(let event):
      guard case .unknown(var outcome) = state, duties.settling == .twoPeople else {
        throw Misfit("no outcome is unknown that two people settle")
      }
      if let refusal = objection(to: event.decision, about: index) { throw Misfit(refusal) }
      outcome.proposal = event
      put(place, .unknown(outcome), at: event.at)
    case .decided(let event): try decide(event, place, index, state)
    }
  }

  private func place(of step: StepID) -> Int? {
    rollback?.compensations.firstIndex { $0.step == step }
  }

  private mutating func put(_ place: Int, _ state: StepState, at moment: Moment? = nil) {
    rollback?.compensations[place].state = state
    if let moment { see(moment) }
  }

  private func result(
    _ index: Int,
    _ summary: String,
    _ name: String,
    _ moment: Moment
  ) -> StepResult {
    StepResult(attempt: attempts[index], summary: summary, at: moment, by: name)
  }

  private mutating func end(
    _ event: RunEvent.StepEnded,
    _ place: Int,
    _ state: StepState
  ) throws(Misfit) {
    guard (event.outcome == .failed) == (event.failure != nil) else {
      throw Misfit("a failure goes with the outcome `failed`, and only with it")
    }
    guard case .running(let attempt) = state, attempt.number == event.attempt else {
      throw Misfit("no such attempt is under way")
    }
    if let world = event.world { self.world = world }
    let result = StepResult(event)
    switch event.outcome {
    case .passed: put(place, .succeeded(result), at: event.at)
    case .warned: put(place, .warned(result), at: event.at)
    case .planned: put(place, .planned(result), at: event.at)
    case .alreadyDone: put(place, .alreadyDone(result), at: event.at)
    case .failed:
      if event.failure?.effect == .unknown, attempt.risk > .read, !attempt.isRepeatable {
        put(
          place,
          .unknown(.init(attempt: attempt, reason: event.summary, settlement: .open)),
          at: event.at
        )
      } else {
        put(place, .failed(result, .undecided), at: event.at)
      }
    }
  }

  private mutating func reconcile(
    _ event: RunEvent.StepReconciled,
    _ place: Int,
    _ state: StepState
  ) throws(Misfit) {
    guard case .unknown(let outcome) = state, outcome.settlement == .open,
      outcome.attempt.number == event.attempt
    else { throw Misfit("no such outcome is open") }
    switch event.settlement {
    case .probeFoundItDone: throw Misfit("nothing probes whether a step is undone")
    case .safeToRepeat:
      guard outcome.attempt.isRepeatable || outcome.attempt.risk == .read else {
        throw Misfit("it may not be repeated")
      }
      put(place, .ready, at: event.at)
    case .nothingBegan:
      guard outcome.attempt.hasNotBegun else { throw Misfit("it may have begun") }
      put(place, .ready, at: event.at)
    case .leftToPeople:
      put(
        place,
        .unknown(
          .init(
            attempt: outcome.attempt,
            reason: outcome.reason,
            settlement: .leftToPeople(event.summary)
          )
        ),
        at: event.at
      )
    }
  }

  private mutating func decide(
    _ event: RunEvent.DecisionMade,
    _ place: Int,
    _ index: Int,
    _ state: StepState
  ) throws(Misfit) {
    if let refusal = objection(to: event.decision, about: index) { throw Misfit(refusal) }
    if case .unknown = state, duties.settling == .twoPeople {
      if let refusal = objection(toConfirming: event, about: index) { throw Misfit(refusal) }
    } else if event.proposer != nil {
      throw Misfit("nothing was proposed")
    }
    switch event.decision {
    case .retry: put(place, .ready, at: event.at)
    case .skip:
      put(place, .skipped(.decided(by: event.people, reason: event.reason)), at: event.at)
    case .markDone:
      let summary = "\(event.people) marked it undone: \(event.reason)"
      put(place, .succeeded(result(index, summary, event.by, event.at)), at: event.at)
    case .acceptFailure: throw Misfit("a compensation is done or skipped")
    }
  }
}
