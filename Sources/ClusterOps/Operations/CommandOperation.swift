internal import Runbooks

/// An operation that consists of commands.
///
/// It says which commands it will make and how to go from one outcome to the
/// next; running them, for real or in a simulated world, is done here, once.
protocol CommandOperation: Operation {
  var runner: CommandRunner { get }

  /// The commands in order, complete but for their standard input. Pure.
  func requests(_ arguments: Arguments, for site: Site) throws(OperationFailure) -> [Request]

  /// The way through these commands.
  func begin(
    _ arguments: Arguments,
    _ requests: [Request],
    in context: ProcedureContext
  ) throws(OperationFailure) -> Procedure
}

extension CommandOperation {
  var isSupervised: Bool { runner.supervisor != nil }

  func plan(
    _ arguments: Arguments,
    for site: Site
  ) throws(OperationFailure) -> [PlannedAction] {
    try requests(arguments, for: site).map(\.planned)
  }

  func perform(
    _ arguments: Arguments,
    in context: OperationContext
  ) async throws(OperationFailure) -> OperationResult {
    let clock = ContinuousClock()
    let deadline = clock.now.advanced(by: context.timeout)
    var procedure = try begin(
      arguments,
      try requests(arguments, for: context.site),
      in: ProcedureContext(
        site: context.site,
        now: Int(context.clock.read().wall.milliseconds / 1_000)
      )
    )
    var hasChanged = false
    while true {
      switch procedure {
      case .done(let result):
        return result
      case .run(let request, let next):
        do throws(OperationFailure) {
          let outcome = request.settled(
            try await run(request, within: clock.now.duration(to: deadline), in: context)
          )
          try KubectlFailure.requireWhole(outcome, of: request)
          procedure = try next(outcome)
          hasChanged = hasChanged || request.changes
        } catch {
          throw error.after(change: hasChanged)
        }
      }
    }
  }

  private func run(
    _ request: Request,
    within timeout: Duration,
    in context: OperationContext
  ) async throws(OperationFailure) -> CommandOutcome {
    let command = Command(
      argv: request.argv,
      input: request.input,
      timeout: max(timeout, .zero),
      keep: request.keep,
      changes: request.changes,
      recordsOutput: request.streams,
      isTakenAsItComes: request.sink != nil,
      secrets: context.secrets
    )
    return try await runner.run(
      command,
      in: context.custody,
      stdout: { bytes in
        request.sink?(bytes)
        if request.streams { await context.output(bytes) }
      },
      stderr: { bytes in await context.output(bytes) }
    )
  }

  func simulate(
    _ arguments: Arguments,
    in world: inout SimulatedWorld
  ) throws(OperationFailure) -> OperationResult {
    let site = SimulatedSite.site(of: world)
    var procedure = try begin(
      arguments,
      try requests(arguments, for: site),
      in: ProcedureContext(site: site, now: world.now)
    )
    var cluster = SimulatedCluster(world)
    var hasChanged = false
    while true {
      switch procedure {
      case .done(let result):
        world = cluster.world
        return result
      case .run(let request, let next):
        do throws(OperationFailure) {
          let outcome = request.settled(try cluster.run(request))
          try KubectlFailure.requireWhole(outcome, of: request)
          procedure = try next(outcome)
          hasChanged = hasChanged || request.changes
        } catch {
          world = cluster.world
          throw error.after(change: hasChanged)
        }
      }
    }
  }
}

extension OperationFailure {
  /// The same failure once an earlier command of the operation has changed something:
  /// then nobody may say that nothing was changed.
  func after(change hasChanged: Bool) -> OperationFailure {
    guard hasChanged, effect == .none else { return self }
    return OperationFailure(reason, message, advice: advice, effect: .unknown)
  }
}
