/// A file of the run named by its digest.
public struct BlobReference: Sendable, Hashable, Codable {
  public let digest: Digest
  /// Bytes.
  public let length: Int

  public init(digest: Digest, length: Int) {
    self.digest = digest
    self.length = length
  }
}

/// A person and their roles as they were when the run began.
public struct RunOperator: Sendable, Hashable, Codable {
  public let name: String
  public let roles: [Role]

  public init(name: String, roles: [Role]) {
    self.name = name
    self.roles = roles
  }

  /// A person of the site, as a run has them.
  public init(_ person: SiteOperator) { self.init(name: person.name, roles: person.roles) }
}

/// How a run ended.
public enum RunOutcome: String, Sendable, Hashable, Codable, CaseIterable {
  /// Every step ended and none of them failed.
  case completed
  /// A step failed: its policy ended the run, or its failure was accepted.
  case failed
  /// A person ended it, or a sign-off was refused.
  case aborted
}

/// Who sets the pace of a run.
public enum Pace: String, Sendable, Hashable, Codable, CaseIterable {
  /// Every step starts as soon as it may.
  case automatic
  /// Reading steps start by themselves; every change waits for a person's go.
  case attended
}

extension RunEvent {
  /// What the run is: everything it was pinned to when it began.
  public struct RunCreated: Sendable, Hashable, Codable {
    public let run: RunID
    public let runbook: RunbookID
    public let title: String
    public let version: String
    /// The digest of the runbook's text, which is kept beside the journal.
    public let text: Digest
    public let mode: World
    public let site: String
    /// The digest of the site's record, which is kept beside the journal.
    public let siteRecord: Digest
    public let inputs: [String: Value]
    public let console: String
    /// The people who may act, and their roles.
    public let operators: [RunOperator]
    /// The digest of the site's `allowed_signers`, where it has one.
    public let allowedSigners: Digest?
    /// What a sign-off has to be; nil in runs from before signatures: a typed name.
    public let signOffs: SignaturePolicy?
    /// What the run asks of its people; nil in runs from before it: nothing.
    public let duties: Duties?
    /// Each step's risk as it was; nil in runs from before it: as the catalogue has it.
    public let risks: [String: Risk]?
    /// The run and step it was begun for; nil: for none.
    public let parent: RunParent?
    /// The digest of each check's text that the runbook uses, by the check's id; the texts are kept
    /// beside the journal. nil where it uses none, and in runs from before it.
    public let checks: [String: Digest]?
    /// The first state of a simulated world.
    public let world: BlobReference?
    public let pace: Pace
    public let by: String
    public let at: Moment

    public init(
      run: RunID,
      runbook: RunbookID,
      title: String,
      version: String,
      text: Digest,
      mode: World,
      site: String,
      siteRecord: Digest,
      inputs: [String: Value],
      console: String,
      operators: [RunOperator],
      allowedSigners: Digest?,
      signOffs: SignaturePolicy? = nil,
      duties: Duties? = nil,
      risks: [String: Risk]? = nil,
      parent: RunParent? = nil,
      checks: [String: Digest]? = nil,
      world: BlobReference?,
      pace: Pace = .automatic,
      by: String,
      at: Moment
    ) {
      self.run = run
      self.runbook = runbook
      self.title = title
      self.version = version
      self.text = text
      self.mode = mode
      self.site = site
      self.siteRecord = siteRecord
      self.inputs = inputs
      self.console = console
      self.operators = operators
      self.allowedSigners = allowedSigners
      self.signOffs = signOffs
      self.duties = duties
      self.risks = risks
      self.parent = parent
      self.checks = checks
      self.world = world
      self.pace = pace
      self.by = by
      self.at = at
    }
  }

  /// Who drives from here on, and from which process.
  public struct DriverAttached: Sendable, Hashable, Codable {
    public let by: String
    public let pid: Int32
    public let boot: String
    /// How many runners have held the run, this one included; nil in journals from before it.
    public let epoch: Int?
    public let at: Moment

    public init(by: String, pid: Int32, boot: String, epoch: Int? = nil, at: Moment) {
      self.by = by
      self.pid = pid
      self.boot = boot
      self.epoch = epoch
      self.at = at
    }
  }

  /// Who would hand the drive over.
  public struct DriveOffered: Sendable, Hashable, Codable {
    public let by: String
    public let at: Moment

    public init(by: String, at: Moment) {
      self.by = by
      self.at = at
    }
  }

  /// Who drives from here on, in the same runner, and who did before.
  public struct DriveTaken: Sendable, Hashable, Codable {
    public let by: String
    public let from: String
    public let at: Moment

    public init(by: String, from: String, at: Moment) {
      self.by = by
      self.from = from
      self.at = at
    }
  }

  /// Who let go, and why.
  public struct DriverDetached: Sendable, Hashable, Codable {
    public let by: String
    public let reason: String

    public init(by: String, reason: String) {
      self.by = by
      self.reason = reason
    }
  }

  /// How far the wall clock moved against the monotonic clock; positive: forward.
  public struct ClockJumped: Sendable, Hashable, Codable {
    public let milliseconds: Int64

    public init(milliseconds: Int64) { self.milliseconds = milliseconds }
  }

  /// Why no further step starts.
  public struct RunPaused: Sendable, Hashable, Codable {
    public let by: String
    public let reason: String

    public init(by: String, reason: String) {
      self.by = by
      self.reason = reason
    }
  }

  /// Who lets steps start again.
  public struct RunContinued: Sendable, Hashable, Codable {
    public let by: String

    public init(by: String) { self.by = by }
  }

  /// Who ends the run early, and why.
  public struct AbortRequested: Sendable, Hashable, Codable {
    public let by: String
    public let reason: String

    public init(by: String, reason: String) {
      self.by = by
      self.reason = reason
    }
  }

  /// What a person wants remembered.
  public struct NoteAdded: Sendable, Hashable, Codable {
    public let step: StepID?
    public let by: String
    public let text: String
    public let at: Moment

    public init(step: StepID?, by: String, text: String, at: Moment) {
      self.step = step
      self.by = by
      self.text = text
      self.at = at
    }
  }

  /// The step gone back to, and every step that is to be done again with it.
  public struct RunRewound: Sendable, Hashable, Codable {
    public let step: StepID
    public let steps: [StepID]
    public let by: String
    public let reason: String

    public init(step: StepID, steps: [StepID], by: String, reason: String) {
      self.step = step
      self.steps = steps
      self.by = by
      self.reason = reason
    }
  }

  /// How it ended, in a word and a sentence.
  public struct RunEnded: Sendable, Hashable, Codable {
    public let outcome: RunOutcome
    public let summary: String
    public let at: Moment

    public init(outcome: RunOutcome, summary: String, at: Moment) {
      self.outcome = outcome
      self.summary = summary
      self.at = at
    }
  }
  /// Which head was kept outside the state directory, where, and where that failed.
  public struct HeadWitnessed: Sendable, Hashable, Codable {
    public let sequence: Int64
    public let hash: Digest
    /// Where it is kept, like `file:/var/log/heads`.
    public let places: [String]
    /// Where it could not be kept, and why.
    public let failures: [String]
    /// Whose signatures are kept with it: over what was signed off, or over this head; nil in
    /// records from before heads were signed, and where nobody signed.
    public let signers: [String]?
    /// Why the head of the end is not signed, where it should be.
    public let unsigned: String?

    public init(
      sequence: Int64,
      hash: Digest,
      places: [String],
      failures: [String],
      signers: [String]? = nil,
      unsigned: String? = nil
    ) {
      self.sequence = sequence
      self.hash = hash
      self.places = places
      self.failures = failures
      self.signers = signers
      self.unsigned = unsigned
    }
  }
}
