/// Where a run stands, for a list, a status line and an exit status.
public enum RunStatus: Sendable, Hashable {
  /// The first event is missing: the run was never begun.
  case notCreated
  /// The engine has something to do, now or at a known moment.
  case running
  /// Only people can take it further.
  case waiting([WaitingItem])
  /// Outcomes are unknown and left to people; other items may wait as well.
  case unknown([WaitingItem])
  /// A person paused it.
  case paused(by: String, reason: String)
  case ended(RunOutcome, summary: String)

  /// Whether the run was begun and has not ended.
  public var isOpen: Bool {
    switch self {
    case .notCreated, .ended: false
    case .running, .waiting, .unknown, .paused: true
    }
  }
}

/// One thing that waits for a person.
public struct WaitingItem: Sendable, Hashable {
  public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
    case manual, answer, runbook, approval
    /// The run of another runbook has to come to its end.
    case run
    /// A change waits for a person's go.
    case release
    /// A step needs a secret that the process that drives does not hold.
    case secret
    /// A failed step waits for a decision.
    case failure
    /// An unknown outcome waits for a decision.
    case unknown
  }

  public let step: StepID
  public let kind: Kind
  /// The roles that may act; empty: anyone.
  public let roles: [Role]
  /// What is asked, in a sentence.
  public let what: String
  /// What may be decided about a failure or an unknown outcome, as commands are called.
  public let choices: [String]

  public init(
    step: StepID,
    kind: Kind,
    roles: [Role],
    what: String,
    choices: [String] = []
  ) {
    self.step = step
    self.kind = kind
    self.roles = roles
    self.what = what
    self.choices = choices
  }
}
