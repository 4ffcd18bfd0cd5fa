public import Runbooks

extension CommandRunner: CommandPerformer {
  /// Runs the command line of a `run` step; a signal counts as the exit status 128 + signal.
  public func perform(
    _ argv: [String],
    in context: OperationContext
  ) async throws(OperationFailure) -> CommandResult {
    let outcome = try await run(argv: argv, timeout: context.timeout, output: context.output)
    return CommandResult(exitStatus: outcome.exit, standardOutput: outcome.stdout)
  }
}
