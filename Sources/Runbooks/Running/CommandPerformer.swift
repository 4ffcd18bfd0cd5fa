/// Runs command lines in the real world; the engine itself starts no process.
public protocol CommandPerformer: Sendable {
  /// Runs one command without a shell, standard input empty, output streamed to the context.
  ///
  /// An exit status is a result, whatever it is; the engine compares it with
  /// the statuses that the runbook expects. A failure is what kept the command
  /// from telling its own end: not found, timed out, cancelled.
  func perform(
    _ argv: [String],
    in context: OperationContext
  ) async throws(OperationFailure) -> CommandResult
}

/// How a command ended.
public struct CommandResult: Sendable, Hashable {
  public let exitStatus: Int
  /// Standard output, bounded by the performer.
  public let standardOutput: [UInt8]

  public init(exitStatus: Int, standardOutput: [UInt8]) {
    self.exitStatus = exitStatus
    self.standardOutput = standardOutput
  }
}

/// Refuses every command; for runs that must start no process.
public struct NoCommands: CommandPerformer {
  public init() {}

  public func perform(
    _ argv: [String],
    in context: OperationContext
  ) async throws(OperationFailure) -> CommandResult {
    throw OperationFailure(
      .refused,
      "command lines are not run here",
      advice: "Use an operation of the catalogue.",
      effect: .none
    )
  }
}
