/// A runbook that is run for a step, as a run of its own.
public struct NestedRunbook: Sendable, Hashable {
  public let id: RunbookID
  /// Inputs that the step gives it; the others take their defaults, and lint wants those without one.
  public let arguments: [String: Argument]
  /// How old a finished run may be that is taken for it; nil: it has begun since the parent did.
  public let freshFor: Duration?
  public let position: SourcePosition

  public init(
    id: RunbookID,
    arguments: [String: Argument] = [:],
    freshFor: Duration? = nil,
    position: SourcePosition
  ) {
    self.id = id
    self.arguments = arguments
    self.freshFor = freshFor
    self.position = position
  }
}

/// The run and step that a run was begun for.
public struct RunParent: Sendable, Hashable, Codable {
  public let run: RunID
  public let step: StepID
  /// The run at the top, to which a simulated world belongs; the parent itself where it has none.
  public let root: RunID

  public init(run: RunID, step: StepID, root: RunID) {
    self.run = run
    self.step = step
    self.root = root
  }
}
