extension RunState {
  /// What is to be done now, in the order of the file; empty when only people can go on.
  public func effects(now: Timestamp) -> [RunEffect] {
    guard created != nil, ended == nil else { return [] }
    let order = active.sorted()
    let open = order.compactMap { index -> RunEffect? in
      guard case .unknown(let outcome) = states[index], outcome.settlement == .open else {
        return nil
      }
      return .reconcile(runbook.steps[index].id)
    }
    if let end = endEffect(openUnknowns: !open.isEmpty) { return [end] }
    guard ending == nil, pause == nil else { return open }
    var effects = open
    for index in blocked.keys.sorted() {
      if let reason = blocked[index] { effects.append(.skip(runbook.steps[index].id, reason)) }
    }
    let scope = order.contains { states[$0] == .ready } ? self.scope : Scope()
    for index in order {
      if let effect = effect(of: index, now: now, scope) { effects.append(effect) }
    }
    return effects
  }

  /// The end of the run, once nothing is under way.
  private func endEffect(openUnknowns: Bool) -> RunEffect? {
    guard !isBusy, !openUnknowns else { return nil }
    switch ending {
    case .failed(let step): return .end(.failed, summary: "\(step) failed, which ends the run")
    case .aborted(let by, let reason):
      return .end(.aborted, summary: "ended by \(by): \(reason)")
    case nil: break
    }
    guard endedCount == states.count else { return nil }
    var failed = 0
    var skipped = 0
    for state in states {
      switch state {
      case .failed: failed += 1
      case .skipped: skipped += 1
      default: break
      }
    }
    let parts =
      ["\(states.count - failed - skipped) of \(states.count) steps done"]
      + (failed > 0 ? ["\(failed) failed"] : []) + (skipped > 0 ? ["\(skipped) skipped"] : [])
    return .end(failed > 0 ? .failed : .completed, summary: parts.joined(separator: ", "))
  }

  private func effect(of index: Int, now: Timestamp, _ scope: Scope) -> RunEffect? {
    let step = runbook.steps[index]
    switch states[index] {
    case .ready: return beginning(of: step, index, scope)
    case .waitingUntil(let delay):
      switch delay.reason {
      case .retry:
        return now >= delay.until ? .start(step.id, attempt: delay.attempt) : .wake(delay.until)
      case .body:
        if case .wait(.until) = step.body { return .poll(step.id) }
        return now >= delay.until ? .poll(step.id) : .wake(delay.until)
      }
    case .waitingForPerson(.approval(let request, _)):
      guard let expires = request.expires else { return nil }
      return now >= expires ? .expire(step.id) : .wake(expires)
    default: return nil
    }
  }

  private func beginning(of step: Step, _ index: Int, _ scope: Scope) -> RunEffect {
    if let when = step.when {
      do {
        guard case .boolean(let holds) = try when.evaluate(in: scope) else {
          return .fail(step.id, unusable("`when` gives no yes or no", step))
        }
        if !holds { return .skip(step.id, .conditionIsFalse(when.source)) }
      } catch {
        return unresolved(step, "\(error)")
      }
    }
    // In a plan world nobody is asked: the request itself is what is planned.
    let asksPerson = step.body.isPersonal || step.body.task != nil
    return asksPerson && mode != .plan
      ? .ask(step.id) : .start(step.id, attempt: attempts[index] + 1)
  }

  /// What follows when a text of a step cannot be worked out.
  func unresolved(_ step: Step, _ detail: String) -> RunEffect {
    hasPlannedSteps
      ? .skip(step.id, .needsPlannedResult(detail)) : .fail(step.id, unusable(detail, step))
  }

  private func unusable(_ detail: String, _ step: Step) -> OperationFailure {
    OperationFailure(
      .refused, "\(step.id) cannot be worked out: \(detail)",
      advice: "Look at the steps it takes values from; correct the runbook for the next run.",
      effect: .none)
  }

  /// Whether the evidence a gate asks for stands and is fresh; a failure says what is missing.
  func verdict(on gate: Gate, now: Timestamp) -> OperationFailure? {
    var missing: [String] = []
    for required in gate.requires {
      guard let index = graph.index[required] else {
        missing.append("\(required) is not a step")
        continue
      }
      switch states[index] {
      case .succeeded(let result), .warned(let result), .alreadyDone(let result):
        var limit = gate.freshFor
        if limit == nil, case .check(let check) = runbook.steps[index].body {
          limit = check.freshFor
        }
        let age = now.since(result.at)
        if let limit, age > limit {
          missing.append(
            "the evidence of \(required) is \(DurationText.format(age)) old, "
              + "\(DurationText.format(limit)) is allowed")
        }
      default: missing.append("\(required) is \(states[index].word)")
      }
    }
    guard !missing.isEmpty else { return nil }
    return OperationFailure(
      .refused, missing.joined(separator: "; "),
      advice: "Rewind to the step whose evidence is missing or too old.", effect: .none)
  }
}
