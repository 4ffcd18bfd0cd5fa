internal import Foundation
internal import Glibc

/// Where a site's check results are kept: `checks/SITE-WORLD.json`, and what each read in full in
/// `checks/SITE-WORLD/CHECK.json`.
public struct CheckStore: Sendable, Hashable {
  private let state: String
  private let site: String
  private let world: World

  /// - Parameters:
  ///   - state: the state directory.
  ///   - site: the site's name, a slug.
  public init(state: String, site: String, world: World) {
    self.state = state
    self.site = site
    self.world = world
  }

  private var folder: String { "\(state)/checks" }
  private var name: String { "\(site)-\(world.rawValue)" }
  private var path: String { "\(folder)/\(name).json" }

  private struct Document: Codable {
    var version = 2
    let site: String
    let world: String
    let cards: [CheckCard]
    let entries: [CheckHistory.Entry]
  }

  /// How far a clock of another machine on the same state directory may be ahead.
  private static let skew = Duration.seconds(60)

  /// What was kept; nothing where there is none, where what is there cannot be read or is another
  /// site's, and of each check nothing where its result is from the future.
  public func load(at now: Moment = SystemRunClock().read().wall) -> CheckHistory {
    guard let bytes = try? SystemFiles.contents(of: path), bytes.count <= 4 << 20,
      let document = try? JSONDecoder().decode(Document.self, from: Data(bytes)),
      document.version == 2, document.site == site, document.world == world.rawValue
    else { return CheckHistory() }
    let latest = now.advanced(by: Self.skew)
    return CheckHistory(
      entries: document.entries.filter {
        $0.at <= latest && $0.since <= $0.at && $0.since >= Moment(milliseconds: 0)
      },
      cards: document.cards
    )
  }

  /// Keeps a history in the place of what was there, whole or not at all.
  public func save(_ history: CheckHistory) throws(JournalError) {
    try SystemFiles.makeDirectory("checks", ofState: state)
    let document = Document(
      site: site,
      world: world.rawValue,
      cards: history.cards,
      entries: history.entries.values.sorted { $0.check < $1.check }
    )
    try SystemFiles.replace(
      path,
      in: folder,
      with: try RecordCoding.encode(document),
      aside: ".\(getpid())"
    )
  }

  /// Adds findings to what is kept, with all that was read.
  ///
  /// - Parameter cards: what is said of the checks there are now; results of others go.
  public func keep(_ findings: [CheckFinding], cards: [CheckCard]) throws(JournalError) {
    let known = Set(cards.map(\.id))
    var history = CheckHistory(
      entries: load().entries.values.filter { known.contains($0.check) },
      cards: cards
    )
    for finding in findings { history.take(finding) }
    try SystemFiles.makeDirectory("checks", ofState: state)
    try SystemFiles.makeDirectory("checks/\(name)", ofState: state)
    for finding in findings {
      try SystemFiles.replace(
        path(of: finding.check),
        in: "\(folder)/\(name)",
        with: try RecordCoding.encode(CheckEvidence(finding)),
        aside: ".\(getpid())"
      )
    }
    // After what it refers to.
    try save(history)
  }

  /// All that a check read at that moment; nil where it is not kept or cannot be read.
  public func evidence(of check: CheckID, at moment: Moment) -> CheckEvidence? {
    guard let bytes = try? SystemFiles.contents(of: path(of: check)), bytes.count <= 64 << 20,
      let evidence = try? JSONDecoder().decode(CheckEvidence.self, from: Data(bytes)),
      evidence.check == check, evidence.at == moment
    else { return nil }
    return evidence
  }

  private func path(of check: CheckID) -> String { "\(folder)/\(name)/\(check.name).json" }
}
