/// Waiting for a condition: it is looked at again and again until it holds or the time is over.
extension RunEngine {
  /// Looks whether a wait is over.
  func poll(_ step: Step) throws(RunEngineError) {
    guard case .waitingUntil(let delay)? = state[step.id] else { return }
    guard case .wait(.until(let check, _, _)) = step.body else {
      let end = StepEnd(outcome: .passed, summary: "the time has come")
      return try endWait(step, delay, end)
    }
    let resolved: ResolvedCheck
    do throws(ResolutionFailure) {
      resolved = try resolution.resolve(check)
    } catch {
      let detail: String
      switch error {
      case .unset(let reference): detail = "\(reference) has no value"
      case .refused(let failure): detail = failure.message
      }
      let failure = OperationFailure(
        .refused,
        "its condition cannot be worked out: \(detail)",
        advice: "Correct the runbook for the next run.",
        effect: .none
      )
      return try endWait(step, delay, .failed(failure))
    }
    inFlight.insert(step.id)
    let scope = state.scope
    Task {
      await takeTurn()
      let hands = hands(for: step.id, step.timeout)
      let end = await Self.check(resolved, scope, hands).redacted(by: hands.context.secrets)
      take(hands.context.simulation)
      try? polled(step, delay, end)
    }
  }

  private func polled(
    _ step: Step,
    _ delay: StepState.Delay,
    _ end: StepEnd
  ) throws(RunEngineError) {
    inFlight.remove(step.id)
    defer { changed() }
    // A person may have skipped the wait meanwhile.
    guard state[step.id] == .waitingUntil(delay) else { return }
    try judge(step, delay, end)
  }

  private func judge(
    _ step: Step,
    _ delay: StepState.Delay,
    _ end: StepEnd
  ) throws(RunEngineError) {
    guard case .wait(.until(_, let every, let atMost)) = step.body else { return }
    switch end.outcome {
    case .passed, .warned, .planned, .alreadyDone: return try endWait(step, delay, end)
    case .failed: break
    }
    guard now >= delay.until else {
      let pause = max(every, .seconds(1))
      nextPoll[step.id] = min(now.advanced(by: pause), delay.until)
      return
    }
    let failure = OperationFailure(
      .timedOut,
      "the condition did not hold within \(DurationText.format(atMost)): \(end.summary)",
      advice: "Look at the last reading; retry to wait again.",
      effect: .none
    )
    var timedOut = StepEnd.failed(failure)
    timedOut.outputs = end.outputs
    timedOut.evidence = end.evidence
    try endWait(step, delay, timedOut)
  }

  private func endWait(
    _ step: Step,
    _ delay: StepState.Delay,
    _ end: StepEnd
  ) throws(RunEngineError) {
    nextPoll[step.id] = nil
    var waited: Int64 = 0
    if case .body(let since) = delay.reason { waited = now.since(since).wholeMilliseconds }
    try finish(step, delay.attempt, end, durationMilliseconds: waited)
  }
}
