internal import Runbooks

extension StepState {
  /// Whether a person must act on it now.
  var needsPerson: Bool {
    switch self {
    case .waitingForPerson, .failed(_, .undecided): true
    case .unknown(let outcome): outcome.settlement != .open
    default: false
    }
  }

  /// Whether the engine works on it or waits for it.
  var isUnderWay: Bool {
    switch self {
    case .running, .waitingUntil, .inRun: true
    default: false
    }
  }

  /// Whether a rollback leaves it as it is because it has not begun, or not come to anything.
  var isLeft: Bool {
    switch self {
    case .pending, .ready, .waitingForPerson, .waitingUntil, .inRun: true
    default: false
    }
  }

  var isSkipped: Bool {
    if case .skipped = self { true } else { false }
  }
}
