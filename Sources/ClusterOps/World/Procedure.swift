internal import Runbooks

/// What is left to do of an operation: run a command and decide on its outcome, or be done.
///
/// A procedure decides and does not act, so the same one drives the real
/// cluster and the simulated one, and the two cannot drift apart.
indirect enum Procedure {
  case run(Command, then: (CommandOutcome) throws(OperationFailure) -> Procedure)
  case done(OperationResult)
}
