/// The name of a ticket, a task or an exit criterion of the plan, e.g. `MS-3`.
public struct PlanID: Identifier {
  public let name: String
  public init(_ name: String) { self.name = name }
}

/// A name that stands somewhere in the plan and means something that is declared elsewhere.
public struct PlanReference: Sendable, Hashable {
  public let id: PlanID
  public let position: SourcePosition
}

/// The plan as data, `runbooks/plan.yaml`: what is to be done by whom, after what, and what proves
/// that it is done.
public struct Plan: Sendable, Hashable {
  /// What the plan brings about, in a few words.
  public let title: String
  /// Who does the work and who signs it, in the order of the file.
  public let roles: [PlanRole]
  /// In the order of the file, which is that of their numbers.
  public let waves: [PlanWave]
  /// What has to be true before the platform goes live.
  public let exit: [ExitCriterion]
  public let position: SourcePosition

  /// The tasks of all waves, in the order of the file.
  public var tasks: [PlanTask] { waves.flatMap(\.tasks) }

  /// The tickets of all waves, in the order of the file.
  public var tickets: [PlanTicket] { waves.flatMap(\.tickets) }

  /// Everything that needs a proof: the tickets, then the exit criteria.
  public var items: [any PlanItem] { (tickets as [any PlanItem]) + (exit as [any PlanItem]) }

  /// Every id that a runbook can name under `covers`.
  public var ids: [PlanID] { tasks.map(\.id) + tickets.map(\.id) + exit.map(\.id) }
}

/// A role of the plan's team.
public struct PlanRole: Sendable, Hashable {
  public let role: Role
  /// What it is for, in a few words.
  public let title: String
}

/// A wave of the plan: what can be worked on at once.
public struct PlanWave: Sendable, Hashable {
  /// From 0.
  public let number: Int
  public let title: String
  public let tasks: [PlanTask]
  public let tickets: [PlanTicket]
  public let position: SourcePosition

  /// What people call it, e.g. `Wave 2: Mail core`.
  public var name: String { "Wave \(number): \(title)" }
}

/// A task of a wave; its tickets prove it.
public struct PlanTask: Sendable, Hashable {
  public let id: PlanID
  public let title: String
  public let owner: Role
  /// Whom the owner asks or works with.
  public let consulted: [Role]
  /// What is to be done, in words; nil: the title says it.
  public let work: String?
  /// When it is done, in words.
  public let done: String
  /// Where this departs from the plan.
  public let correction: PlanCorrection?
  public let position: SourcePosition
}

/// Where the text departs from the plan, and why.
public struct PlanCorrection: Sendable, Hashable {
  /// What the plan says.
  public let was: String
  /// The rows of `docs/plan-corrections.md` that say why, from 1.
  public let rows: [Int]
}

/// What the tickets and the exit criteria have in common: they have to be proved.
public protocol PlanItem: Sendable {
  /// Never changes.
  var id: PlanID { get }
  /// What it is, in a few words.
  var title: String { get }
  /// What proves it; never empty.
  var proof: [Proof] { get }
  /// Where it stands in the file.
  var position: SourcePosition { get }
}

/// A ticket of the backlog.
public struct PlanTicket: PlanItem, Hashable {
  public let id: PlanID
  public let title: String
  /// The task it belongs to; nil: the plan has none for it.
  public let task: PlanReference?
  /// Who does it; the `R` of its RACI.
  public let owner: Role
  /// Who signs that it is done: one, and never the owner.
  public let accountable: Role
  public let consulted: [Role]
  public let informed: [Role]
  /// What it needs and what it makes, in words.
  public let inputs: String
  public let outputs: String
  /// The tickets that have to be done before.
  public let needs: [PlanReference]
  /// When it is accepted, a sentence each; never empty.
  public let acceptance: [String]
  public let correction: PlanCorrection?
  public let proof: [Proof]
  public let position: SourcePosition
}

/// A condition for going live.
public struct ExitCriterion: PlanItem, Hashable {
  public let id: PlanID
  public let title: String
  /// When it holds, a sentence each; never empty.
  public let acceptance: [String]
  /// The tickets that bring it about.
  public let tickets: [PlanReference]
  public let correction: PlanCorrection?
  public let proof: [Proof]
  public let position: SourcePosition
}

/// One thing that proves a ticket or an exit criterion.
public struct Proof: Sendable, Hashable {
  /// What kind of thing it is.
  public enum Evidence: Sendable, Hashable {
    /// A check of `runbooks/checks` that passes.
    case check(CheckID)
    /// A run of a runbook that ended well; a step: that it succeeded in one.
    case runbook(RunbookID, step: StepID?)
    /// An exercise that was played to its end in the site's simulated world.
    case exercise(ExerciseID)
    /// A statement that somebody with the role has signed.
    case signed(Role, statement: String)
    /// Nothing that is shipped proves it yet; why, in words.
    case later(reason: String)
  }

  public let evidence: Evidence
  public let position: SourcePosition
}
