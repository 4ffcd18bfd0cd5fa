/// What a step has left in the world in this run: what a rollback goes by.
///
/// Kept beside the step's state, because going back to a step takes nothing back that it did.
struct StepTrace: Sendable, Hashable, Codable {
  /// Counts up over the run, so that the last to end has the highest.
  let order: Int
  let outputs: [String: Value]
  let at: Moment
  /// Why nobody knows whether it happened; nil: it did.
  let doubt: String?
}

extension RunState {
  /// Whether performing the step changes something, or may: nobody knows what people do.
  private func changes(_ index: Int, _ attempt: StepState.Attempt?) -> Bool {
    let step = runbook.steps[index]
    switch step.body {
    case .manual, .runbook: return true
    default: return step.rollback != nil || max(step.risk, attempt?.risk ?? .read) > .read
    }
  }

  /// Remembers that a step happened.
  mutating func leaveTrace(_ index: Int, _ result: StepResult, _ attempt: StepState.Attempt?) {
    guard changes(index, attempt) else { return }
    tracesLeft += 1
    traces[index] = StepTrace(
      order: tracesLeft,
      outputs: result.outputs,
      at: result.at,
      doubt: nil
    )
  }

  /// Remembers that a step may have happened; what is known to have happened stays known.
  mutating func leaveDoubt(
    _ index: Int,
    _ why: String,
    at moment: Moment,
    _ attempt: StepState.Attempt?
  ) {
    guard changes(index, attempt), traces[index].map({ $0.doubt != nil }) ?? true else { return }
    tracesLeft += 1
    traces[index] = StepTrace(order: tracesLeft, outputs: [:], at: moment, doubt: why)
  }

  /// Takes in the end of an attempt.
  mutating func trace(
    _ event: RunEvent.StepEnded,
    _ result: StepResult,
    of index: Int,
    _ attempt: StepState.Attempt?
  ) {
    switch event.outcome {
    case .passed, .warned: leaveTrace(index, result, attempt)
    case .planned:
      // In a plan world what would be done is what would be undone.
      if mode == .plan { leaveTrace(index, result, attempt) }
    case .alreadyDone:
      // An attempt before this one may have done it; without one it stood before the run.
      if traces[index]?.doubt != nil { leaveTrace(index, result, attempt) }
    case .failed:
      guard let failure = event.failure, failure.effect != .none else { return }
      leaveDoubt(index, failure.message, at: event.at, attempt)
    }
  }
}
