/// Undoing steps, one after the other; attempts are made and recorded as those of steps are.
extension RunEngine {
  func perform(_ effect: RollbackEffect) throws(RunEngineError) -> Bool {
    switch effect {
    case .begin: try commit([.rollbackBegun(state.rollbackPlan(at: now))], by: Self.name)
    case .start(let id, let attempt):
      guard inFlight.isEmpty, let step = compensation(of: id) else { return false }
      try undo(step, attempt)
    case .ask(let id):
      guard let step = compensation(of: id) else { return false }
      try ask(toUndo: step)
    case .reconcile(let id): try reconcileCompensation(of: id)
    }
    return true
  }

  func compensation(of id: StepID) -> Step? {
    state.graph.index[id].flatMap { state.runbook.steps[$0].compensating }
  }

  var rollbackResolution: StepResolution {
    StepResolution(
      catalogue: setting.catalogue,
      site: setting.site,
      scope: state.rollbackScope,
      mode: state.mode
    )
  }

  private func undo(_ step: Step, _ attempt: Int) throws(RunEngineError) {
    let resolved: ResolvedStep
    do throws(ResolutionFailure) {
      resolved = try rollbackResolution.resolve(step)
    } catch {
      let failure = Self.failure(error, of: step)
      return try commitBoth(
        intent(step, attempt, risk: .read, isRepeatable: true),
        .failed(failure)
      )
    }
    let intent = intent(
      step,
      attempt,
      actions: resolved.actions,
      arguments: resolved.arguments,
      risk: resolved.risk,
      isRepeatable: resolved.isRepeatable,
      isSupervised: isSupervised(resolved)
    )
    if let end = immediateEnd(of: resolved) { return try commitBoth(intent, end) }
    try commit([.compensation(.started(intent))], by: driver)
    inFlight.insert(step.id)
    Task { await self.perform(resolved, attempt) }
  }

  private func intent(
    _ step: Step,
    _ attempt: Int,
    actions: [PlannedAction] = [],
    arguments: [String: Value] = [:],
    risk: Risk,
    isRepeatable: Bool,
    isSupervised: Bool? = nil
  ) -> RunEvent.StepStarted {
    .init(
      step: step.id,
      attempt: attempt,
      actions: actions,
      arguments: arguments,
      risk: risk,
      isRepeatable: isRepeatable,
      isSupervised: isSupervised,
      by: driver,
      at: now
    )
  }

  /// Records an attempt of which nothing happens between its intent and its end.
  private func commitBoth(
    _ intent: RunEvent.StepStarted,
    _ end: StepEnd
  ) throws(RunEngineError) {
    let ended = RunEvent.StepEnded(
      step: intent.step,
      attempt: intent.attempt,
      outcome: end.outcome,
      summary: end.summary,
      failure: end.failure,
      at: intent.at
    )
    try commit([.compensation(.started(intent)), .compensation(.ended(ended))], by: driver)
  }

  private func ask(toUndo step: Step) throws(RunEngineError) {
    guard case .manual(let task) = step.body else { return }
    let text: String
    do throws(ResolutionFailure) {
      text = try rollbackResolution.text(task.instructions)
    } catch {
      let attempt = state.attemptCount(of: step.id) + 1
      return try commitBoth(
        intent(step, attempt, risk: .read, isRepeatable: true),
        .failed(Self.failure(error, of: step))
      )
    }
    let asked = RunEvent.PersonAsked(step: step.id, task: .manual, text: text, at: now)
    try commit([.compensation(.asked(asked))], by: Self.name)
  }

  /// What keeps a compensation from being worked out, as its failure.
  private static func failure(_ error: ResolutionFailure, of step: Step) -> OperationFailure {
    switch error {
    case .refused(let failure): failure
    case .unset(let reference):
      OperationFailure(
        .refused,
        "\(reference), which the rollback of \(step.id) reads, has no value",
        advice: "Undo it by hand and mark it done, or skip it: then what it did stands.",
        effect: .none
      )
    }
  }

  private func reconcileCompensation(of id: StepID) throws(RunEngineError) {
    guard case .unknown(let outcome)? = state.rollback?[id]?.state else { return }
    let isRepeatable = outcome.attempt.isRepeatable || outcome.attempt.risk == .read
    let settlement: RunEvent.StepReconciled.Settlement
    let summary: String
    if outcome.attempt.hasNotBegun {
      settlement = .nothingBegan
      summary = Self.nothingBegan
    } else if isRepeatable {
      settlement = .safeToRepeat
      summary = "another attempt is made: it may be repeated"
    } else {
      settlement = .leftToPeople
      summary =
        "\(outcome.reason); whether it was undone is not known, and it may not be repeated "
        + "blindly"
    }
    let reconciled = RunEvent.StepReconciled(
      step: id,
      attempt: outcome.attempt.number,
      settlement: settlement,
      summary: summary,
      at: now
    )
    try commit([.compensation(.reconciled(reconciled))], by: Self.name)
  }
}

extension RunState {
  /// An event of an attempt, as that of the step or of what undoes it: whichever is under way.
  func asUnderWay(_ event: RunEvent.CompensationEvent) -> RunEvent {
    let step = event.asOfStep
    return step.step.map(isUndoing) == true ? .compensation(event) : step
  }

  /// Whether an attempt to undo that step is under way.
  func isUndoing(_ step: StepID) -> Bool {
    if case .running? = rollback?[step]?.state { true } else { false }
  }
}
