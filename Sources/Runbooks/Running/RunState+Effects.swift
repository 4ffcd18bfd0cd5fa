extension RunState {
  /// What is to be done now, in the order of the file; empty when only people can go on.
  public func effects(now: Moment) -> [RunEffect] {
    guard created != nil, ended == nil else { return [] }
    let order = active.sorted()
    let open = openUnknowns
    if rollback != nil {
      let next = rollbackEffects(open)
      if case .end? = next.first { return next }
      return pause == nil && !waitsForDriver ? next : open
    }
    if let end = endEffect(openUnknowns: !open.isEmpty) { return [end] }
    guard ending == nil, pause == nil else { return open + awaitedRuns }
    // Whoever does a step begins its run, also while nobody drives.
    guard !waitsForDriver else { return open + announcedRuns + awaitedRuns }
    var effects = open
    for index in blocked.keys.sorted() {
      if let reason = blocked[index] { effects.append(.skip(runbook.steps[index].id, reason)) }
    }
    let readsScope = order.contains { index in
      guard case .ready = states[index] else { return false }
      return runbook.steps[index].when != nil
    }
    let scope = readsScope ? self.scope : Scope()
    for index in order {
      if let effect = effect(of: index, now: now, scope) { effects.append(effect) }
    }
    return effects
  }

  /// Unknown outcomes that a probe, or what is known of the step, has yet to settle.
  var openUnknowns: [RunEffect] {
    active.sorted().compactMap { index in
      guard case .unknown(let outcome) = states[index], outcome.settlement == .open else {
        return nil
      }
      return .reconcile(runbook.steps[index].id)
    }
  }

  /// The end of the run, once nothing is under way.
  private func endEffect(openUnknowns: Bool) -> RunEffect? {
    guard !isBusy, !openUnknowns else { return nil }
    switch ending {
    case .failed(let step): return .end(.failed, summary: "\(step) failed, which ends the run")
    case .aborted(let by, let reason):
      let open = openRuns.map(\.run.name)
      return .end(
        .aborted,
        summary: "ended by \(by): \(reason)"
          + (open.isEmpty ? "" : "; goes on by itself: \(open.joined(separator: ", "))")
      )
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

  private func effect(of index: Int, now: Moment, _ scope: Scope) -> RunEffect? {
    let step = runbook.steps[index]
    switch states[index] {
    case .ready: return beginning(of: step, index, scope)
    case .waitingUntil(let delay):
      switch delay.reason {
      case .retry:
        guard missingSecrets(index).isEmpty else { return nil }
        return now >= delay.until ? .start(step.id, attempt: delay.attempt) : .wake(delay.until)
      case .body:
        if case .wait(.until) = step.body { return .poll(step.id) }
        return now >= delay.until ? .poll(step.id) : .wake(delay.until)
      }
    case .waitingForPerson(.approval(let request, _)):
      guard let expires = request.expires else { return nil }
      return now >= expires ? .expire(step.id) : .wake(expires)
    case .inRun(let standing): return self.effect(of: standing, for: step.id)
    case .failed(_, .undecided) where rollsBackByItself(step): return .requestRollback(step.id)
    default: return nil
    }
  }

  private func beginning(of step: Step, _ index: Int, _ scope: Scope) -> RunEffect? {
    if let when = step.when {
      do throws(EvaluationError) {
        if !(try when.holds(in: scope)) { return .skip(step.id, .conditionIsFalse(when.source)) }
      } catch {
        switch ResolutionFailure(error) {
        case .unset(let reference): return unset(reference, in: step)
        case .refused(let failure): return .fail(step.id, failure)
        }
      }
    }
    if waitsForRelease(index) || !missingSecrets(index).isEmpty { return nil }
    if step.risk > .read, awaitsGuardrails { return nil }
    // In a plan world nobody is asked: the request itself is what is planned.
    let asksPerson = step.body.isPersonal || step.body.task != nil
    return asksPerson && mode != .plan
      ? .ask(step.id) : .start(step.id, attempt: attempts[index] + 1)
  }

  /// What follows when a step reads a name that has no value.
  func unset(_ reference: Reference, in step: Step) -> RunEffect {
    if case .step(let source) = reference.root {
      switch self[source] {
      case .planned: return .skip(step.id, .needsPlannedResult("\(reference)"))
      case .skipped(.needsPlannedResult(let detail)):
        return .skip(step.id, .needsPlannedResult(detail))
      default: break
      }
    }
    return .fail(
      step.id,
      OperationFailure(
        .refused,
        "\(reference), which \(step.id) reads, has no value",
        advice: "A step that was marked as done has no outputs: skip what reads them, or retry it.",
        effect: .none
      )
    )
  }

  /// Whether the evidence a gate asks for stands and is fresh; a failure says what is missing.
  func verdict(on gate: Gate, now: Moment) -> OperationFailure? {
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
              + "\(DurationText.format(limit)) is allowed"
          )
        }
      default: missing.append("\(required) is \(states[index].word)")
      }
    }
    guard !missing.isEmpty else { return nil }
    return OperationFailure(
      .refused,
      missing.joined(separator: "; "),
      advice: "Rewind to the step whose evidence is missing or too old.",
      effect: .none
    )
  }
}
