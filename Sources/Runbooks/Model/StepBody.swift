/// What a step does; a step has exactly one body.
public enum StepBody: Sendable, Hashable {
  /// Reads the world and judges it: pass, warn or fail.
  case check(Check)
  /// Performs an operation of the catalogue.
  case operation(OperationCall)
  /// Runs a command line, shown verbatim.
  case command(CommandLine)
  /// A person does something and says so.
  case manual(ManualTask)
  /// A person types values.
  case ask([InputDeclaration])
  /// A person signs off.
  case approve(Approval)
  /// Waits for a time or a condition.
  case wait(Wait)
  /// Demands that earlier evidence stands and is fresh.
  case gate(Gate)
  /// Runs another runbook, as a run of its own.
  case runbook(NestedRunbook)
  /// Shows text; done when shown.
  case note(Template)
}

extension StepBody {
  /// The key of the body in YAML, e.g. `check`.
  public var keyword: String {
    switch self {
    case .check(let check): check.use == nil ? "check" : "use"
    case .operation: "do"
    case .command: "run"
    case .manual: "manual"
    case .ask: "ask"
    case .approve: "approve"
    case .wait: "wait"
    case .gate: "gate"
    case .runbook: "runbook"
    case .note: "note"
    }
  }

  /// Whether a person, not the engine, ends the step.
  public var isPersonal: Bool {
    switch self {
    case .manual, .ask, .approve: true
    case .check, .operation, .command, .wait, .gate, .runbook, .note: false
    }
  }
}

/// An operation with its arguments, still to be resolved against a run.
public struct OperationCall: Sendable, Hashable {
  public let operation: OperationName
  public let arguments: [String: Argument]
  public let position: SourcePosition

  public init(
    operation: OperationName,
    arguments: [String: Argument],
    position: SourcePosition
  ) {
    self.operation = operation
    self.arguments = arguments
    self.position = position
  }
}

/// Something that can be performed and, as a rollback, undone.
public enum Action: Sendable, Hashable {
  case operation(OperationCall)
  case command(CommandLine)
  case manual(ManualTask)
}

/// A reading operation or command and the judgement on its result.
///
/// `pass` and `warn` see the result as `result.NAME`. Neither true: fail.
public struct Check: Sendable, Hashable {
  /// What is read.
  public enum Subject: Sendable, Hashable {
    case operation(OperationCall)
    case command(CommandLine)
  }

  public let subject: Subject
  public let pass: Expression
  public let warn: Expression?
  /// How long the evidence may satisfy a gate; nil: for the whole run.
  public let freshFor: Duration?
  /// The check that is meant by `use`; nil: it is written where it stands.
  public let use: UsedCheck?

  public init(
    subject: Subject,
    pass: Expression,
    warn: Expression? = nil,
    freshFor: Duration? = nil,
    use: UsedCheck? = nil
  ) {
    self.subject = subject
    self.pass = pass
    self.warn = warn
    self.freshFor = freshFor
    self.use = use
  }
}

/// A command line as an argument vector; no shell ever sees it.
public struct CommandLine: Sendable, Hashable {
  public let arguments: [Template]
  /// What it reads from standard input; nil: nothing.
  public let standardInput: Template?
  /// Exit statuses that count as success; empty where a check judges the status itself.
  public let expectedExits: [Int]
  public let position: SourcePosition

  public init(
    arguments: [Template],
    standardInput: Template? = nil,
    expectedExits: [Int] = [0],
    position: SourcePosition
  ) {
    self.arguments = arguments
    self.standardInput = standardInput
    self.expectedExits = expectedExits
    self.position = position
  }
}

/// Work that a person does outside the console.
public struct ManualTask: Sendable, Hashable {
  public let instructions: Template
  /// Values the person reports back, e.g. a ticket number.
  public let fields: [InputDeclaration]

  public init(instructions: Template, fields: [InputDeclaration] = []) {
    self.instructions = instructions
    self.fields = fields
  }
}

/// A sign-off: who must agree to what, on which evidence.
public struct Approval: Sendable, Hashable {
  /// What a rejection does to the run.
  public enum Rejection: Sendable, Hashable {
    case abort
    /// Takes the run back to an earlier step.
    case rewind(to: StepID)
  }

  /// Roles any of which may approve.
  public let roles: [Role]
  /// How many different people must approve.
  public let count: Int
  /// Whether the roles sign one after the other, as they are listed.
  public let isInOrder: Bool
  /// What the person agrees to.
  public let statement: Template
  /// Steps whose evidence is shown and bound.
  public let evidence: [StepID]
  /// Steps whose performers may not approve; `four_eyes`.
  public let notPerformersOf: [StepID]
  /// How long the request stands.
  public let expires: Duration?
  public let onReject: Rejection
  /// What must be typed to approve, e.g. the sender about to be deleted; nil: nothing.
  public let confirmByTyping: Template?
  /// Why whoever did the steps before a destructive one may approve it as well; nil: they may not.
  public let alone: String?

  public init(
    roles: [Role],
    count: Int = 1,
    isInOrder: Bool = false,
    statement: Template,
    evidence: [StepID] = [],
    notPerformersOf: [StepID] = [],
    expires: Duration? = nil,
    onReject: Rejection = .abort,
    confirmByTyping: Template? = nil,
    alone: String? = nil
  ) {
    self.roles = roles
    self.count = count
    self.isInOrder = isInOrder
    self.statement = statement
    self.evidence = evidence
    self.notPerformersOf = notPerformersOf
    self.expires = expires
    self.onReject = onReject
    self.confirmByTyping = confirmByTyping
    self.alone = alone
  }
}

/// A pause in the run.
public enum Wait: Sendable, Hashable {
  /// A span of the run's clock: a template that gives a duration.
  case span(Template)
  /// Until a check passes, asked again and again, at most for a while.
  case until(Check, every: Duration, atMost: Duration)
}

/// A gate: earlier steps whose evidence must stand and be fresh, and checks that must hold now.
public struct Gate: Sendable, Hashable {
  public let requires: [StepID]
  /// Checks that the gate itself performs; each passes or warns before it opens.
  public let checks: [Check]
  /// The oldest evidence that is accepted; nil: as each check says itself.
  public let freshFor: Duration?

  public init(requires: [StepID], checks: [Check] = [], freshFor: Duration? = nil) {
    self.requires = requires
    self.checks = checks
    self.freshFor = freshFor
  }
}
