internal import Foundation
internal import Glibc

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
  }

  /// By the name of the check.
  public private(set) var entries: [CheckID: Entry]

  public init(entries: [Entry] = []) {
    self.entries = Dictionary(entries.map { ($0.check, $0) }, uniquingKeysWith: { $1 })
  }

  /// Takes a finding in.
  ///
  /// - Returns: whether the verdict is another than last time.
  @discardableResult
  public mutating func take(_ finding: CheckFinding) -> Bool {
    let last = entries[finding.check]
    let isSame = last?.verdict == finding.verdict
    entries[finding.check] = Entry(
      check: finding.check,
      verdict: finding.verdict,
      summary: finding.summary,
      advice: finding.advice,
      at: finding.at,
      milliseconds: finding.milliseconds,
      since: isSame ? last?.since ?? finding.at : finding.at,
      before: isSame ? last?.before : last?.verdict
    )
    return last != nil && !isSame
  }
}

/// Where a site's check results are kept.
public struct CheckStore: Sendable, Hashable {
  private let state: String
  private let name: String

  /// - Parameters:
  ///   - state: the state directory.
  ///   - site: the site's name, a slug.
  public init(state: String, site: String, world: World) {
    self.state = state
    name = "\(site)-\(world.rawValue).json"
  }

  private var path: String { "\(state)/checks/\(name)" }

  private struct Document: Codable {
    var version = 1
    let entries: [CheckHistory.Entry]
  }

  /// What was kept; nothing where there is none, or what is there cannot be read.
  public func load() -> CheckHistory {
    guard let bytes = try? SystemFiles.contents(of: path), bytes.count <= 4 << 20,
      let document = try? JSONDecoder().decode(Document.self, from: Data(bytes)),
      document.version == 1
    else { return CheckHistory() }
    return CheckHistory(entries: document.entries)
  }

  /// Keeps a history in the place of what was there, whole or not at all.
  public func save(_ history: CheckHistory) throws(JournalError) {
    try SystemFiles.makeDirectory("checks", ofState: state)
    let document = Document(entries: history.entries.values.sorted { $0.check < $1.check })
    try SystemFiles.replace(
      path,
      in: "\(state)/checks",
      with: try RecordCoding.encode(document),
      aside: ".\(getpid())"
    )
  }
}
