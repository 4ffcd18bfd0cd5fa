internal import Runbooks

/// A whole entry of the record as text: what it is, what happened, then its fields.
enum EntryText {
  static func page(_ entry: JournalEntry) -> [UInt8] {
    let lines =
      [
        "event     \(entry.sequence), \(entry.event.type)",
        "recorded  \(entry.wall)",
        "by        \(entry.actor)",
        "hash      \(entry.hash)",
        "previous  \(entry.previous)",
        "",
        entry.event.line,
        "",
      ] + FieldLines.of(entry.event)
    return Array(lines.joined(separator: "\n").utf8)
  }
}
