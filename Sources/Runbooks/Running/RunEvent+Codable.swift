/// Why an event of a journal cannot be read.
public struct UnknownEventType: Error, Sendable, Hashable, CustomStringConvertible {
  /// The word that names the event.
  public let type: String

  public var description: String {
    "the event type `\(type)` is not known to this version; a newer mailconsole wrote it"
  }
}

extension RunEvent: Codable {
  /// The word in the record that names each kind of event; never changed, only added to.
  enum Kind: String, CaseIterable {
    case runCreated = "run.created"
    case driverAttached = "driver.attached"
    case driverDetached = "driver.detached"
    case driveOffered = "drive.offered"
    case driveTaken = "drive.taken"
    case locksTaken = "locks.taken"
    case lockAwaited = "lock.awaited"
    case lockRefused = "lock.refused"
    case clockJumped = "clock.jumped"
    case stepStarted = "step.started"
    case stepSpawned = "step.spawned"
    case stepAdopted = "step.adopted"
    case stepReleased = "step.released"
    case stepOutput = "step.output"
    case stepEnded = "step.ended"
    case stepSkipped = "step.skipped"
    case waitStarted = "wait.started"
    case personAsked = "person.asked"
    case inputGiven = "input.given"
    case manualDone = "manual.done"
    case approvalRequested = "approval.requested"
    case approvalGiven = "approval.given"
    case approvalRejected = "approval.rejected"
    case approvalExpired = "approval.expired"
    case stepUnknown = "step.unknown"
    case stepReconciled = "step.reconciled"
    case settlementProposed = "settlement.proposed"
    case decisionMade = "decision.made"
    case runRewound = "run.rewound"
    case runPaused = "run.paused"
    case runContinued = "run.continued"
    case guardrailRead = "guardrail.read"
    case guardrailOverruled = "guardrail.overruled"
    case abortRequested = "abort.requested"
    case rollbackRequested = "rollback.requested"
    case rollbackBegun = "rollback.begun"
    case compensationStarted = "compensation.started"
    case compensationSpawned = "compensation.spawned"
    case compensationAdopted = "compensation.adopted"
    case compensationOutput = "compensation.output"
    case compensationEnded = "compensation.ended"
    case compensationUnknown = "compensation.unknown"
    case compensationReconciled = "compensation.reconciled"
    case compensationAsked = "compensation.asked"
    case compensationDone = "compensation.done"
    case compensationProposed = "compensation.proposed"
    case compensationDecided = "compensation.decided"
    case nestedBound = "nested.bound"
    case nestedMade = "nested.made"
    case nestedEnded = "nested.ended"
    case nestedReleased = "nested.released"
    case noteAdded = "note.added"
    case runEnded = "run.ended"
    case headWitnessed = "head.witnessed"
    case secretGiven = "secret.given"
  }

  private enum TypeKey: String, CodingKey {
    case type
  }

  /// Decodes one JSON object whose `type` names the event.
  ///
  /// - Throws: ``UnknownEventType`` for a word this version does not know.
  public init(from decoder: any Decoder) throws {
    let word = try decoder.container(keyedBy: TypeKey.self).decode(String.self, forKey: .type)
    guard let kind = Kind(rawValue: word) else { throw UnknownEventType(type: word) }
    switch kind {
    case .runCreated: self = .runCreated(try RunCreated(from: decoder))
    case .driverAttached: self = .driverAttached(try DriverAttached(from: decoder))
    case .driverDetached: self = .driverDetached(try DriverDetached(from: decoder))
    case .driveOffered: self = .driveOffered(try DriveOffered(from: decoder))
    case .driveTaken: self = .driveTaken(try DriveTaken(from: decoder))
    case .locksTaken: self = .locksTaken(try LocksTaken(from: decoder))
    case .lockAwaited: self = .lockAwaited(try LockAwaited(from: decoder))
    case .lockRefused: self = .lockRefused(try LockRefused(from: decoder))
    case .clockJumped: self = .clockJumped(try ClockJumped(from: decoder))
    case .stepStarted: self = .stepStarted(try StepStarted(from: decoder))
    case .stepSpawned: self = .stepSpawned(try StepSpawned(from: decoder))
    case .stepAdopted: self = .stepAdopted(try StepAdopted(from: decoder))
    case .stepReleased: self = .stepReleased(try StepReleased(from: decoder))
    case .stepOutput: self = .stepOutput(try StepOutput(from: decoder))
    case .stepEnded: self = .stepEnded(try StepEnded(from: decoder))
    case .stepSkipped: self = .stepSkipped(try StepSkipped(from: decoder))
    case .waitStarted: self = .waitStarted(try WaitStarted(from: decoder))
    case .personAsked: self = .personAsked(try PersonAsked(from: decoder))
    case .inputGiven: self = .inputGiven(try InputGiven(from: decoder))
    case .manualDone: self = .manualDone(try ManualDone(from: decoder))
    case .approvalRequested: self = .approvalRequested(try ApprovalRequested(from: decoder))
    case .approvalGiven: self = .approvalGiven(try ApprovalGiven(from: decoder))
    case .approvalRejected: self = .approvalRejected(try ApprovalRejected(from: decoder))
    case .approvalExpired: self = .approvalExpired(try ApprovalExpired(from: decoder))
    case .stepUnknown: self = .stepUnknown(try StepUnknown(from: decoder))
    case .stepReconciled: self = .stepReconciled(try StepReconciled(from: decoder))
    case .settlementProposed:
      self = .settlementProposed(try SettlementProposed(from: decoder))
    case .decisionMade: self = .decisionMade(try DecisionMade(from: decoder))
    case .runRewound: self = .runRewound(try RunRewound(from: decoder))
    case .runPaused: self = .runPaused(try RunPaused(from: decoder))
    case .runContinued: self = .runContinued(try RunContinued(from: decoder))
    case .guardrailRead: self = .guardrailRead(try GuardrailRead(from: decoder))
    case .guardrailOverruled:
      self = .guardrailOverruled(try GuardrailOverruled(from: decoder))
    case .abortRequested: self = .abortRequested(try AbortRequested(from: decoder))
    case .rollbackRequested: self = .rollbackRequested(try RollbackRequested(from: decoder))
    case .rollbackBegun: self = .rollbackBegun(try RollbackBegun(from: decoder))
    case .compensationStarted: self = .compensation(.started(try StepStarted(from: decoder)))
    case .compensationSpawned: self = .compensation(.spawned(try StepSpawned(from: decoder)))
    case .compensationAdopted: self = .compensation(.adopted(try StepAdopted(from: decoder)))
    case .compensationOutput: self = .compensation(.output(try StepOutput(from: decoder)))
    case .compensationEnded: self = .compensation(.ended(try StepEnded(from: decoder)))
    case .compensationUnknown: self = .compensation(.unknown(try StepUnknown(from: decoder)))
    case .compensationReconciled:
      self = .compensation(.reconciled(try StepReconciled(from: decoder)))
    case .compensationAsked: self = .compensation(.asked(try PersonAsked(from: decoder)))
    case .compensationDone: self = .compensation(.done(try ManualDone(from: decoder)))
    case .compensationProposed:
      self = .compensation(.proposed(try SettlementProposed(from: decoder)))
    case .compensationDecided: self = .compensation(.decided(try DecisionMade(from: decoder)))
    case .nestedBound: self = .nested(.bound(try NestedBound(from: decoder)))
    case .nestedMade: self = .nested(.made(try NestedMade(from: decoder)))
    case .nestedEnded: self = .nested(.ended(try NestedEnded(from: decoder)))
    case .nestedReleased: self = .nested(.released(try NestedReleased(from: decoder)))
    case .noteAdded: self = .noteAdded(try NoteAdded(from: decoder))
    case .runEnded: self = .runEnded(try RunEnded(from: decoder))
    case .headWitnessed: self = .headWitnessed(try HeadWitnessed(from: decoder))
    case .secretGiven: self = .secretGiven(try SecretGiven(from: decoder))
    }
  }

  /// The word that names the event and the fields that go with it.
  private var parts: (kind: Kind, fields: any Encodable) {
    switch self {
    case .runCreated(let fields): (.runCreated, fields)
    case .driverAttached(let fields): (.driverAttached, fields)
    case .driverDetached(let fields): (.driverDetached, fields)
    case .driveOffered(let fields): (.driveOffered, fields)
    case .driveTaken(let fields): (.driveTaken, fields)
    case .locksTaken(let fields): (.locksTaken, fields)
    case .lockAwaited(let fields): (.lockAwaited, fields)
    case .lockRefused(let fields): (.lockRefused, fields)
    case .clockJumped(let fields): (.clockJumped, fields)
    case .stepStarted(let fields): (.stepStarted, fields)
    case .stepSpawned(let fields): (.stepSpawned, fields)
    case .stepAdopted(let fields): (.stepAdopted, fields)
    case .stepReleased(let fields): (.stepReleased, fields)
    case .stepOutput(let fields): (.stepOutput, fields)
    case .stepEnded(let fields): (.stepEnded, fields)
    case .stepSkipped(let fields): (.stepSkipped, fields)
    case .waitStarted(let fields): (.waitStarted, fields)
    case .personAsked(let fields): (.personAsked, fields)
    case .inputGiven(let fields): (.inputGiven, fields)
    case .manualDone(let fields): (.manualDone, fields)
    case .approvalRequested(let fields): (.approvalRequested, fields)
    case .approvalGiven(let fields): (.approvalGiven, fields)
    case .approvalRejected(let fields): (.approvalRejected, fields)
    case .approvalExpired(let fields): (.approvalExpired, fields)
    case .stepUnknown(let fields): (.stepUnknown, fields)
    case .stepReconciled(let fields): (.stepReconciled, fields)
    case .settlementProposed(let fields): (.settlementProposed, fields)
    case .decisionMade(let fields): (.decisionMade, fields)
    case .runRewound(let fields): (.runRewound, fields)
    case .runPaused(let fields): (.runPaused, fields)
    case .runContinued(let fields): (.runContinued, fields)
    case .guardrailRead(let fields): (.guardrailRead, fields)
    case .guardrailOverruled(let fields): (.guardrailOverruled, fields)
    case .abortRequested(let fields): (.abortRequested, fields)
    case .rollbackRequested(let fields): (.rollbackRequested, fields)
    case .rollbackBegun(let fields): (.rollbackBegun, fields)
    case .compensation(let event): event.parts
    case .nested(let event): event.parts
    case .noteAdded(let fields): (.noteAdded, fields)
    case .runEnded(let fields): (.runEnded, fields)
    case .headWitnessed(let fields): (.headWitnessed, fields)
    case .secretGiven(let fields): (.secretGiven, fields)
    }
  }

  /// The word that names the event in the record, like `step.started`.
  public var type: String { parts.kind.rawValue }

  /// Encodes as one JSON object: `type`, and the fields of the event.
  public func encode(to encoder: any Encoder) throws {
    let (kind, fields) = parts
    var container = encoder.container(keyedBy: TypeKey.self)
    try container.encode(kind.rawValue, forKey: .type)
    try fields.encode(to: encoder)
  }
}

extension SkipReason: Codable {
  private enum Key: String, CodingKey {
    case conditionIsFalse, needCannotBeMet, ended, needsPlannedResult, decidedBy, reason
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    if let condition = try container.decodeIfPresent(String.self, forKey: .conditionIsFalse) {
      self = .conditionIsFalse(condition)
    } else if let step = try container.decodeIfPresent(StepID.self, forKey: .needCannotBeMet) {
      self = .needCannotBeMet(step, ended: try container.decode(String.self, forKey: .ended))
    } else if let detail = try container.decodeIfPresent(String.self, forKey: .needsPlannedResult) {
      self = .needsPlannedResult(detail)
    } else {
      self = .decided(
        by: try container.decode(String.self, forKey: .decidedBy),
        reason: try container.decode(String.self, forKey: .reason)
      )
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    switch self {
    case .conditionIsFalse(let condition):
      try container.encode(condition, forKey: .conditionIsFalse)
    case .needCannotBeMet(let step, let ended):
      try container.encode(step, forKey: .needCannotBeMet)
      try container.encode(ended, forKey: .ended)
    case .needsPlannedResult(let detail):
      try container.encode(detail, forKey: .needsPlannedResult)
    case .decided(let by, let reason):
      try container.encode(by, forKey: .decidedBy)
      try container.encode(reason, forKey: .reason)
    }
  }
}
