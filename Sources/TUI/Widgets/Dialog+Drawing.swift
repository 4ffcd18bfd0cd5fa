extension Dialog {
  /// Draws the dialog in the middle of a rectangle, over what is there.
  public func draw(in rect: Rect, on frame: inout Frame) {
    let glyphs = frame.glyphs
    let width = min(rect.columns, max(44, min(76, rect.columns - 8)))
    let lines = body.flatMap { Self.wrap($0, columns: width - 4, glyphs: glyphs) }
    let extra = field == nil ? 4 : 6
    let area = rect.centred(Size(columns: width, rows: lines.count + extra))
    frame.fill(area)
    let inner = frame.box(area, title: StyledText(title, .heading), style: .focus)
      .inset(columns: 1)
    frame.cursor = nil

    let (buttonRow, rest) = inner.splitBottom(1)
    drawButtons(in: buttonRow, on: &frame)
    let (gap, above) = rest.splitBottom(1)
    var text = above
    if let lack { frame.draw("\(glyphs.failed) \(lack)", in: gap, style: .bad) }
    if let field, let acknowledgement {
      let (row, above) = text.splitBottom(1)
      let prompt = StyledText(spans: [
        "Type ", .init(acknowledgement, .strong), " to go on: ",
      ])
      let used = min(prompt.columns(glyphs: glyphs), row.columns)
      frame.draw(prompt, in: row)
      field.draw(in: row.splitLeft(used).rest, on: &frame)
      text = above.splitBottom(1).rest
    }
    drawBody(lines, in: text, on: &frame)
  }

  private func drawBody(_ lines: [StyledText], in rect: Rect, on frame: inout Frame) {
    let hidden = max(0, lines.count - rect.rows)
    let first = min(top, hidden)
    for (row, line) in lines.dropFirst(first).prefix(rect.rows).enumerated() {
      frame.draw(line, in: rect.row(row))
    }
    if hidden > first, rect.rows > 0 {
      let more = " \(frame.glyphs.arrowDown) \(hidden - first) more "
      frame.draw(more, in: rect.row(rect.rows - 1), style: .key, alignment: .trailing)
    }
  }

  private func drawButtons(in row: Rect, on frame: inout Frame) {
    let labels = buttons.enumerated().map { index, button in
      // Brackets as well as reverse: where the focus is must not be a colour.
      index == focus ? "[ \(button.label) ]" : "  \(button.label)  "
    }
    let glyphs = frame.glyphs
    let total = labels.reduce(0) { $0 + CellWidth.columns(of: $1, glyphs: glyphs) + 2 } - 2
    var column = row.left + max(0, (row.columns - total) / 2)
    for (index, label) in labels.enumerated() {
      let style = isEnabled(index) ? buttons[index].style : .dim
      column +=
        2
        + frame.draw(
          label,
          at: Point(column: column, row: row.top),
          style: style.selected(index == focus),
          clip: row
        )
    }
  }

  /// Wraps a line whose pieces look different: by its words, each with the
  /// style it had.
  static func wrap(_ line: StyledText, columns: Int, glyphs: GlyphSet) -> [StyledText] {
    guard line.columns(glyphs: glyphs) > columns else { return [line] }
    if let only = line.spans.first, line.spans.count == 1 {
      return TextWrapping.wrap(only.text, columns: columns, glyphs: glyphs)
        .map { StyledText($0, only.style) }
    }
    var lines: [StyledText] = []
    var current = StyledText(spans: [])
    var used = 0
    for span in line.spans {
      for word in span.text.split(separator: " ", omittingEmptySubsequences: false) {
        for piece in TextWrapping.chop(word, columns: columns, glyphs: glyphs) {
          let width = CellWidth.columns(of: piece, glyphs: glyphs)
          if used + width > columns {
            lines.append(current)
            current = StyledText(spans: [])
            used = 0
          }
          current.append(piece, span.style)
          used += width
        }
        if used < columns {
          current.append(" ", span.style)
          used += 1
        }
      }
      // The blank after the last word of a span is not one of its text.
      if let last = current.spans.last, last.text == " " {
        current.spans.removeLast()
        used -= 1
      }
    }
    return lines + [current]
  }
}
