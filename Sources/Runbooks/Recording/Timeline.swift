/// A run told in order, as text and JSON show it.
public struct Timeline: Sendable, Hashable, Codable {
  /// One event, told in a line.
  public struct Line: Sendable, Hashable, Codable {
    public let sequence: Int64
    /// The wall clock, RFC 3339 in UTC.
    public let at: String
    public let actor: String
    /// The event's word, like `step.ended`.
    public let type: String
    public let step: StepID?
    /// What happened, in a sentence.
    public let text: String
    public let hash: Digest
  }

  public let lines: [Line]

  public init(_ entries: [JournalEntry]) {
    lines = entries.map { entry in
      Line(
        sequence: entry.sequence,
        at: entry.wall.description,
        actor: entry.actor,
        type: entry.event.type,
        step: entry.event.step,
        text: entry.event.sentence,
        hash: entry.hash
      )
    }
  }
}

extension RunEvent {
  /// What happened, for a person.
  public var sentence: String {
    switch self {
    case .runCreated(let event):
      "\(event.by) began \(event.title) \(event.version) on \(event.site) (\(event.mode.rawValue))"
    case .driverAttached(let event): "\(event.by) drives, process \(event.pid)"
    case .driverDetached(let event): "\(event.by) let go: \(event.reason)"
    case .driveOffered(let event): "\(event.by) offers the drive"
    case .driveTaken(let event): "\(event.by) took over from \(event.from)"
    case .locksTaken(let event):
      "holds \(event.locks.map(\.description).joined(separator: ", ")) against other runs"
    case .lockAwaited(let event): event.sentence
    case .lockRefused(let event):
      "did not get the lock \(event.lock)"
        + (event.holder.map { ", held by \($0.by) in run \($0.run) since \($0.since)" } ?? "")
    case .clockJumped(let event): "the wall clock moved by \(event.milliseconds) ms"
    case .stepStarted(let event):
      "attempt \(event.attempt) begins"
        + (event.actions.isEmpty
          ? ""
          : ": " + event.actions.map { CommandText.render($0.argv) }.joined(separator: "; "))
    case .stepSpawned(let event):
      "command \(event.command), \(event.program), is process \(event.process.pid)"
    case .stepAdopted(let event):
      event.isRunning
        ? "command \(event.command) is still under way; its end is awaited"
        : "command \(event.command) has ended without its runner"
    case .stepReleased(let event):
      "\(event.by) lets it begin\(event.go.map { ": \($0)" } ?? "")"
    case .stepOutput(let event): "\(event.output.length) bytes of output were found"
    case .stepEnded(let event): "\(event.outcome.rawValue): \(event.summary)"
    case .stepSkipped(let event): "skipped: \(event.reason)"
    case .waitStarted(let event): "waits until \(event.until) at most"
    case .personAsked(let event): "asks a person: \(event.text)"
    case .inputGiven(let event):
      "\(event.by) answered\(event.values.isEmpty ? "" : " ")\(event.values.inWords)"
    case .manualDone(let event):
      "\(event.by) did it\(event.note.isEmpty ? "" : ": \(event.note)")"
        + (event.fields.isEmpty ? "" : " (\(event.fields.inWords))")
    case .approvalRequested(let event):
      "asks for \(event.count == 1 ? "a sign-off" : "\(event.count) sign-offs"): \(event.statement)"
    case .approvalGiven(let event):
      "\(event.by) signed off"
        + (event.signature.map { " with the key \($0.fingerprint)" } ?? "")
        + "\(event.comment.isEmpty ? "" : ": \(event.comment)")"
    case .approvalRejected(let event): "\(event.by) refused: \(event.reason)"
    case .approvalExpired: "nobody signed off in time"
    case .stepUnknown(let event): "outcome unknown: \(event.reason)"
    case .stepReconciled(let event): event.summary
    case .settlementProposed(let event): event.sentence
    case .decisionMade(let event):
      "\(event.people) decided \(event.decision.rawValue)"
        + (event.signature.map { ", signed with the key \($0.fingerprint)" } ?? "")
        + ": \(event.reason)"
    case .runRewound(let event):
      "\(event.by) went back; \(event.steps.count) steps are done again: \(event.reason)"
    case .runPaused(let event): "paused by \(event.by): \(event.reason)"
    case .runContinued(let event): "\(event.by) lets it go on"
    case .guardrailRead(let event): event.sentence
    case .guardrailOverruled(let event): event.sentence
    case .abortRequested(let event): "\(event.by) ends the run: \(event.reason)"
    case .rollbackRequested(let event): "\(event.by) rolls the run back: \(event.reason)"
    case .rollbackBegun(let event): event.sentence
    case .compensation(let event): "undoing: \(event.asOfStep.sentence)"
    case .nested(let event): event.sentence
    case .noteAdded(let event): "\(event.by): \(event.text)"
    case .runEnded(let event): "\(event.outcome.rawValue): \(event.summary)"
    case .secretGiven(let event): "\(event.by) gave \(event.name): \(event.mark)"
    case .headWitnessed(let event):
      (event.places.isEmpty
        ? ""
        : "the head of event \(event.sequence) is kept in \(event.places.joined(separator: ", "))"
          + (event.signers.map { ", signed by \($0.joined(separator: ", "))" } ?? "")
          + (event.unsigned.map { ", unsigned: \($0)" } ?? ""))
        + (event.failures.isEmpty
          ? ""
          : (event.places.isEmpty ? "" : "; ")
            + "WARNING: the head of event \(event.sequence) could not be kept in "
            + event.failures.joined(separator: ", "))
    }
  }
}
