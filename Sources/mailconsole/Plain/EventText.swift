internal import Runbooks

/// Events of the record in one line each, for the journal screen and plain output.
enum EventText {
  static func line(_ event: RunEvent) -> String {
    switch event {
    case .runCreated(let event):
      "\(event.runbook) \(event.version) on \(event.site), world \(event.mode.rawValue)"
    case .driverAttached(let event): "\(event.by) drives, process \(event.pid)"
    case .driverDetached(let event): "\(event.by) let go: \(event.reason)"
    case .clockJumped(let event): "the wall clock moved by \(event.milliseconds) ms"
    case .stepStarted(let event):
      "\(event.step)" + (event.attempt > 1 ? ", attempt \(event.attempt)" : "")
        + (event.actions.first.map { ": \(CommandText.render($0.argv))" } ?? "")
    case .stepReleased(let event): "\(event.step): go, by \(event.by)"
    case .stepOutput(let event): "\(event.step): \(event.output.length) bytes kept"
    case .stepEnded(let event):
      "\(event.step) \(outcome(event.outcome)): \(event.failure?.message ?? event.summary)"
    case .stepSkipped(let event): "\(event.step): \(event.reason)"
    case .waitStarted(let event): "\(event.step), until \(event.until) at the latest"
    case .personAsked(let event): "\(event.step): \(event.text)"
    case .inputGiven(let event): "\(event.step): \(Value.record(event.values)) (\(event.by))"
    case .manualDone(let event): "\(event.step) by \(event.by): \(event.note)"
    case .approvalRequested(let event):
      "\(event.step) of \(event.roles.map(\.name).joined(separator: "/")): \(event.statement)"
    case .approvalGiven(let event): "\(event.step) by \(event.by): \(event.comment)"
    case .approvalRejected(let event): "\(event.step) by \(event.by): \(event.reason)"
    case .approvalExpired(let event): "\(event.step): nobody signed off in time"
    case .stepUnknown(let event):
      "\(event.step), attempt \(event.attempt): OUTCOME UNKNOWN, \(event.reason)"
    case .stepReconciled(let event):
      "\(event.step): \(settlement(event.settlement)), \(event.summary)"
    case .decisionMade(let event):
      "\(event.step) \(decision(event.decision)) by \(event.by): \(event.reason)"
    case .runRewound(let event): "back to \(event.step) by \(event.by): \(event.reason)"
    case .runPaused(let event): "by \(event.by): \(event.reason)"
    case .runContinued(let event): "by \(event.by)"
    case .abortRequested(let event): "by \(event.by): \(event.reason)"
    case .noteAdded(let event):
      (event.step.map { "\($0), " } ?? "") + "\(event.by): \(event.text)"
    case .runEnded(let event): "\(event.outcome.rawValue): \(event.summary)"
    }
  }

  private static func outcome(_ outcome: StepOutcome) -> String {
    switch outcome {
    case .passed: "passed"
    case .warned: "WARNED"
    case .failed: "FAILED"
    case .planned: "planned, not done"
    case .alreadyDone: "was done already"
    }
  }

  private static func settlement(_ settlement: RunEvent.StepReconciled.Settlement) -> String {
    switch settlement {
    case .probeFoundItDone: "found done"
    case .safeToRepeat: "safe to repeat"
    case .leftToPeople: "left to people"
    }
  }

  private static func decision(_ decision: RunEvent.DecisionMade.Decision) -> String {
    switch decision {
    case .retry: "to be tried again"
    case .skip: "skipped"
    case .markDone: "marked done"
    case .acceptFailure: "failure accepted"
    }
  }
}
