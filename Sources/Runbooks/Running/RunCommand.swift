/// What a person may tell a run to do.
///
/// ``RunState/events(for:by:at:)`` decides; a refusal says why in words.
public enum RunCommand: Sendable, Hashable, Codable {
  /// Answers an `ask` step; every declared input that has no fallback.
  case answer(StepID, [String: Value])
  /// Says that a manual task is done.
  case done(StepID, note: String, fields: [String: Value])
  /// Starts the run of the runbook that a step runs.
  case startRun(StepID)
  /// Lets a run that is under way, or has ended well, stand for such a step.
  case bindRun(StepID, RunID)
  /// Reads the record of the run that stands for a step anew.
  case lookAtRun(StepID)
  /// Lets go of that run, which goes on by itself; another one may stand for the step then.
  case releaseRun(StepID, reason: String)
  /// Signs off what was seen when the head of the chain was `seen`.
  case approve(
    StepID,
    comment: String,
    typed: String?,
    seen: Digest,
    signature: SSHSignature? = nil
  )
  /// Refuses to sign off; `seen` is what a signature is over.
  case reject(StepID, reason: String, seen: Digest? = nil, signature: SSHSignature? = nil)
  /// Lets a change begin that waits for a person's go; `seen` is ``CommandList/digest`` of the
  /// commands that the person was shown, nil where nobody looked, as an answers file does not.
  case release(StepID, seen: Digest? = nil)
  /// Makes another attempt at a failed or unknown step.
  case retry(StepID, reason: String)
  /// Goes on without the step; what needs its success is skipped as well.
  case skip(StepID, reason: String)
  /// Attests that the effect of a failed or unknown step stands.
  case markDone(StepID, reason: String)
  /// Confirms what another person proposed about an unknown outcome; `seen` is what a signature
  /// is over.
  case confirm(
    StepID,
    RunEvent.DecisionMade.Decision,
    reason: String,
    seen: Digest? = nil,
    signature: SSHSignature? = nil
  )
  /// Lets a failure stand, so that steps that need it failed can run.
  case acceptFailure(StepID, reason: String)
  /// Goes back to an ended step; it and every step after it are done again.
  case rewind(to: StepID, reason: String)
  /// Ends the run once what is under way has ended.
  case abort(reason: String)
  /// Undoes what the run did, the last first, and ends it.
  case rollBack(reason: String)
  /// Starts no further step.
  case pause(reason: String)
  /// Takes back a pause.
  case `continue`
  /// Takes back the pause of guardrails that still fail.
  case overrule(reason: String)
  /// Remembers a text, about a step or the run.
  case note(StepID?, text: String)
  /// Offers the drive to whoever takes it.
  case offerDrive
  /// Takes the drive that is offered, or that nobody holds.
  case takeDrive
  /// Gives a secret that is asked for by name; a text until it has reached the process that keeps it.
  case giveSecret(String, Value)
}

extension RunCommand {
  /// The command's word, as on the command line and in refusals.
  public var word: String {
    switch self {
    case .answer: "answer"
    case .done: "done"
    case .approve: "approve"
    case .reject: "reject"
    case .release: "release"
    case .retry: "retry"
    case .skip: "skip"
    case .markDone: "mark done"
    case .confirm: "confirm"
    case .acceptFailure: "accept failure"
    case .rewind: "rewind"
    case .abort: "abort"
    case .rollBack: "roll back"
    case .pause: "pause"
    case .continue: "continue"
    case .overrule: "overrule"
    case .note: "note"
    case .offerDrive: "offer"
    case .takeDrive: "drive"
    case .giveSecret: "secret"
    case .startRun: "start run"
    case .bindRun: "take run"
    case .lookAtRun: "look at run"
    case .releaseRun: "let run go"
    }
  }

  /// The step it is about, where it is about one.
  public var step: StepID? {
    switch self {
    case .answer(let step, _), .done(let step, _, _), .approve(let step, _, _, _, _),
      .reject(let step, _, _, _), .release(let step, _), .retry(let step, _), .skip(let step, _),
      .markDone(let step, _), .confirm(let step, _, _, _, _), .acceptFailure(let step, _),
      .rewind(let step, _), .startRun(let step), .bindRun(let step, _), .lookAtRun(let step),
      .releaseRun(let step, _):
      step
    case .note(let step, _): step
    case .abort, .rollBack, .pause, .continue, .overrule, .offerDrive, .takeDrive, .giveSecret: nil
    }
  }

  /// Whether only the one who drives may give it; what a person answers for with a name or a
  /// key of their own is not the driver's.
  public var isForDriver: Bool {
    switch self {
    case .approve, .reject, .confirm, .note, .takeDrive: false
    // Whoever does the step begins its run; the rule is the state's.
    case .startRun, .bindRun, .lookAtRun: false
    case .answer, .done, .release, .retry, .skip, .markDone, .acceptFailure, .rewind, .abort,
      .rollBack, .pause, .continue, .overrule, .offerDrive, .giveSecret, .releaseRun:
      true
    }
  }
}

/// Why a command is not obeyed, in words for the person who gave it.
public struct CommandRefusal: Error, Sendable, Hashable, CustomStringConvertible {
  /// A full sentence.
  public let message: String

  public init(_ message: String) { self.message = message }

  public var description: String { message }
}
