/// What the engine asks of other runs: to make one, and what the record of one says.
public protocol NestedRuns: Sendable {
  /// A name that no run has.
  func newName(for runbook: RunbookID, at moment: Moment) -> RunID
  /// Makes a run, or finds that it was made for that very step before.
  ///
  /// - Returns: the end of its chain.
  /// - Throws: why it cannot be made; none is there then.
  func make(_ order: NestedOrder) async throws(OperationFailure) -> ChainHead
  /// What the record of a run says, once it holds.
  func read(_ run: RunID) async throws(OperationFailure) -> NestedReading
  /// Tells at once, and again whenever the record of a run may say more; nothing is asked meanwhile.
  func changes(of run: RunID) -> AsyncStream<Void>
}

/// A run that is to be made for a step.
public struct NestedOrder: Sendable, Hashable {
  public let run: RunID
  public let runbook: RunbookID
  public let inputs: [String: Value]
  public let parent: RunParent
  public let mode: World
  public let pace: Pace
  /// The simulated world it begins in; nil in a real one.
  public let world: SimulatedWorld?
  /// The person it is begun by.
  public let by: String

  public init(
    run: RunID,
    runbook: RunbookID,
    inputs: [String: Value],
    parent: RunParent,
    mode: World,
    pace: Pace,
    world: SimulatedWorld?,
    by: String
  ) {
    self.run = run
    self.runbook = runbook
    self.inputs = inputs
    self.parent = parent
    self.mode = mode
    self.pace = pace
    self.world = world
    self.by = by
  }
}

/// What the record of another run says.
public struct NestedReading: Sendable, Hashable {
  public let created: RunEvent.RunCreated
  public let head: ChainHead
  /// How it ended; nil: it has not.
  public let ended: RunEvent.RunEnded?

  public init(created: RunEvent.RunCreated, head: ChainHead, ended: RunEvent.RunEnded?) {
    self.created = created
    self.head = head
    self.ended = ended
  }
}

/// Nothing can be nested: for tests and for what only reads.
public struct NoNestedRuns: NestedRuns {
  public init() {}

  private static let failure = OperationFailure(
    .refused,
    "no run can be made here",
    advice: "Open the run in mailconsole.",
    effect: .none
  )

  public func newName(for runbook: RunbookID, at moment: Moment) -> RunID { RunID("") }

  public func make(_ order: NestedOrder) async throws(OperationFailure) -> ChainHead {
    throw Self.failure
  }

  public func read(_ run: RunID) async throws(OperationFailure) -> NestedReading {
    throw Self.failure
  }

  public func changes(of run: RunID) -> AsyncStream<Void> { AsyncStream { $0.finish() } }
}
