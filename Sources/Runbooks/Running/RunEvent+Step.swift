/// How an attempt of a step ended.
public enum StepOutcome: String, Sendable, Hashable, Codable, CaseIterable {
  case passed
  case warned
  case failed
  /// What would be done was worked out and not done: a change in a plan world,
  /// a command line in a simulated one.
  case planned
  /// The `done_when` probe says that the effect already stands.
  case alreadyDone
}

/// A piece of evidence kept as a file of the run.
public struct EvidenceReference: Sendable, Hashable, Codable {
  public let name: String
  public let mediaType: String
  public let blob: BlobReference

  public init(name: String, mediaType: String, blob: BlobReference) {
    self.name = name
    self.mediaType = mediaType
    self.blob = blob
  }
}

extension RunEvent {
  /// The intent to make one attempt, with everything it will use in resolved form.
  public struct StepStarted: Sendable, Hashable, Codable {
    public let step: StepID
    /// Counts from 1 over the whole run; never used twice.
    public let attempt: Int
    public let actions: [PlannedAction]
    public let arguments: [String: Value]
    public let risk: Risk
    /// Whether doing it twice is the same as doing it once.
    public let isRepeatable: Bool
    /// Whether each of its processes is recorded before it begins, so that without such a record
    /// nothing of it happened; nil in journals from before this was said.
    public let isSupervised: Bool?
    /// The person on whose behalf it runs.
    public let by: String
    public let at: Moment

    public init(
      step: StepID,
      attempt: Int,
      actions: [PlannedAction] = [],
      arguments: [String: Value] = [:],
      risk: Risk,
      isRepeatable: Bool,
      isSupervised: Bool? = nil,
      by: String,
      at: Moment
    ) {
      self.step = step
      self.attempt = attempt
      self.actions = actions
      self.arguments = arguments
      self.risk = risk
      self.isRepeatable = isRepeatable
      self.isSupervised = isSupervised
      self.by = by
      self.at = at
    }

    /// What is performed, as it was shown before the go.
    var commands: CommandList {
      CommandList(step: step, actions: actions, arguments: arguments)
    }
  }

  /// A process of an attempt, recorded before it begins.
  public struct StepSpawned: Sendable, Hashable, Codable {
    public let step: StepID
    public let attempt: Int
    /// Counts the commands of the attempt from 1.
    public let command: Int
    public let program: String
    public let process: ProcessIdentity
    /// The process that writes down how it ends, whatever becomes of the runner.
    public let supervisor: ProcessIdentity
    public let at: Moment

    public init(
      step: StepID,
      attempt: Int,
      command: Int,
      program: String,
      process: ProcessIdentity,
      supervisor: ProcessIdentity,
      at: Moment
    ) {
      self.step = step
      self.attempt = attempt
      self.command = command
      self.program = program
      self.process = process
      self.supervisor = supervisor
      self.at = at
    }
  }

  /// The last command of an attempt whose runner died, as its successor found it.
  public struct StepAdopted: Sendable, Hashable, Codable {
    public let step: StepID
    public let attempt: Int
    public let command: Int
    /// Whether it was still under way, by pid, start time and boot.
    public let isRunning: Bool
    public let at: Moment

    public init(step: StepID, attempt: Int, command: Int, isRunning: Bool, at: Moment) {
      self.step = step
      self.attempt = attempt
      self.command = command
      self.isRunning = isRunning
      self.at = at
    }
  }

  /// Output of an attempt that the attempt's own end does not name.
  public struct StepOutput: Sendable, Hashable, Codable {
    public let step: StepID
    public let attempt: Int
    public let output: BlobReference

    public init(step: StepID, attempt: Int, output: BlobReference) {
      self.step = step
      self.attempt = attempt
      self.output = output
    }
  }

  /// The end of one attempt.
  public struct StepEnded: Sendable, Hashable, Codable {
    public let step: StepID
    public let attempt: Int
    public let outcome: StepOutcome
    /// One sentence for the operator.
    public let summary: String
    /// Present exactly when the outcome is `failed`.
    public let failure: OperationFailure?
    public let outputs: [String: Value]
    public let evidence: [EvidenceReference]
    /// The streamed output, where there was any.
    public let output: BlobReference?
    /// What of the output was not kept, in words; nil: all of it was.
    public let outputLoss: String?
    /// The simulated world after the step, where the step changed it.
    public let world: BlobReference?
    /// By the monotonic clock; in a simulated world by its own clock.
    public let durationMilliseconds: Int64
    public let at: Moment

    public init(
      step: StepID,
      attempt: Int,
      outcome: StepOutcome,
      summary: String,
      failure: OperationFailure? = nil,
      outputs: [String: Value] = [:],
      evidence: [EvidenceReference] = [],
      output: BlobReference? = nil,
      outputLoss: String? = nil,
      world: BlobReference? = nil,
      durationMilliseconds: Int64 = 0,
      at: Moment
    ) {
      self.step = step
      self.attempt = attempt
      self.outcome = outcome
      self.summary = summary
      self.failure = failure
      self.outputs = outputs
      self.evidence = evidence
      self.output = output
      self.outputLoss = outputLoss
      self.world = world
      self.durationMilliseconds = durationMilliseconds
      self.at = at
    }
  }

  /// Why a step does not run, told by the run itself; a person's skip is a decision.
  public struct StepSkipped: Sendable, Hashable, Codable {
    public let step: StepID
    public let reason: SkipReason

    public init(step: StepID, reason: SkipReason) {
      self.step = step
      self.reason = reason
    }
  }

  /// Until when a `wait` body waits at most, and what it looks at.
  public struct WaitStarted: Sendable, Hashable, Codable {
    public let step: StepID
    public let attempt: Int
    public let until: Moment
    /// What is read again and again; empty for a plain span of time.
    public let actions: [PlannedAction]
    public let at: Moment

    public init(
      step: StepID,
      attempt: Int,
      until: Moment,
      actions: [PlannedAction] = [],
      at: Moment
    ) {
      self.step = step
      self.attempt = attempt
      self.until = until
      self.actions = actions
      self.at = at
    }
  }

  /// An attempt whose end nobody recorded.
  public struct StepUnknown: Sendable, Hashable, Codable {
    public let step: StepID
    public let attempt: Int
    public let reason: String
    /// Whether its last recorded process is known never to have begun; nil: it may have.
    public let isWithdrawn: Bool?

    public init(step: StepID, attempt: Int, reason: String, isWithdrawn: Bool? = nil) {
      self.step = step
      self.attempt = attempt
      self.reason = reason
      self.isWithdrawn = isWithdrawn
    }
  }

  /// How an unknown outcome was settled without a person.
  public struct StepReconciled: Sendable, Hashable, Codable {
    public enum Settlement: String, Sendable, Hashable, Codable, CaseIterable {
      /// The `done_when` probe says that the effect stands.
      case probeFoundItDone
      /// The step reads only, or may be repeated: another attempt is safe, and is made.
      case safeToRepeat
      /// No process of it is on record, and none begins before it is: nothing happened, and
      /// another attempt is made.
      case nothingBegan
      /// Neither a probe nor repetition can settle it: people must.
      case leftToPeople
    }

    public let step: StepID
    public let attempt: Int
    public let settlement: Settlement
    /// What the probe saw or why the settlement holds, in a sentence.
    public let summary: String
    public let at: Moment

    public init(
      step: StepID,
      attempt: Int,
      settlement: Settlement,
      summary: String,
      at: Moment
    ) {
      self.step = step
      self.attempt = attempt
      self.settlement = settlement
      self.summary = summary
      self.at = at
    }
  }
}

/// Why a step does not run in this run.
public enum SkipReason: Sendable, Hashable {
  /// Its `when` is false.
  case conditionIsFalse(String)
  /// A need can no longer be satisfied: that step ended in another way.
  case needCannotBeMet(StepID, ended: String)
  /// It needs a value that only a planned change would give.
  case needsPlannedResult(String)
  /// A person said so.
  case decided(by: String, reason: String)
}

extension SkipReason: CustomStringConvertible {
  /// The reason as a person reads it.
  public var description: String {
    switch self {
    case .conditionIsFalse(let condition): "`when` is false: \(condition)"
    case .needCannotBeMet(let step, let ended): "it needs \(step), which \(ended)"
    case .needsPlannedResult(let detail): "it needs the result of a planned change: \(detail)"
    case .decided(let by, let reason): "\(by) skipped it: \(reason)"
    }
  }
}
