extension RunEvent {
  /// A person's order to undo what the run has done, which ends it.
  public struct RollbackRequested: Sendable, Hashable, Codable {
    public let by: String
    public let reason: String
    public let at: Moment

    public init(by: String, reason: String, at: Moment) {
      self.by = by
      self.reason = reason
      self.at = at
    }
  }

  /// What is undone, in order, and what is not; fixed once nothing of the run is under way.
  public struct RollbackBegun: Sendable, Hashable, Codable {
    /// The steps in the order they are undone: the last to end first.
    public let order: [StepID]
    public let standing: [Rollback.Standing]
    public let at: Moment

    public init(order: [StepID], standing: [Rollback.Standing], at: Moment) {
      self.order = order
      self.standing = standing
      self.at = at
    }
  }

  /// What happened to the compensation of one step: what happens to steps, but for undoing one.
  ///
  /// Attempts are counted on from the step's own, so that no number is used twice.
  public enum CompensationEvent: Sendable, Hashable {
    /// The intent: from here on it may have been undone.
    case started(StepStarted)
    case spawned(StepSpawned)
    case adopted(StepAdopted)
    /// Output kept of an attempt that has no end.
    case output(StepOutput)
    case ended(StepEnded)
    case unknown(StepUnknown)
    case reconciled(StepReconciled)
    /// A person was asked to undo it by hand.
    case asked(PersonAsked)
    case done(ManualDone)
    case proposed(SettlementProposed)
    case decided(DecisionMade)
  }
}

extension RunEvent.CompensationEvent {
  /// The same about the step itself, as which it is read and told.
  var asOfStep: RunEvent {
    switch self {
    case .started(let event): .stepStarted(event)
    case .spawned(let event): .stepSpawned(event)
    case .adopted(let event): .stepAdopted(event)
    case .output(let event): .stepOutput(event)
    case .ended(let event): .stepEnded(event)
    case .unknown(let event): .stepUnknown(event)
    case .reconciled(let event): .stepReconciled(event)
    case .asked(let event): .personAsked(event)
    case .done(let event): .manualDone(event)
    case .proposed(let event): .settlementProposed(event)
    case .decided(let event): .decisionMade(event)
    }
  }

  /// The word that names the event, and its fields.
  var parts: (kind: RunEvent.Kind, fields: any Encodable) {
    switch self {
    case .started(let fields): (.compensationStarted, fields)
    case .spawned(let fields): (.compensationSpawned, fields)
    case .adopted(let fields): (.compensationAdopted, fields)
    case .output(let fields): (.compensationOutput, fields)
    case .ended(let fields): (.compensationEnded, fields)
    case .unknown(let fields): (.compensationUnknown, fields)
    case .reconciled(let fields): (.compensationReconciled, fields)
    case .asked(let fields): (.compensationAsked, fields)
    case .done(let fields): (.compensationDone, fields)
    case .proposed(let fields): (.compensationProposed, fields)
    case .decided(let fields): (.compensationDecided, fields)
    }
  }
}

extension RunEvent.RollbackBegun {
  /// What is to be undone, and how much stands, in a sentence.
  var sentence: String {
    let undone =
      order.isEmpty
      ? "nothing is undone" : "undoes \(order.map(\.name).joined(separator: ", then "))"
    let stands = standing.map { "\($0.step) stands: \($0.why)" }
    return ([undone] + stands).joined(separator: "; ")
  }
}
