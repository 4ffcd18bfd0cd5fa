/// Unknown outcomes: attempts whose end nobody recorded.
extension RunEngine {
  /// Settles an unknown outcome by the step's probe, by repetition, or by leaving it to people.
  func reconcile(_ step: Step) throws(RunEngineError) {
    guard case .unknown(let outcome)? = state[step.id] else { return }
    if outcome.attempt.hasNotBegun { return try settle(step, outcome, found: nil) }
    guard let probe = probe(of: step) else {
      return try settle(step, outcome, found: nil)
    }
    inFlight.insert(step.id)
    let scope = state.scope
    Task {
      // Where other runs act on the simulated world too, what was done lies there.
      await takeTurn()
      let hands = hands(for: step.id, step.timeout)
      let found = await Self.check(probe, scope, hands).redacted(by: hands.context.secrets)
      self.take(hands.context.simulation)
      try? self.probed(step, outcome, found)
    }
  }

  private func probed(
    _ step: Step,
    _ outcome: StepState.UnknownOutcome,
    _ found: StepEnd
  ) throws(RunEngineError) {
    inFlight.remove(step.id)
    defer { changed() }
    // A person may have decided meanwhile.
    guard state[step.id] == .unknown(outcome) else { return }
    try settle(step, outcome, found: found)
  }

  /// Why an attempt whose end is not recorded did nothing.
  static let nothingBegan =
    "nothing of it began: none of its processes was let go before its runner died; another attempt "
    + "is made"

  private func settle(
    _ step: Step,
    _ outcome: StepState.UnknownOutcome,
    found: StepEnd?
  ) throws(RunEngineError) {
    let settlement: RunEvent.StepReconciled.Settlement
    let summary: String
    let probe = found.map { "the probe says it is not done (\($0.summary))" }
    if outcome.attempt.hasNotBegun {
      settlement = .nothingBegan
      summary = Self.nothingBegan
    } else if let found, found.outcome == .passed {
      settlement = .probeFoundItDone
      summary = "the probe says it is done: \(found.summary)"
    } else if outcome.attempt.risk == .read
      || outcome.attempt.isRepeatable && state.rollback == nil
    {
      settlement = .safeToRepeat
      let why = outcome.attempt.risk == .read ? "it only reads" : "it may be repeated"
      summary = "another attempt is made: \(why)" + (probe.map { "; \($0)" } ?? "")
    } else {
      settlement = .leftToPeople
      summary =
        "\(outcome.reason); "
        + (probe ?? "it has no probe that tells")
        + (state.rollback == nil
          ? ", and it may not be repeated blindly" : ", and the run is rolling back")
    }
    try commit(
      [
        .stepReconciled(
          .init(
            step: step.id,
            attempt: outcome.attempt.number,
            settlement: settlement,
            summary: summary,
            at: now
          )
        )
      ],
      by: Self.name
    )
  }
}
