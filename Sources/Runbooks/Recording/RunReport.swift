/// What people read of a run: a pure value, made of the pinned runbook, the events and the verdict.
///
/// Everything in it is as it was recorded, hostile text included; whoever shows
/// it makes it harmless for their format.
public struct RunReport: Sendable, Hashable, Encodable {
  /// What the run is and how it ended.
  public struct Header: Sendable, Hashable, Encodable {
    public let run: RunID
    public let runbook: RunbookID
    public let title: String
    public let version: String
    /// The digest of the text the run is pinned to.
    public let text: Digest
    public let site: String
    public let world: World
    public let console: String
    /// In the words an expression shows them in.
    public let inputs: [String: String]
    /// Who drove it and from where to where, in the order they did.
    public let driving: [DrivingSpan]
    /// When the first and the last event were recorded, RFC 3339 in UTC.
    public let began: String
    public let last: String
    /// Between the two, by the wall clock.
    public let durationMilliseconds: Int64
    /// By the clock of the simulated world, in a tabletop run.
    public let simulated: String?
    /// `completed`, `failed`, `aborted`; nil while it goes on.
    public let outcome: RunOutcome?
    /// How it ended, or where it stands.
    public let standing: String
  }

  /// A stretch of the record that one person drove.
  public struct DrivingSpan: Sendable, Hashable, Encodable {
    public let by: String
    /// The event with which they took the drive.
    public let firstEvent: Int64
    /// The event with which they let it go or lost it; nil: they have it still, or the run ended.
    public internal(set) var lastEvent: Int64?
    /// When they took it, RFC 3339 in UTC.
    public let since: String
  }

  /// What checking the record has shown.
  public struct Verdict: Sendable, Hashable, Encodable {
    public let isSound: Bool
    /// The verdict as `mailconsole verify` prints it.
    public let lines: [String]
    public let soundEvents: Int64
    public let head: Digest?
    public let firstBadEvent: Int64?
    public let notRuledOut: [String]
  }

  /// A step of the runbook and what became of it.
  public struct Step: Sendable, Hashable, Encodable {
    public let step: StepID
    public let title: String
    /// The state in words.
    public let state: String
    public let ending: Ending
    /// What it may do, as the run began.
    public let risk: Risk
    public let attempts: Int
    /// Of all attempts, or from the question to its answer; nil: it never began.
    public let durationMilliseconds: Int64?
    /// Everyone who performed it, answered for it or signed it.
    public let people: [String]
    /// How it ended, or why it did not run.
    public let summary: String

    /// What became of it, roughly.
    public enum Ending: String, Sendable, Hashable, Encodable {
      case succeeded, warned, failed, skipped, planned
      case unknown = "outcome unknown"
      /// It has not ended.
      case open
    }
  }

  /// A kept file that shows something.
  public struct Evidence: Sendable, Hashable, Encodable {
    /// The event that names it.
    public let sequence: Int64
    public let step: StepID
    public let attempt: Int
    public let name: String
    public let mediaType: String
    public let digest: Digest
    /// Bytes.
    public let length: Int
  }

  /// One person's answer to a request to sign off, or that nobody gave one.
  public struct SignOff: Sendable, Hashable, Encodable {
    public enum Answer: String, Sendable, Hashable, Codable {
      case signedOff = "signed off"
      case refused
      case expired
    }

    public let sequence: Int64
    public let step: StepID
    public let answer: Answer
    /// Nil: nobody answered in time.
    public let by: String?
    public let roles: [Role]
    public let statement: String
    public let comment: String
    /// What the person typed to confirm.
    public let typed: String?
    /// The files that were shown with the request.
    public let evidence: [Digest]
    /// When it was recorded, RFC 3339 in UTC.
    public let at: String
    /// How it is bound to the person.
    public let assurance: String
  }

  /// Something that did not go the plain way.
  public struct Deviation: Sendable, Hashable, Encodable {
    public enum Kind: String, Sendable, Hashable, Codable {
      case retry, skip, rewind, rollback, pause, abort, expiry
      case markDone = "marked done"
      case acceptedFailure = "accepted failure"
      case unknownOutcome = "unknown outcome"
      case settled = "settled"
      case clockJump = "clock jump"
      case lostOutput = "lost output"
      case refusal = "refusal"
      case adoption = "adoption"
      case release = "run let go"
      case guardrail
    }

    public let sequence: Int64
    public let kind: Kind
    public let step: StepID?
    public let by: String
    public let at: String
    public let text: String
  }

  /// A ticket or exit criterion, and the steps that are to meet it.
  public struct Coverage: Sendable, Hashable, Encodable {
    public let item: String
    public let steps: [StepID]
    /// Whether every one of them succeeded, with a warning at most, or was done already.
    public let isCovered: Bool
  }

  public let header: Header
  public let verdict: Verdict
  public let steps: [Step]
  public let timeline: Timeline
  public let evidence: [Evidence]
  public let signOffs: [SignOff]
  public let deviations: [Deviation]
  public let coverage: [Coverage]
}
