/// What is to be done next, as the state of a run implies it.
///
/// Effects are derived, never stored: a resumed run replays its journal and
/// asks again. Performing one records the events that make it go away.
public enum RunEffect: Sendable, Hashable {
  /// Starts an attempt of a step that the engine performs.
  case start(StepID, attempt: Int)
  /// Puts a step before a person.
  case ask(StepID)
  /// Records that the step does not run.
  case skip(StepID, SkipReason)
  /// Records that the step failed before it began: its condition cannot be worked out.
  case fail(StepID, OperationFailure)
  /// Looks whether a waiting step's condition holds or its time has come.
  case poll(StepID)
  /// Settles an unknown outcome by its probe or by what is known of the step.
  case reconcile(StepID)
  /// Records that a request for sign-off stood too long.
  case expire(StepID)
  /// Makes the run that is to stand for a step.
  case makeRun(StepID)
  /// Waits for the end of the run that stands for a step.
  case awaitRun(StepID)
  /// Asks for the rollback that the runbook wants once that step has failed.
  case requestRollback(StepID)
  /// Goes on with the rollback.
  case rollBack(RollbackEffect)
  /// Nothing to do before that moment.
  case wake(Moment)
  /// Records the end of the run.
  case end(RunOutcome, summary: String)
}

/// What is to be done next in a rollback.
public enum RollbackEffect: Sendable, Hashable {
  /// Fixes what is undone, and in which order.
  case begin
  /// Starts an attempt to undo a step.
  case start(StepID, attempt: Int)
  /// Asks a person to undo a step by hand.
  case ask(StepID)
  /// Settles an unknown outcome by what is known of the compensation.
  case reconcile(StepID)
}
