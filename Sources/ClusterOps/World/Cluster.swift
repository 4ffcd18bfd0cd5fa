internal import Runbooks

/// The real world: commands are processes.
struct Cluster: CommandWorld {
  private let runner: CommandRunner
  private let context: OperationContext
  private let clock = ContinuousClock()
  private let deadline: ContinuousClock.Instant

  /// - Parameter context: its timeout is for all commands together.
  init(_ runner: CommandRunner, _ context: OperationContext) {
    self.runner = runner
    self.context = context
    deadline = clock.now.advanced(by: context.timeout)
  }

  var now: Int { Int(context.clock.read().wall.milliseconds / 1_000) }

  func perform(_ command: Command) async throws(OperationFailure) -> CommandOutcome {
    guard !command.isOnlySimulated else {
      throw OperationFailure(
        .refused,
        "‘\(capped(command.program.joined(separator: " "), 60))’ is for a simulated world, and this "
          + "one is real",
        advice: "Nothing was done. Exercises are held in a tabletop.",
        effect: .none
      )
    }
    let context = context
    let outcome = try await runner.run(
      try invocation(of: command),
      in: context.custody,
      stdout: { bytes in
        command.sink?(bytes)
        if command.streams { await context.output(bytes) }
      },
      stderr: { bytes in await context.output(bytes) }
    )
    if case .named(let vantage) = command.vantage, outcome.ending != .exited(0) {
      try await prove(vantage, after: command, outcome)
    }
    return outcome
  }

  func say(_ text: String) async {
    let veil = RedactedStream(context.secrets)
    await context.output(veil.take(Array(text.utf8)) + veil.finish())
  }

  private func invocation(of command: Command) throws(OperationFailure) -> Invocation {
    Invocation(
      argv: command.argv,
      input: try command.secretInput?.revealed(by: context.secrets) ?? command.input,
      timeout: max(clock.now.duration(to: deadline), .zero),
      keep: command.keep,
      changes: command.changes,
      recordsOutput: command.streams,
      isTakenAsItComes: command.sink != nil,
      secrets: context.secrets
    )
  }

  /// How long the proof of a way may take.
  private static let patience = Duration.seconds(10)

  /// Tells a program that failed from a way that does not lead to it, by a program that cannot
  /// fail: `true`.
  private func prove(
    _ vantage: SiteVantage,
    after command: Command,
    _ outcome: CommandOutcome
  ) async throws(OperationFailure) {
    let proof = Invocation(
      argv: vantage.argv(["true"]),
      timeout: min(max(clock.now.duration(to: deadline), .zero), Self.patience),
      keep: 0,
      changes: false,
      recordsOutput: false,
      secrets: context.secrets
    )
    let ending: CommandOutcome.Ending?
    do throws(OperationFailure) {
      ending = try await runner.run(proof, stdout: { _ in }).ending
    } catch {
      ending = nil
    }
    guard ending == .exited(0) else {
      throw VantageFailure.unreachable(vantage, outcome, effect: command.changes ? .unknown : .none)
    }
    // As timeout(1) ends for the program that it bounds.
    if outcome.exit == 127, let bounded = Probe.inner(command.program).first,
      outcome.stderrText.contains(bounded)
    {
      throw VantageFailure.missing(bounded, at: vantage)
    }
    // As execvp(3) and sh(1) end for a program that is not there.
    if outcome.exit == 127 || outcome.stderrText.contains("No such file or directory"),
      outcome.stdout.isEmpty, outcome.stderrText.contains(command.program.first ?? "\0")
    {
      throw VantageFailure.missing(command.program.first ?? "", at: vantage)
    }
  }
}
