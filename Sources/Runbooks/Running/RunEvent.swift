/// Something that happened in a run; the journal is a list of these and nothing else.
///
/// Names are in the past tense. Each case carries all that a later reader
/// needs, in resolved form, so that a replay asks neither a clock, nor the
/// cluster, nor the catalogue. Moments (`at`) are in the run's clock.
public enum RunEvent: Sendable, Hashable {
  /// The first event of every run.
  case runCreated(RunCreated)
  /// A driver took the run: at its start and whenever it is resumed.
  case driverAttached(DriverAttached)
  /// The driver let go of the run in good order.
  case driverDetached(DriverDetached)
  /// The driver would hand the run over to whoever takes it.
  case driveOffered(DriveOffered)
  /// Somebody took an offered or driverless run, in the runner that holds it.
  case driveTaken(DriveTaken)
  /// The run holds its locks against other runs.
  case locksTaken(LocksTaken)
  /// The run waits for a lock that another run holds.
  case lockAwaited(LockAwaited)
  /// The run did not get a lock and was let go.
  case lockRefused(LockRefused)
  /// The wall clock moved against the monotonic clock.
  case clockJumped(ClockJumped)

  /// The intent: from here on the step's effect may have happened.
  case stepStarted(StepStarted)
  /// A process stands ready for the attempt; it begins once this is recorded.
  case stepSpawned(StepSpawned)
  /// A runner found a command that the runner before it had begun, and awaits its end.
  case stepAdopted(StepAdopted)
  /// A person let a change begin, after having seen what it will do.
  case stepReleased(StepReleased)
  /// Output kept of an attempt that has no end of its own, e.g. found after a crash.
  case stepOutput(StepOutput)
  /// The end of an attempt.
  case stepEnded(StepEnded)
  /// The step will not run in this run, and why.
  case stepSkipped(StepSkipped)
  /// A `wait` body began to wait.
  case waitStarted(WaitStarted)

  /// A manual task, a form or a nested runbook was put before a person.
  case personAsked(PersonAsked)
  /// A person answered the questions of an `ask` step.
  case inputGiven(InputGiven)
  /// A person says a manual task is done.
  case manualDone(ManualDone)

  /// A sign-off was asked for, over exactly this text and evidence.
  case approvalRequested(ApprovalRequested)
  case approvalGiven(ApprovalGiven)
  case approvalRejected(ApprovalRejected)
  /// The request stood too long.
  case approvalExpired(ApprovalExpired)

  /// An attempt has an intent and no end: nobody may assume either outcome.
  case stepUnknown(StepUnknown)
  /// An unknown outcome was settled, and how.
  case stepReconciled(StepReconciled)

  /// A person proposed how an unknown outcome is settled; a second one has yet to confirm it.
  case settlementProposed(SettlementProposed)
  /// A person decided how a failed, unknown or unwanted step goes on.
  case decisionMade(DecisionMade)
  /// The run went back to an earlier step; these steps are to be done again.
  case runRewound(RunRewound)
  case runPaused(RunPaused)
  case runContinued(RunContinued)
  /// A guardrail was read for the first time, or its verdict changed; one that fails pauses the run.
  case guardrailRead(GuardrailRead)
  /// A person lets the run go on although guardrails fail.
  case guardrailOverruled(GuardrailOverruled)
  /// A person ended the run before its end; what is under way still finishes.
  case abortRequested(AbortRequested)
  /// A person ended the run by undoing what it did.
  case rollbackRequested(RollbackRequested)
  /// Nothing is under way any more: this is undone, in this order, and this is not.
  case rollbackBegun(RollbackBegun)
  /// What happened to the undoing of one step.
  case compensation(CompensationEvent)
  /// What happened between a step and the run that stands for it.
  case nested(NestedEvent)
  case noteAdded(NoteAdded)
  /// The last event of a run, but for a head of it kept elsewhere.
  case runEnded(RunEnded)
  /// A head of the chain was kept outside the state directory, or could not be.
  case headWitnessed(HeadWitnessed)
  /// A person gave a secret to the process that performs the run.
  case secretGiven(SecretGiven)
}

extension RunEvent {
  /// The step the event is about, where it is about one.
  public var step: StepID? {
    switch self {
    case .stepStarted(let event): event.step
    case .stepSpawned(let event): event.step
    case .stepAdopted(let event): event.step
    case .stepReleased(let event): event.step
    case .stepOutput(let event): event.step
    case .stepEnded(let event): event.step
    case .stepSkipped(let event): event.step
    case .waitStarted(let event): event.step
    case .personAsked(let event): event.step
    case .inputGiven(let event): event.step
    case .manualDone(let event): event.step
    case .approvalRequested(let event): event.step
    case .approvalGiven(let event): event.step
    case .approvalRejected(let event): event.step
    case .approvalExpired(let event): event.step
    case .stepUnknown(let event): event.step
    case .stepReconciled(let event): event.step
    case .settlementProposed(let event): event.step
    case .decisionMade(let event): event.step
    case .runRewound(let event): event.step
    case .noteAdded(let event): event.step
    case .compensation(let event): event.asOfStep.step
    case .nested(let event): event.step
    case .guardrailRead(let event): event.guardrail.step
    case .runCreated, .driverAttached, .driverDetached, .driveOffered, .driveTaken,
      .locksTaken, .lockAwaited, .lockRefused, .clockJumped, .runPaused, .runContinued,
      .abortRequested, .rollbackRequested, .rollbackBegun, .runEnded, .headWitnessed,
      .secretGiven, .guardrailOverruled:
      nil
    }
  }

  /// Every file the event names by digest.
  public var blobs: [BlobReference] {
    switch self {
    case .runCreated(let event): event.world.map { [$0] } ?? []
    case .stepOutput(let event): [event.output]
    case .compensation(let event): event.asOfStep.blobs
    case .stepEnded(let event):
      (event.output.map { [$0] } ?? []) + event.evidence.map(\.blob)
        + (event.world.map { [$0] } ?? [])
    default: []
    }
  }
}
