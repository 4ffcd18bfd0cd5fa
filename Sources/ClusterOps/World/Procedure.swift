internal import Runbooks

/// What is left to do of an operation: run a command and decide on its outcome, say what comes
/// next, or be done.
///
/// A procedure decides and does not act, so the same one drives the real
/// cluster and the simulated one, and the two cannot drift apart.
indirect enum Procedure {
  case run(Command, then: (CommandOutcome) throws(OperationFailure) -> Procedure)
  /// Shows a text among the output and records it there: what a command that follows will do, where
  /// that was not known before.
  case say(String, then: () throws(OperationFailure) -> Procedure)
  /// Goes on where the commands so far said themselves that they changed nothing, so that a later
  /// failure may say so too.
  case unchanged(Procedure)
  case done(OperationResult)
}

extension Procedure {
  /// Runs commands one after the other, reads the outcome of each, and goes on with what was read.
  ///
  /// - Parameter read: takes the place of the command and its outcome.
  static func each<Reading>(
    _ commands: [Command],
    read: @escaping (Int, CommandOutcome) throws(OperationFailure) -> Reading,
    then: @escaping ([Reading]) throws(OperationFailure) -> Procedure
  ) throws(OperationFailure) -> Procedure {
    func step(_ place: Int, _ readings: [Reading]) throws(OperationFailure) -> Procedure {
      guard place < commands.count else { return try then(readings) }
      return .run(commands[place]) { outcome throws(OperationFailure) in
        try step(place + 1, readings + [try read(place, outcome)])
      }
    }
    return try step(0, [])
  }
}
