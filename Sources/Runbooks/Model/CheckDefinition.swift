/// The name of a check, e.g. `queue-age`.
public struct CheckID: Identifier {
  public let name: String
  public init(_ name: String) { self.name = name }
}

/// A check that is written once and meant wherever it is named: on the status screen, by
/// `mailconsole checks`, in steps, gates and guardrails.
public struct CheckDefinition: Sendable, Hashable {
  public let id: CheckID
  /// What is asked, in a few words, e.g. `Oldest message in the queue`.
  public let title: String
  /// What it belongs to, e.g. `queue`; checks of a group are shown together.
  public let group: String
  /// What is read and how it is judged; sees the site alone.
  public let check: Check
  /// What to do when it fails, in words.
  public let remedy: String
  /// The runbook to reach for when it fails.
  public let runbook: RunbookID?
  /// What it fills in of that runbook's inputs, by name; sees its result and the site.
  public let inputs: [String: Argument]
  /// Checks that fail when this one does, because of it.
  public let explains: [CheckID]
  /// How long it may take.
  public let timeout: Duration
  /// The exact text it was read from; empty where it was read from none.
  public let text: String
  public let position: SourcePosition

  public init(
    id: CheckID,
    title: String,
    group: String,
    check: Check,
    remedy: String,
    runbook: RunbookID? = nil,
    inputs: [String: Argument] = [:],
    explains: [CheckID] = [],
    timeout: Duration = .seconds(20),
    text: String = "",
    position: SourcePosition
  ) {
    self.id = id
    self.title = title
    self.group = group
    self.check = check
    self.remedy = remedy
    self.runbook = runbook
    self.inputs = inputs
    self.explains = explains
    self.timeout = timeout
    self.text = text
    self.position = position
  }
}

/// What came of a check.
public enum CheckVerdict: String, Sendable, Hashable, Codable, CaseIterable, Comparable {
  case pass
  case warn
  case fail
  /// It could not be found out, so it is neither good nor bad.
  case undetermined

  /// Orders by how much it asks of whoever is on call: a failure most.
  public static func < (a: CheckVerdict, b: CheckVerdict) -> Bool { a.weight < b.weight }

  private var weight: Int {
    switch self {
    case .pass: 0
    case .warn: 1
    case .undetermined: 2
    case .fail: 3
    }
  }
}
