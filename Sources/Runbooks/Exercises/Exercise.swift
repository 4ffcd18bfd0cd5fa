/// A tabletop exercise: what players are told and meet, what they are expected to do, and how that is
/// rated (HSEEP 2020; NIST SP 800-84 §4).
///
/// It is played as a run of the runbook that ``ExerciseGraph`` makes of it.
public struct Exercise: Sendable, Hashable {
  public let id: ExerciseID
  public let title: String
  /// Semantic version of the text.
  public let version: String
  /// The role that facilitates.
  public let facilitator: Role
  /// What it trains and whom, in a sentence or two; for facilitators.
  public let summary: String
  /// What players are told before it begins.
  public let situation: String
  /// How long it takes, in time of the world; it is ended then.
  public let length: Duration
  public let objectives: [Objective]
  public let players: [Player]
  public let scenario: ExerciseScenario
  /// In the order of the file.
  public let injects: [Inject]
  public let expected: [Expectation]
  /// What is asked in the debriefing.
  public let questions: [String]
  public let source: RunbookSource
  public let position: SourcePosition
}

/// The name of an exercise, e.g. `friday-night`.
public struct ExerciseID: Identifier {
  public let name: String
  public init(_ name: String) { self.name = name }

  /// What the names of all runbooks that are made of exercises begin with.
  public static let prefix = "exercise-"

  /// The runbook that is made of it.
  public var runbook: RunbookID { RunbookID(Self.prefix + name) }
}

extension RunbookID {
  /// The exercise it is made of; nil: it is an ordinary runbook.
  public var exercise: ExerciseID? {
    guard name.hasPrefix(ExerciseID.prefix) else { return nil }
    return ExerciseID(String(name.dropFirst(ExerciseID.prefix.count)))
  }
}

/// What an exercise wants to see, e.g. `The account is shut before anything is cleaned up`.
public struct Objective: Sendable, Hashable {
  public let id: StepID
  public let text: String
  public let position: SourcePosition
}

/// A place at the table.
public struct Player: Sendable, Hashable {
  public let role: Role
  /// Who they are in the story, e.g. `on call for mail`.
  public let part: String
  public let position: SourcePosition
}

/// Where the simulated world begins.
public struct ExerciseScenario: Sendable, Hashable {
  /// The same seed and the same acts give the same world.
  public let seed: Int
  /// Seconds since 1970-01-01T00:00:00Z in the world.
  public let start: Int
  /// What is laid over the state of the site's scenario.
  public let patch: MergePatch
}

/// Something that happens to the players or to their world.
public struct Inject: Sendable, Hashable {
  /// When it is due.
  public enum Cue: Sendable, Hashable {
    /// So long after the beginning.
    case at(Duration)
    /// So long after an expected action was seen.
    case after(StepID, Duration)
    /// So long after the time for an expected action ran out; a hint in the story's clothes.
    case overdue(StepID, Duration)
    /// When the facilitator says so; it may never be.
    case word
  }

  /// How it reaches the players.
  public enum Channel: String, Sendable, Hashable, CaseIterable {
    case alert, mail, call, ticket
  }

  /// What the players get.
  public struct Message: Sendable, Hashable {
    public let channel: Channel
    /// Who it comes from in the story.
    public let sender: String
    /// The roles it reaches.
    public let to: [Role]
    public let text: String
  }

  public let id: StepID
  public let title: String
  public let cue: Cue
  /// nil: the players find out by themselves.
  public let message: Message?
  /// What it does to the state of the world.
  public let patch: MergePatch?
  public let position: SourcePosition
}

/// An action that players are expected to take, or to leave alone.
public struct Expectation: Sendable, Hashable {
  /// What it is recognised by.
  public enum Sign: Sendable, Hashable {
    /// A step of a runbook ended well, with these values among what it gives; without a step, the
    /// runbook was begun.
    case step(RunbookID, StepID?, [String: Value])
    /// Somebody looked at a check after it became due.
    case check(CheckID)
    /// Somebody answered the message of an inject.
    case answer(StepID)
  }

  /// How it is judged.
  public enum Judgement: Sendable, Hashable {
    /// By the first of these signs.
    case seen([Sign])
    /// By none of these up to the end of its time.
    case never([Sign])
    /// By the facilitator.
    case person
  }

  public let id: StepID
  public let title: String
  /// The inject it answers; nil: the beginning.
  public let after: StepID?
  /// How long it may take from there.
  public let within: Duration
  public let isCritical: Bool
  public let objective: StepID
  public let judgement: Judgement
  /// What the facilitator may say when time runs out.
  public let hint: String?
  public let position: SourcePosition
}
