/// What is said of a check where its file is not at hand: kept beside its last result, so that a
/// screen can be drawn before any file of a check is read.
public struct CheckCard: Sendable, Hashable, Codable {
  public let id: CheckID
  /// What is asked, in a few words.
  public let title: String
  public let group: String
  /// What to do when it fails, in words.
  public let remedy: String
  /// The runbook to reach for when it fails.
  public let runbook: RunbookID?
  /// Checks that fail because of it when it fails.
  public let explains: [CheckID]
  /// The operation that looks, or the program of a command line, e.g. `postfix.queue`.
  public let reads: String
  /// Where it looks from, e.g. `outside`; nil: the operation says.
  public let vantage: String?

  public init(
    id: CheckID,
    title: String,
    group: String,
    remedy: String,
    runbook: RunbookID? = nil,
    explains: [CheckID] = [],
    reads: String,
    vantage: String? = nil
  ) {
    self.id = id
    self.title = title
    self.group = group
    self.remedy = remedy
    self.runbook = runbook
    self.explains = explains
    self.reads = reads
    self.vantage = vantage
  }
}
