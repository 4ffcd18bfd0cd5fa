/// Taking a run, staying with it, and letting it go.
extension RunEngine {
  /// Takes the run: records who drives, adopts the commands that were under way when the last
  /// driver was lost, and marks what cannot be adopted as unknown.
  ///
  /// Does nothing to a run that has ended.
  public func attach() throws(RunEngineError) {
    guard state.ended == nil else { return }
    if let objection = state.duties.objection(
      toDriver: setting.driver,
      with: state.roles(of: setting.driver)
    ) {
      throw .refused(CommandRefusal(objection + "."))
    }
    var events: [RunEvent] = [
      .driverAttached(
        .init(
          by: setting.driver,
          pid: setting.processID,
          boot: setting.clock.bootID,
          epoch: state.epoch + 1,
          at: now
        )
      )
    ]
    let (locking, refusal) = try takeLocks()
    events += locking
    if let refusal {
      let reason = "the lock \(refusal.lock) is held by another run"
      events.append(.driverDetached(.init(by: setting.driver, reason: reason)))
      try commit(events, by: setting.driver)
      watchers.finish()
      throw .locked(refusal)
    }
    var abandoned: [(Step, StepState.Attempt)] = []
    for (step, attempt) in underWay {
      if let event = adoption(of: step.id, attempt) {
        events.append(event)
        abandoned.append((step, attempt))
      } else {
        let undoes = state.isUndoing(step.id) ? ", which undoes it," : ""
        events += try loss(
          of: step.id,
          attempt,
          "attempt \(attempt.number)\(undoes) began and its end was not recorded"
        )
      }
    }
    try commit(events, by: setting.driver)
    record.children.forgetAll(but: abandoned.map { ($0.id, $1.number) })
    for (step, attempt) in abandoned { adopt(step, attempt) }
  }

  /// What has an intent and no end: steps, and what undoes steps.
  private var underWay: [(Step, StepState.Attempt)] {
    var found: [(Step, StepState.Attempt)] = []
    for (step, state) in state.steps {
      if case .running(let attempt) = state { found.append((step, attempt)) }
    }
    for undoing in state.rollback?.compensations ?? [] {
      guard case .running(let attempt) = undoing.state, let step = compensation(of: undoing.step)
      else { continue }
      found.append((step, attempt))
    }
    return found
  }

  /// The events for an attempt whose outcome nobody can tell, with the output it left behind.
  func loss(
    of step: StepID,
    _ attempt: StepState.Attempt,
    _ reason: String
  ) throws(RunEngineError) -> [RunEvent] {
    var events: [RunEvent] = []
    do throws(JournalError) {
      if let output = try record.salvageOutput(of: step, attempt: attempt.number) {
        events.append(
          state.asUnderWay(.output(.init(step: step, attempt: attempt.number, output: output)))
        )
      }
    } catch {
      throw stop(.record(error))
    }
    return events + [
      state.asUnderWay(.unknown(.init(step: step, attempt: attempt.number, reason: reason)))
    ]
  }

  /// Starts nothing further, waits for what is under way, and records that the driver let go.
  public func letGo(reason: String) async throws(RunEngineError) {
    isLettingGo = true
    leaveGuardrails()
    while !inFlight.isEmpty { await change(before: nil) }
    if let stopped { throw stopped }
    try driverLeft(reason: reason)
    locks = nil
    endLookouts()
    watchers.finish()
  }

  /// Records that the driver is gone; what is under way finishes.
  public func driverLeft(reason: String) throws(RunEngineError) {
    if state.ended == nil, state.isAttached {
      try commit([.driverDetached(.init(by: driver, reason: reason))], by: driver)
    }
    changed()
  }

  /// Whether ``drive(decider:waitsForPeople:)`` stays when only people can go on.
  public func stay(_ stays: Bool) {
    self.stays = stays
    changed()
  }

  /// In whose name steps begin: whoever drives now.
  var driver: String { state.driver?.by ?? setting.driver }
}
