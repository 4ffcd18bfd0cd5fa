internal import TUI

/// Paragraphs below a list, about the row that is selected.
enum DetailLines {
  /// Draws them under each other; a long one leaves a row for each that follows.
  static func draw(_ lines: [StyledText], in rect: Rect, on frame: inout Frame) {
    var used = 0
    for (index, line) in lines.enumerated() where used < rect.rows {
      let rest = rect.splitTop(used).rest
      let room = rest.splitTop(max(1, rest.rows - (lines.count - index - 1))).top
      used += frame.drawWrapped(line.plain, in: room, style: line.spans.first?.style ?? .normal)
    }
  }
}
