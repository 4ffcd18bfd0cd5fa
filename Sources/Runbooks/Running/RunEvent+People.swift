/// What a person is asked to do.
public enum PersonTask: String, Sendable, Hashable, Codable, CaseIterable {
  /// Do something outside the console and say so.
  case manual
  /// Answer questions.
  case answer
  /// Run another runbook and name the run.
  case runbook
}

extension RunEvent {
  /// What was put before a person, exactly as it was shown.
  public struct PersonAsked: Sendable, Hashable, Codable {
    public let step: StepID
    public let task: PersonTask
    /// The resolved instructions.
    public let text: String
    /// Inputs for a nested runbook.
    public let arguments: [String: Value]
    public let at: Moment

    public init(
      step: StepID,
      task: PersonTask,
      text: String,
      arguments: [String: Value] = [:],
      at: Moment
    ) {
      self.step = step
      self.task = task
      self.text = text
      self.arguments = arguments
      self.at = at
    }
  }

  /// Answers to an `ask` step.
  public struct InputGiven: Sendable, Hashable, Codable {
    public let step: StepID
    public let values: [String: Value]
    public let by: String
    public let at: Moment

    public init(step: StepID, values: [String: Value], by: String, at: Moment) {
      self.step = step
      self.values = values
      self.by = by
      self.at = at
    }
  }

  /// A person's word that a task is done.
  public struct ManualDone: Sendable, Hashable, Codable {
    public let step: StepID
    public let by: String
    public let note: String
    public let fields: [String: Value]
    public let at: Moment

    public init(step: StepID, by: String, note: String, fields: [String: Value], at: Moment) {
      self.step = step
      self.by = by
      self.note = note
      self.fields = fields
      self.at = at
    }
  }

  /// A request to sign off exactly this.
  public struct ApprovalRequested: Sendable, Hashable, Codable {
    public let step: StepID
    public let statement: String
    public let roles: [Role]
    public let count: Int
    /// The files shown with the request.
    public let evidence: [EvidenceReference]
    /// People who may not approve: they performed what is to be approved.
    public let excluded: [String]
    /// What must be typed to approve; nil: nothing.
    public let confirmation: String?
    /// The role that answers for it, which one of the signers must hold; nil: none is named.
    public let accountable: Role?
    /// Whether the roles sign one after the other, as they are listed; nil: in any order.
    public let inOrder: Bool?
    /// Why whoever did the work may approve what destroys; nil: they may not, or nothing does.
    public let alone: String?
    public let expires: Moment?
    public let at: Moment

    public init(
      step: StepID,
      statement: String,
      roles: [Role],
      count: Int,
      evidence: [EvidenceReference] = [],
      excluded: [String] = [],
      confirmation: String? = nil,
      accountable: Role? = nil,
      inOrder: Bool? = nil,
      alone: String? = nil,
      expires: Moment? = nil,
      at: Moment
    ) {
      self.step = step
      self.statement = statement
      self.roles = roles
      self.count = count
      self.evidence = evidence
      self.excluded = excluded
      self.confirmation = confirmation
      self.accountable = accountable
      self.inOrder = inOrder
      self.alone = alone
      self.expires = expires
      self.at = at
    }
  }

  /// One person's sign-off, over what they saw.
  public struct ApprovalGiven: Sendable, Hashable, Codable {
    public let step: StepID
    public let by: String
    /// The person's roles that the request asks for.
    public let roles: [Role]
    public let comment: String
    public let statement: String
    public let evidence: [Digest]
    /// The head of the chain when the person looked.
    public let seen: Digest
    /// What the person typed to confirm.
    public let typed: String?
    /// The signature over all of that; nil where typed names count.
    public let signature: SSHSignature?
    public let at: Moment

    public init(
      step: StepID,
      by: String,
      roles: [Role],
      comment: String,
      statement: String,
      evidence: [Digest],
      seen: Digest,
      typed: String?,
      signature: SSHSignature? = nil,
      at: Moment
    ) {
      self.step = step
      self.by = by
      self.roles = roles
      self.comment = comment
      self.statement = statement
      self.evidence = evidence
      self.seen = seen
      self.typed = typed
      self.signature = signature
      self.at = at
    }
  }

  /// A refusal to sign off.
  public struct ApprovalRejected: Sendable, Hashable, Codable {
    public let step: StepID
    public let by: String
    public let reason: String
    /// The head of the chain when the person looked; nil in a refusal without a signature.
    public let seen: Digest?
    /// The signature over the refusal; nobody needs a key to say no.
    public let signature: SSHSignature?
    public let at: Moment

    public init(
      step: StepID,
      by: String,
      reason: String,
      seen: Digest? = nil,
      signature: SSHSignature? = nil,
      at: Moment
    ) {
      self.step = step
      self.by = by
      self.reason = reason
      self.seen = seen
      self.signature = signature
      self.at = at
    }
  }

  /// A request that nobody met in time.
  public struct ApprovalExpired: Sendable, Hashable, Codable {
    public let step: StepID
    public let at: Moment

    public init(step: StepID, at: Moment) {
      self.step = step
      self.at = at
    }
  }

  /// A person's go for one change.
  public struct StepReleased: Sendable, Hashable, Codable {
    public let step: StepID
    /// ``CommandList/digest`` of the commands that were shown, and that alone may be performed;
    /// nil where nobody looked, and in journals from before this was said.
    public let commands: Digest?
    /// What was let go, as the question said it; nil in journals from before this was said.
    public let go: String?
    public let by: String
    public let at: Moment

    public init(
      step: StepID,
      commands: Digest? = nil,
      go: String? = nil,
      by: String,
      at: Moment
    ) {
      self.step = step
      self.commands = commands
      self.go = go
      self.by = by
      self.at = at
    }
  }

  /// A person's decision about one step.
  public struct DecisionMade: Sendable, Hashable, Codable {
    public enum Decision: String, Sendable, Hashable, Codable, CaseIterable {
      /// Make another attempt.
      case retry
      /// Go on without it; what needs its success is skipped as well.
      case skip
      /// The person attests that its effect stands.
      case markDone
      /// It failed, and the run goes on along the edges for failure.
      case acceptFailure
    }

    public let step: StepID
    public let decision: Decision
    public let by: String
    public let reason: String
    /// Who proposed it, where two people settle an unknown outcome.
    public let proposer: String?
    /// The head of the chain when the second person looked; nil in a confirmation by name.
    public let seen: Digest?
    /// The second person's signature, where confirmations are signed.
    public let signature: SSHSignature?
    public let at: Moment

    public init(
      step: StepID,
      decision: Decision,
      by: String,
      reason: String,
      proposer: String? = nil,
      seen: Digest? = nil,
      signature: SSHSignature? = nil,
      at: Moment
    ) {
      self.step = step
      self.decision = decision
      self.by = by
      self.reason = reason
      self.proposer = proposer
      self.seen = seen
      self.signature = signature
      self.at = at
    }
  }

  /// One person's word on an unknown outcome, which a second person has to confirm.
  public struct SettlementProposed: Sendable, Hashable, Codable {
    public let step: StepID
    public let decision: DecisionMade.Decision
    public let by: String
    public let reason: String
    public let at: Moment

    public init(
      step: StepID,
      decision: DecisionMade.Decision,
      by: String,
      reason: String,
      at: Moment
    ) {
      self.step = step
      self.decision = decision
      self.by = by
      self.reason = reason
      self.at = at
    }
  }
}
