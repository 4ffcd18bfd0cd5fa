/// A check that is read beside a run at an interval and pauses it when it fails.
public struct Guardrail: Sendable, Hashable {
  /// Used by its id, so that it has a remedy.
  public let check: Check
  public let id: CheckID
  /// From the end of one reading to the beginning of the next.
  public let every: Duration
  public let position: SourcePosition

  /// The shortest interval: a reading costs the cluster something.
  public static let shortest = Duration.seconds(5)

  public init(check: Check, id: CheckID, every: Duration, position: SourcePosition) {
    self.check = check
    self.id = id
    self.every = every
    self.position = position
  }
}

/// Which guardrail of a runbook: the check, and the step it stands at.
public struct GuardrailID: Sendable, Hashable, Codable, CustomStringConvertible {
  public let check: CheckID
  /// nil: it guards the whole run.
  public let step: StepID?

  public init(_ check: CheckID, of step: StepID? = nil) {
    self.check = check
    self.step = step
  }

  public var description: String { step.map { "\(check) of \($0)" } ?? check.name }
}
