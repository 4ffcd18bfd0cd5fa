/// One step of a runbook: exactly one body, and the conditions around it.
public struct Step: Sendable, Hashable {
  public let id: StepID
  /// Names this step had before; a rename keeps them (`was:`).
  public let formerIDs: [StepID]
  public let title: String
  /// Why the step exists and what to look for, in the words needed at 3 am.
  public let purpose: String
  /// What a person lets go, with the object and the count, e.g.
  /// `Hold ${steps.look.compromised_count} messages of ${steps.look.compromised_sender}`; nil: the
  /// title is all there is to say.
  public let go: Template?
  public let body: StepBody
  public let needs: [Need]
  /// When this is present and false, the step is skipped.
  public let when: Expression?
  public internal(set) var risk: Risk
  public let responsibility: Responsibility
  public let retry: RetryPolicy?
  /// How long one attempt may take before its process group is ended.
  public let timeout: Duration?
  public let onFailure: FailurePolicy
  public let rollback: Action?
  public let reversibility: Reversibility
  /// The probe that tells whether the step's effect already stands: before it
  /// runs (then it is skipped as done) and after a crash (then it settles an
  /// unknown outcome).
  public let doneWhen: Check?
  /// What is read beside it while it is under way or waits, and pauses the run.
  public let guardrails: [Guardrail]
  /// Declared outputs of a `run` body; operations declare their own results.
  public let outputs: [OutputDeclaration]
  /// Tickets and exit criteria of the plan that this step proves, e.g. `MS-3`.
  public let covers: [String]
  public let position: SourcePosition

  public init(
    id: StepID,
    formerIDs: [StepID] = [],
    title: String,
    purpose: String = "",
    go: Template? = nil,
    body: StepBody,
    needs: [Need] = [],
    when: Expression? = nil,
    risk: Risk,
    responsibility: Responsibility = Responsibility(),
    retry: RetryPolicy? = nil,
    timeout: Duration? = nil,
    onFailure: FailurePolicy = .ask,
    rollback: Action? = nil,
    reversibility: Reversibility = .yes,
    doneWhen: Check? = nil,
    guardrails: [Guardrail] = [],
    outputs: [OutputDeclaration] = [],
    covers: [String] = [],
    position: SourcePosition
  ) {
    self.id = id
    self.formerIDs = formerIDs
    self.title = title
    self.purpose = purpose
    self.go = go
    self.body = body
    self.needs = needs
    self.when = when
    self.risk = risk
    self.responsibility = responsibility
    self.retry = retry
    self.timeout = timeout
    self.onFailure = onFailure
    self.rollback = rollback
    self.reversibility = reversibility
    self.doneWhen = doneWhen
    self.guardrails = guardrails
    self.outputs = outputs
    self.covers = covers
    self.position = position
  }
}

extension Step {
  /// The same step with another risk.
  func withRisk(_ risk: Risk) -> Step {
    var step = self
    step.risk = risk
    return step
  }
}

/// An edge of the graph: this step waits for another, and for which end of it.
public struct Need: Sendable, Hashable {
  /// The end of the other step that satisfies the need.
  public enum Ending: String, Sendable, Hashable, Codable, CaseIterable {
    /// It passed, passed with a warning, or was already done.
    case succeeded
    /// It failed and its failure was accepted.
    case failed
    /// It ended in any way, a skip included.
    case any
  }

  public let step: StepID
  public let on: Ending
  public let position: SourcePosition

  public init(step: StepID, on: Ending = .succeeded, position: SourcePosition) {
    self.step = step
    self.on = on
    self.position = position
  }
}

/// Who does a step, who answers for it, whom to ask and whom to tell (RACI).
public struct Responsibility: Sendable, Hashable {
  public let responsible: Role?
  public let accountable: Role?
  public let consulted: [Role]
  public let informed: [Role]

  public init(
    responsible: Role? = nil,
    accountable: Role? = nil,
    consulted: [Role] = [],
    informed: [Role] = []
  ) {
    self.responsible = responsible
    self.accountable = accountable
    self.consulted = consulted
    self.informed = informed
  }
}

/// Automatic further attempts after a failure.
public struct RetryPolicy: Sendable, Hashable {
  /// Attempts in all, the first included.
  public let attempts: Int
  /// The wait before the second attempt.
  public let backoff: Duration
  /// What each later wait is multiplied by.
  public let factor: Double

  public init(attempts: Int, backoff: Duration, factor: Double = 1) {
    self.attempts = attempts
    self.backoff = backoff
    self.factor = factor
  }
}

/// What happens to the run when a step has failed for good.
public enum FailurePolicy: String, Sendable, Hashable, Codable, CaseIterable {
  /// The step waits for a person: retry, skip, mark done, roll back or abort.
  case ask
  /// The failure is accepted and recorded; steps that need success stay blocked.
  case `continue`
  /// The run ends as failed.
  case abort
  /// What the run did is undone: at once where changes need nobody's go, else once a person has seen
  /// what that is.
  case rollback
}

/// Whether a change can be undone.
public enum Reversibility: Sendable, Hashable {
  case yes
  /// Undoing works for this long after the step.
  case until(Duration)
  case no
}
