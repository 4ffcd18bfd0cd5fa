internal import Runbooks

/// An operation that consists of commands.
///
/// It says which commands it will make and how to go from one outcome to the
/// next; performing them is a ``CommandWorld``'s.
protocol CommandOperation: Sendable {
  /// Name, parameters, results, risk.
  var declaration: OperationDeclaration { get }

  /// The commands in order, complete but for their standard input. Pure.
  func commands(_ call: Call) throws(OperationFailure) -> [Command]

  /// The way through these commands.
  ///
  /// - Parameter now: seconds since 1970-01-01T00:00:00Z in the world it works in.
  func begin(
    _ call: Call,
    _ commands: [Command],
    now: Int
  ) throws(OperationFailure) -> Procedure
}

/// An operation as the engine has it: what it consists of, and what runs its commands.
struct CatalogueOperation: Operation {
  let work: any CommandOperation
  let runner: CommandRunner

  var declaration: OperationDeclaration { work.declaration }
  var isSupervised: Bool { runner.supervisor != nil }

  func plan(
    _ arguments: Arguments,
    for site: Site
  ) throws(OperationFailure) -> [PlannedAction] {
    try work.commands(Call(arguments: arguments, site: site)).map(\.planned)
  }

  func perform(
    _ arguments: Arguments,
    in context: OperationContext
  ) async throws(OperationFailure) -> OperationResult {
    let call = Call(arguments: arguments, site: context.site)
    if let simulation = context.simulation {
      return try await perform(call, in: Tabletop(simulation, context))
    }
    return try await perform(call, in: Cluster(runner, context))
  }

  private func perform(
    _ call: Call,
    in world: some CommandWorld
  ) async throws(OperationFailure) -> OperationResult {
    let procedure = try work.begin(call, try work.commands(call), now: world.now)
    return try declaration.checked(try await world.run(procedure))
  }
}
