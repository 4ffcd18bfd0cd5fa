public import Runbooks

extension CommandRunner: CommandPerformer {
  /// Runs the command line of a `run` step; a signal counts as the exit status 128 + signal.
  public func perform(
    _ argv: [String],
    input: [UInt8],
    in context: OperationContext
  ) async throws(OperationFailure) -> CommandResult {
    let outcome = try await run(
      Invocation(
        argv: argv,
        input: input,
        timeout: context.timeout,
        secrets: context.secrets,
        keepsSecrets: true
      ),
      in: context.custody,
      stdout: context.output,
      stderr: context.output
    )
    return CommandResult(
      exitStatus: outcome.exit,
      standardOutput: outcome.stdout,
      standardError: outcome.stderr
    )
  }

  public var isSupervising: Bool { supervisor != nil }

  public func waitForEnd(
    of child: AbandonedChild,
    within limit: Duration
  ) async -> AbandonedChild.Fate {
    await child.waitForEnd(within: limit, grace: grace)
  }
}
