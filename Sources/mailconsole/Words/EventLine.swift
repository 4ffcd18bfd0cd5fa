internal import Runbooks

extension RunEvent {
  /// What happened in one line, the step first.
  var line: String { (step.map { "\($0): " } ?? "") + sentence }
}
