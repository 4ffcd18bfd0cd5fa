/// The last result of each check on a site, kept in the state directory: `checks/SITE-WORLD.json`.
///
/// It is what a screen shows before anything is looked at anew, and what `--diff` compares with; no
/// evidence of any run comes from it.
public struct CheckHistory: Sendable, Hashable {
  /// A result, and since when the verdict is so.
  public struct Entry: Sendable, Hashable, Codable {
    public let check: CheckID
    public let verdict: CheckVerdict
    public let summary: String
    public let advice: String?
    public let at: Moment
    public let milliseconds: Int64
    /// When the verdict was this for the first time in a row.
    public let since: Moment
    /// The verdict before that; nil: there is none.
    public let before: CheckVerdict?
    /// What it fills in of the inputs of the runbook to reach for.
    public let inputs: [String: String]
  }

  /// By the name of the check.
  public private(set) var entries: [CheckID: Entry]
  /// What is said of each check there was when it was kept.
  public var cards: [CheckCard]

  public init(entries: [Entry] = [], cards: [CheckCard] = []) {
    self.cards = cards
    self.entries = Dictionary(entries.map { ($0.check, $0) }, uniquingKeysWith: { $1 })
  }

  /// Takes a finding in, unless a later one is there.
  ///
  /// - Returns: whether the verdict is another than last time.
  @discardableResult
  public mutating func take(_ finding: CheckFinding) -> Bool {
    let last = entries[finding.check]
    if let last, last.at > finding.at { return false }
    let isSame = last?.verdict == finding.verdict
    entries[finding.check] = Entry(
      check: finding.check,
      verdict: finding.verdict,
      summary: finding.summary,
      advice: finding.advice,
      at: finding.at,
      milliseconds: finding.milliseconds,
      since: isSame ? last?.since ?? finding.at : finding.at,
      before: isSame ? last?.before : last?.verdict,
      inputs: finding.inputs
    )
    return last != nil && !isSame
  }

  /// Takes over what another history has that is later.
  public mutating func take(newerOf other: CheckHistory) {
    entries.merge(other.entries) { $0.at >= $1.at ? $0 : $1 }
  }
}
