/// Where one step stands in a run.
///
/// A state carries exactly what holds in it, so that no screen has to guess:
/// there is no running step without an attempt, no ended one without a result.
/// Indirect, because a run copies the states of all its steps.
public indirect enum StepState: Sendable, Hashable, Codable {
  /// Some need has not ended yet.
  case pending
  /// Every need is satisfied; the engine may start it.
  case ready
  /// An attempt is under way: its intent is recorded, its end is not.
  case running(Attempt)
  /// A person has been asked for something that ends the step.
  case waitingForPerson(PersonRequest)
  /// Nothing happens before a moment of the run's clock, except polls of a condition.
  case waitingUntil(Delay)
  /// Another run stands for the step, and its end is awaited.
  case inRun(NestedRun)
  /// An attempt has an intent and no end; a probe or people settle it.
  case unknown(UnknownOutcome)
  /// The last attempt failed; people decide, or its failure was accepted.
  case failed(StepResult, FailureHandling)
  case succeeded(StepResult)
  case warned(StepResult)
  /// The effect stood before the step ran.
  case alreadyDone(StepResult)
  /// Worked out and not done, because of the world the run is in.
  case planned(StepResult)
  case skipped(SkipReason)
}

extension StepState {
  /// An attempt under way.
  public struct Attempt: Sendable, Hashable, Codable {
    public let number: Int
    public let since: Moment
    public let actions: [PlannedAction]
    public let risk: Risk
    public let isRepeatable: Bool
    /// Whether each of its processes is recorded before it begins.
    public let isSupervised: Bool
    public let by: String
    /// The processes that were begun for it, in order.
    public internal(set) var commands: [RunEvent.StepSpawned] = []

    /// Whether the record proves that nothing of it began.
    public var hasNotBegun: Bool { isSupervised && commands.isEmpty }
  }

  /// What a person is asked for.
  public enum PersonRequest: Sendable, Hashable, Codable {
    /// To do something, to answer, or to run another runbook.
    case task(RunEvent.PersonAsked)
    /// To sign off; with the sign-offs given so far.
    case approval(RunEvent.ApprovalRequested, given: [RunEvent.ApprovalGiven])
  }

  /// A wait for a moment.
  public struct Delay: Sendable, Hashable, Codable {
    public enum Reason: Sendable, Hashable, Codable {
      /// The step's body is a wait.
      case body(since: Moment)
      /// The attempt before failed and another one is due.
      case retry(after: StepResult)
    }

    /// The attempt that waits, or that is due.
    public let attempt: Int
    public let until: Moment
    public let reason: Reason
  }

  /// An attempt whose outcome nobody knows.
  public struct UnknownOutcome: Sendable, Hashable, Codable {
    /// How far settling it has come.
    public enum Settlement: Sendable, Hashable, Codable {
      /// The engine has yet to probe, or to find that it cannot.
      case open
      /// People must decide, for this reason.
      case leftToPeople(String)
    }

    public let attempt: Attempt
    /// Why the outcome is unknown.
    public let reason: String
    public let settlement: Settlement
    /// What one person proposed, until a second one confirms it.
    public internal(set) var proposal: RunEvent.SettlementProposed?
  }

  /// What becomes of a failure.
  public enum FailureHandling: Sendable, Hashable, Codable {
    /// A person is to decide: retry, skip, mark done, accept or abort.
    case undecided
    /// The failure stands and the run goes on along its edges; by policy or by a person.
    case accepted(by: String?)
    /// The failure ends the run.
    case endsRun
  }
}

/// What an ended attempt left behind.
public struct StepResult: Sendable, Hashable, Codable {
  public let attempt: Int
  /// One sentence for the operator.
  public let summary: String
  public let failure: OperationFailure?
  public let outputs: [String: Value]
  public let evidence: [EvidenceReference]
  public let output: BlobReference?
  public let durationMilliseconds: Int64
  /// When it ended, in the run's clock; what the freshness of evidence counts from.
  public let at: Moment
  /// The person who ended it, where a person did.
  public let by: String?

  public init(
    attempt: Int,
    summary: String,
    failure: OperationFailure? = nil,
    outputs: [String: Value] = [:],
    evidence: [EvidenceReference] = [],
    output: BlobReference? = nil,
    durationMilliseconds: Int64 = 0,
    at: Moment,
    by: String? = nil
  ) {
    self.attempt = attempt
    self.summary = summary
    self.failure = failure
    self.outputs = outputs
    self.evidence = evidence
    self.output = output
    self.durationMilliseconds = durationMilliseconds
    self.at = at
    self.by = by
  }
}

extension StepState {
  /// Whether nothing more happens to the step unless a person goes back to it.
  public var hasEnded: Bool {
    switch self {
    case .succeeded, .warned, .alreadyDone, .planned, .skipped: true
    case .failed(_, let handling): handling != .undecided
    case .pending, .ready, .running, .waitingForPerson, .waitingUntil, .inRun, .unknown: false
    }
  }

  /// What `steps.ID` has in expressions: the outputs, and as `state` one of ``TypeScope/stepStates``;
  /// nothing before the step has ended.
  var namesInScope: [String: Value] {
    guard hasEnded else { return [:] }
    let word: TypeScope.StepEnding =
      switch self {
      case .warned: .warned
      case .failed: .failed
      case .skipped: .skipped
      // An effect that stood, or that a plan works out, is the success its needs count it as.
      default: .succeeded
      }
    var names = result?.outputs ?? [:]
    names[TypeScope.stateName] = .string(word.rawValue)
    return names
  }

  /// The result, where an attempt has ended.
  public var result: StepResult? {
    switch self {
    case .succeeded(let result), .warned(let result), .alreadyDone(let result),
      .planned(let result), .failed(let result, _):
      result
    case .waitingUntil(let delay):
      if case .retry(let result) = delay.reason { result } else { nil }
    case .pending, .ready, .running, .waitingForPerson, .inRun, .unknown, .skipped: nil
    }
  }

  /// What one person proposed about an unknown outcome.
  public var proposal: RunEvent.SettlementProposed? {
    if case .unknown(let outcome) = self { outcome.proposal } else { nil }
  }

  /// Whether a need for that end of the step holds: yes, no longer possible, or not yet (nil).
  func satisfies(_ ending: Need.Ending) -> Bool? {
    guard hasEnded else { return nil }
    return switch (ending, self) {
    case (.any, _): true
    case (.succeeded, .succeeded), (.succeeded, .warned), (.succeeded, .alreadyDone),
      (.succeeded, .planned):
      true
    case (.failed, .failed): true
    default: false
    }
  }

  /// The state in one word, for a person and for JSON.
  public var word: String {
    switch self {
    case .pending: "pending"
    case .ready: "ready"
    case .running: "running"
    case .waitingForPerson: "waiting for a person"
    case .waitingUntil: "waiting"
    case .inRun: "in a run of its own"
    case .unknown: "outcome unknown"
    case .failed: "failed"
    case .succeeded: "succeeded"
    case .warned: "warned"
    case .alreadyDone: "already done"
    case .planned: "planned"
    case .skipped: "skipped"
    }
  }
}
