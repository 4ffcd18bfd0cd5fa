/// One runbook: a graph of steps that leads a person or a machine from a
/// question to a proven answer.
public struct Runbook: Sendable, Hashable {
  /// Which shelf it stands on.
  public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
    /// A wave of the go-live plan, or all of them.
    case wave = "Wave"
    /// An operational procedure.
    case runbook = "Runbook"
    /// A ticket of the go-live plan.
    case ticket = "Ticket"
    /// A tabletop exercise over another runbook.
    case exercise = "Exercise"

    /// Those that a file can have today.
    static let written: [Kind] = [.runbook, .wave, .ticket]
  }

  /// What happens when nobody drives: what runs finishes either way.
  public enum Disconnection: String, Sendable, Hashable, CaseIterable {
    /// The next step waits for a driver.
    case wait
    /// Steps that wait for nobody go on.
    case `continue`
  }

  public let id: RunbookID
  public let kind: Kind
  public let title: String
  /// Semantic version of the text.
  public let version: String
  /// The role that answers for the text.
  public let owner: Role
  /// What it is for and when to reach for it, in a sentence or two.
  public let summary: String
  /// What becomes of an attended run when its driver's terminal is lost.
  public let onDisconnect: Disconnection
  /// What no other run may work on meanwhile.
  public let locks: [LockDeclaration]
  /// What is read beside the whole run and pauses it.
  public let guardrails: [Guardrail]
  public let inputs: [InputDeclaration]
  /// In the order of the file; ``StepGraph`` knows the order of work.
  public let steps: [Step]
  public let source: RunbookSource

  public init(
    id: RunbookID,
    kind: Kind,
    title: String,
    version: String,
    owner: Role,
    summary: String,
    onDisconnect: Disconnection = .wait,
    locks: [LockDeclaration] = [],
    guardrails: [Guardrail] = [],
    inputs: [InputDeclaration],
    steps: [Step],
    source: RunbookSource
  ) {
    self.id = id
    self.kind = kind
    self.title = title
    self.version = version
    self.owner = owner
    self.summary = summary
    self.onDisconnect = onDisconnect
    self.locks = locks
    self.guardrails = guardrails
    self.inputs = inputs
    self.steps = steps
    self.source = source
  }
}

/// The exact text a runbook was read from; a run is pinned to it by digest.
public struct RunbookSource: Sendable, Hashable {
  /// The path as given, for messages.
  public let path: String
  public let text: String
  public let digest: Digest
  /// The texts of the checks it uses, in the order of their ids.
  public let checks: [CheckText]

  public init(path: String, text: String, checks: [CheckText] = []) {
    self.path = path
    self.text = text
    self.digest = Digest(of: text)
    self.checks = checks.sorted { $0.id < $1.id }
  }

  /// The digest of each check's text by its id; nil where it uses none, so that the record of a run
  /// without checks is what it always was.
  var checkDigests: [String: Digest]? { checks.isEmpty ? nil : digests }

  /// The digest of each check's text by its id.
  public var digests: [String: Digest] {
    Dictionary(checks.map { ($0.id.name, $0.digest) }, uniquingKeysWith: { first, _ in first })
  }
}
