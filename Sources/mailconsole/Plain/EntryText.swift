internal import Foundation
internal import Runbooks

/// A whole entry of the record as text: what it is, then the event as JSON.
enum EntryText {
  static func page(_ entry: JournalEntry) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let event = (try? encoder.encode(entry.event)).map { String(decoding: $0, as: UTF8.self) }
    let text = """
      event     \(entry.sequence)
      recorded  \(entry.wall)
      by        \(entry.actor)
      hash      \(entry.hash)
      previous  \(entry.previous)

      \(event ?? "the event cannot be shown")
      """
    return Array(text.utf8)
  }
}
