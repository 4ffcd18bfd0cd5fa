/// Says at the right edge of a list how many rows lie above and below what is visible.
enum Overflow {
  /// Draws over the ends of the first and the last row; nothing where everything is visible.
  static func draw(_ visible: Range<Int>, of count: Int, in rect: Rect, on frame: inout Frame) {
    guard visible.count > 1 else { return }
    let glyphs = frame.glyphs
    let marks = [
      (row: 0, hidden: visible.lowerBound, arrow: glyphs.arrowUp),
      (row: visible.count - 1, hidden: count - visible.upperBound, arrow: glyphs.arrowDown),
    ]
    for mark in marks where mark.hidden > 0 {
      let text = " \(mark.arrow)\(mark.hidden)"
      let columns = CellWidth.columns(of: text, glyphs: glyphs)
      frame.draw(text, in: rect.row(mark.row).splitRight(columns).right, style: .dim)
    }
  }
}
