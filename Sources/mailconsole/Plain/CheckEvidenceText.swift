internal import Runbooks
internal import TUI

/// All that a check read, as a page.
enum CheckEvidenceText {
  /// The page; raw as the world wrote it, so that whoever shows it makes it harmless.
  ///
  /// - Parameter evidence: nil: it was not kept.
  static func page(
    _ card: CheckCard,
    _ entry: CheckHistory.Entry,
    _ evidence: CheckEvidence?
  ) -> String {
    var lines = [
      "\(card.id): \(card.title)",
      "\(CheckText.word(entry.verdict))  \(entry.summary)",
      "seen with \(StatusText.source(card)) at \(AgeText.minute(entry.at)), "
        + "in \(StatusText.duration(entry))",
      "so since \(AgeText.minute(entry.since))"
        + (entry.before.map { ", before that \(CheckText.word($0))" } ?? ""),
    ]
    guard let evidence else {
      return (lines + ["", "What it read is not kept; look anew with r."]).joined(separator: "\n")
    }
    lines += ["", "result"]
    let width = (evidence.values.keys.map { CellWidth.columns(of: $0) }.max() ?? 0) + 4
    for (name, value) in evidence.values.sorted(by: { $0.key < $1.key }) {
      lines.append("  \(name)".padding(to: width) + value.description)
    }
    if evidence.values.isEmpty { lines.append("  nothing was read") }
    for piece in evidence.pieces {
      lines += ["", "\(piece.name) (\(piece.mediaType))", piece.text]
      if piece.omitted > 0 {
        lines.append("and \(ByteText.short(piece.omitted)) more, which are not kept")
      }
    }
    return lines.joined(separator: "\n")
  }
}
