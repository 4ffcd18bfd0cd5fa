internal import Runbooks

/// A world that performs commands: ``Cluster`` or ``Tabletop``.
protocol CommandWorld: Sendable {
  /// Seconds since 1970-01-01T00:00:00Z in it.
  var now: Int { get }

  /// Performs a command; any exit status is an outcome, not a failure.
  ///
  /// A failure is what kept the command from telling its own end, e.g. a vantage that cannot be
  /// reached.
  func perform(_ command: Command) async throws(OperationFailure) -> CommandOutcome

  /// Shows a text of our own among the output.
  func say(_ text: String) async
}

extension CommandWorld {
  /// Performs a command and demands of a marked reading that its end mark came.
  func outcome(of command: Command) async throws(OperationFailure) -> CommandOutcome {
    let outcome = command.settled(try await perform(command))
    try KubectlFailure.requireWhole(outcome, of: command)
    return outcome
  }

  /// Goes all the way through a procedure.
  func run(_ procedure: Procedure) async throws(OperationFailure) -> OperationResult {
    var procedure = procedure
    var hasChanged = false
    while true {
      switch procedure {
      case .done(let result): return result
      case .unchanged(let next):
        hasChanged = false
        procedure = next
      case .say(let text, let next):
        await say(text)
        do throws(OperationFailure) {
          procedure = try next()
        } catch {
          throw error.after(change: hasChanged)
        }
      case .run(let command, let next):
        do throws(OperationFailure) {
          procedure = try next(try await outcome(of: command))
          hasChanged = hasChanged || command.changes
        } catch {
          throw error.after(change: hasChanged)
        }
      }
    }
  }
}

extension OperationFailure {
  /// The same failure once an earlier command of the operation has changed something:
  /// then nobody may say that nothing was changed.
  fileprivate func after(change hasChanged: Bool) -> OperationFailure {
    guard hasChanged, effect == .none else { return self }
    return OperationFailure(reason, message, advice: advice, effect: .unknown)
  }
}
