internal import Runbooks

/// A whole entry of the record as text: what it is, then the event as JSON.
enum EntryText {
  static func page(_ entry: JournalEntry) -> [UInt8] {
    let text = """
      event     \(entry.sequence)
      recorded  \(entry.wall)
      by        \(entry.actor)
      hash      \(entry.hash)
      previous  \(entry.previous)

      \(JSONText.encode(entry.event))
      """
    return Array(text.utf8)
  }
}
