internal import Runbooks

/// A run whose runbook has another text in the library now than the one it is pinned to.
///
/// The run goes on with its own text; whoever looks should know that the two differ.
struct RunbookDrift: Sendable {
  struct Text: Sendable, Encodable {
    let version: String
    let text: Digest
  }

  let runbook: RunbookID
  /// What the run began with.
  let pinned: Text
  /// What the library has.
  let current: Text
  /// The checks it uses that have another text in the library, or are used by one of the two alone.
  let checks: [String]

  /// nil when the texts are the same, or the library has no runbook of that name.
  init?(of created: RunEvent.RunCreated, in library: some Sequence<Runbook>) {
    guard let found = library.first(where: { $0.id == created.runbook }),
      found.source.digest != created.text || found.source.digests != created.checks ?? [:]
    else { return nil }
    runbook = created.runbook
    pinned = Text(version: created.version, text: created.text)
    current = Text(version: found.version, text: found.source.digest)
    let (before, now) = (created.checks ?? [:], found.source.digests)
    checks = Set(before.keys).union(now.keys).filter { before[$0] != now[$0] }.sorted()
  }

  /// What differs, a sentence.
  var words: String {
    guard pinned.text != current.text else {
      return "Pinned to checks as they were when it began; the library has others by now: "
        + checks.joined(separator: ", ") + "."
    }
    return "Pinned to \(runbook) \(pinned.version) (text \(pinned.text.short)); the library has "
      + "\(current.version) (\(current.text.short)) by now."
  }
}

extension RunbookDrift: Encodable {
  private enum Key: String, CodingKey {
    case text, runbook, pinned, library
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(words, forKey: .text)
    try container.encode(runbook, forKey: .runbook)
    try container.encode(pinned, forKey: .pinned)
    try container.encode(current, forKey: .library)
  }
}
