/// Taking a run, staying with it, and letting it go.
extension RunEngine {
  /// Takes the run: records who drives, and marks what was under way when the
  /// last driver was lost as unknown.
  ///
  /// Does nothing to a run that has ended.
  public func attach() throws(RunEngineError) {
    guard state.ended == nil else { return }
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
    for (step, state) in state.steps {
      guard case .running(let attempt) = state else { continue }
      do throws(JournalError) {
        if let output = try record.salvageOutput(of: step.id, attempt: attempt.number) {
          events.append(
            .stepOutput(.init(step: step.id, attempt: attempt.number, output: output))
          )
        }
      } catch {
        throw stop(.record(error))
      }
      events.append(
        .stepUnknown(
          .init(
            step: step.id,
            attempt: attempt.number,
            reason: "attempt \(attempt.number) began and its end was not recorded"
          )
        )
      )
    }
    try commit(events, by: setting.driver)
  }

  /// Starts nothing further, waits for what is under way, and records that the driver let go.
  public func letGo(reason: String) async throws(RunEngineError) {
    isLettingGo = true
    while !inFlight.isEmpty { await change(before: nil) }
    if let stopped { throw stopped }
    try driverLeft(reason: reason)
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
