/// What an unattended run is told in place of a person.
public struct Answers: Sendable, Hashable {
  /// Who starts the run.
  public let `operator`: String
  /// Values for the runbook's inputs, as written; the declarations accept or refuse them.
  public let inputs: [String: Value]
  /// What is said at each step that asks.
  public let steps: [StepID: StepAnswer]
  /// The answers files of runbooks that steps run, as they are written; `ID.yaml` beside this one for
  /// those that are not named.
  public let runbooks: [RunbookID: String]
  /// What the players of an exercise do, in the order of the file.
  public let players: [PlayerAct]

  public init(
    operator: String,
    inputs: [String: Value] = [:],
    steps: [StepID: StepAnswer] = [:],
    runbooks: [RunbookID: String] = [:],
    players: [PlayerAct] = []
  ) {
    self.operator = `operator`
    self.inputs = inputs
    self.steps = steps
    self.runbooks = runbooks
    self.players = players
  }
}

extension Answers {
  /// The file of the answers for a runbook that a step runs, relative to the folder of this one.
  public func file(for runbook: RunbookID) -> String { runbooks[runbook] ?? "\(runbook).yaml" }
}

/// What is said at one step; a step that may fail can have more than one answer.
public struct StepAnswer: Sendable, Hashable {
  /// A sign-off by a person.
  public struct Approve: Sendable, Hashable {
    public let by: String
    public let comment: String
    /// What is typed to confirm.
    public let confirm: String?
  }

  /// A refusal by a person.
  public struct Reject: Sendable, Hashable {
    public let by: String
    public let reason: String
  }

  /// A person's word that manual work is done.
  public struct Done: Sendable, Hashable {
    public let by: String
    public let note: String
  }

  /// What is decided about a step that failed or whose outcome is unknown.
  public enum Decision: String, Sendable, Hashable, Codable, CaseIterable {
    case retry
    case skip
    case markDone = "mark_done"
    case rollBack = "roll_back"
    case abort
  }

  /// A decision and who answers for it.
  public struct Intervention: Sendable, Hashable {
    public let decision: Decision
    public let by: String
    public let reason: String
    /// The second person, where two settle an unknown outcome.
    public let confirmedBy: String?
  }

  /// What is said of the undoing of a step, while the run rolls back.
  public struct Undo: Sendable, Hashable {
    /// A person's word that what is undone by hand is undone.
    public let done: Done?
    public let onFailure: Intervention?
    public let onUnknown: Intervention?
  }

  /// Values for a question or for the fields of a manual task, as written.
  public let fields: [String: Value]
  /// Sign-offs, in the order they are given.
  public let approvals: [Approve]
  public let rejection: Reject?
  public let done: Done?
  public let onFailure: Intervention?
  public let onUnknown: Intervention?
  /// What is said of undoing it; nothing of the above is.
  public let undo: Undo?
}
