internal import ClusterOps
internal import Runbooks
internal import TUI

/// What reaches the console from outside.
enum ConsoleEvent: Sendable {
  case input(InputEvent)
  /// The console was called for this run, which is being opened.
  case called(RunID)
  /// A run was started or gone on with; its past is in the model.
  case opened(RunModel)
  /// What a run's runner tells; of another run than the one that is open it is passed over.
  case run(RunID, RunUpdate)
  /// No runner performs the run any more.
  case runnerEnded(RunID)
  /// Something asked for could not be done.
  case refused(String)
  /// Something asked for was done.
  case told(String)
  case shelf([ShelfEntry])
  /// Something of the checks.
  case checks(CheckNews)
  /// A runbook was read and its runs were, or why it cannot be used.
  case runbook(RunbookID, Result<ShelfEntry, CommandFailure>)
  /// All runbooks were read: the sound ones, and the files that are none.
  case library([Runbook], [UnusableRunbook])
  case runs(RunShelf)
  case plan(Result<PlanBoard, CommandFailure>)
  case queueRead(QueueListing)
  case messageRead(title: String, text: [UInt8])
  /// A piece of evidence of that run was read and is what its digest says.
  case evidenceRead(RunID, EvidenceReference, [UInt8])
  /// What of the record of that run had not been read yet.
  case recordRead(RunID, [JournalEntry])
  /// The ssh-agent was asked which keys could sign off.
  case signingKeys(SigningKeys)
  /// The kept output of an ended step was read, of the run of that name.
  case outputRead(RunID, UnreadOutput, KeptOutput)
  /// Something is done elsewhere from now on, or is another thing now; the number names it.
  case began(Int, PendingWork)
  /// It is not waited for any more.
  case finished(Int)
  /// The exercise at which this console has a seat was read, or why it could not be.
  case exercise(Result<ExerciseNews, CommandFailure>)
  /// What was said to the exercise was taken; what came of it.
  case ordered(String)
  /// The clock of the world shows another time than what is drawn.
  case worldClock
  /// What is waited for has taken until now.
  case tick(ContinuousClock.Instant)
}

/// What the console wants done outside; the update function only asks.
enum ConsoleEffect: Sendable {
  case start(RunbookID, inputs: [String: Value])
  /// Opens a run, and watches it where a runner lives.
  case look(RunID)
  /// Opens a run for reading alone.
  case read(RunID)
  /// Opens a run and sees to it that a runner performs it.
  case resume(RunID)
  case send(RunCommand, by: String)
  /// Reads where each runbook stands, and once all runbooks.
  case readShelf
  /// Reads the files of the checks, and what was kept of their results.
  case readChecks
  /// Looks at every check, side by side.
  case lookAtChecks(isAsked: Bool)
  /// Reads all that a check read when it found this.
  case readCheckEvidence(CheckCard, CheckHistory.Entry)
  /// Reads one runbook and where it stands.
  case readRunbook(RunbookID)
  case readRuns
  case readPlan
  case readQueue
  /// Reads the exercise at which this console has a seat.
  case readExercise
  /// Says something to that exercise, or sets its clock.
  case order(ExerciseOrder)
  /// Reads the record of the open run after an event.
  case readRecord(after: Int64)
  case readMessage(id: String)
  case readEvidence(EvidenceReference)
  /// Asks the ssh-agent whether it holds the keys of these people.
  case findKeys(of: [String])
  case readOutput(UnreadOutput)
  /// Ends everything that is waited for.
  case leaveWork
  case terminal(TerminalRequest)
}
