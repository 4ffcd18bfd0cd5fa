internal import Runbooks

/// The first step ahead that nothing brings back from.
struct PointOfNoReturn {
  /// The step's number in the list, from 1.
  let number: Int
  let step: Step

  /// The first change that has not ended, may still happen and cannot be undone; nil: none is left.
  init?(in run: RunState) {
    guard run.ended == nil, run.rollback == nil else { return nil }
    let ahead = run.steps.enumerated().first { _, pair in
      pair.step.reversibility == .no && pair.step.risk > .read && !pair.state.hasEnded
    }
    guard let ahead else { return nil }
    number = ahead.offset + 1
    step = ahead.element.step
  }

  /// `no way back after step 16: Delete 3,000 held messages of alice@example.test`
  func words(in run: RunState) -> String {
    "no way back after step \(number): \(run.go(of: step.id))"
  }
}
