/// Drawing. Everything is clipped: to the frame, and to the rectangle given.
extension Frame {
  /// Draws text from a place to the right.
  ///
  /// - Returns: The columns it took.
  @discardableResult
  public mutating func draw(
    _ text: some StringProtocol,
    at point: Point,
    style: Style = .normal,
    clip: Rect? = nil
  ) -> Int {
    let area = clip?.intersection(bounds) ?? bounds
    guard point.row >= area.top, point.row < area.bottom else { return 0 }
    var column = point.column
    for cell in CellSequence(text, glyphs: glyphs) {
      if column >= area.right { break }
      let end = column + cell.columns
      // A wide character is drawn whole or not at all.
      if column >= area.left, end <= area.right {
        put(
          cell.text,
          columns: cell.columns,
          style: style,
          at: Point(column: column, row: point.row)
        )
      } else if end > area.left {
        for blank in max(column, area.left)..<min(end, area.right) {
          put(" ", columns: 1, style: style, at: Point(column: blank, row: point.row))
        }
      }
      column = end
    }
    return column - point.column
  }

  /// Draws styled text from a place to the right.
  ///
  /// - Returns: The columns it took.
  @discardableResult
  public mutating func draw(
    _ text: StyledText,
    at point: Point,
    clip: Rect? = nil,
    isSelected: Bool = false
  ) -> Int {
    var column = point.column
    for span in text.spans {
      let style = isSelected ? span.style.selected() : span.style
      column += draw(
        span.text,
        at: Point(column: column, row: point.row),
        style: style,
        clip: clip
      )
    }
    return column - point.column
  }

  /// Draws one line in the first row of a rectangle, shortened to fit.
  public mutating func draw(
    _ text: some StringProtocol,
    in rect: Rect,
    style: Style = .normal,
    alignment: Alignment = .leading,
    ellipsis: Ellipsis = .end
  ) {
    let fitted = ellipsis.fit(text, columns: rect.columns, glyphs: glyphs)
    let spare = rect.columns - CellWidth.columns(of: fitted, glyphs: glyphs)
    let point = rect.origin.offset(columns: alignment.offset(in: max(0, spare)))
    draw(fitted, at: point, style: style, clip: rect)
  }

  /// Draws one styled line in the first row of a rectangle, its end shortened
  /// to fit.
  public mutating func draw(
    _ text: StyledText,
    in rect: Rect,
    alignment: Alignment = .leading,
    isSelected: Bool = false
  ) {
    let columns = text.columns(glyphs: glyphs)
    let spare = max(0, rect.columns - columns)
    let point = rect.origin.offset(columns: alignment.offset(in: spare))
    draw(text, at: point, clip: rect, isSelected: isSelected)
    if columns > rect.columns, rect.columns > 0, rect.intersection(bounds).isEmpty == false {
      let last = Point(column: rect.right - 1, row: rect.top)
      let style = self[last]?.style ?? .normal
      draw(glyphs.ellipsis, at: last, style: style, clip: rect)
    }
  }

  /// Draws a paragraph, wrapped.
  ///
  /// - Returns: The rows it took.
  @discardableResult
  public mutating func drawWrapped(
    _ text: some StringProtocol,
    in rect: Rect,
    style: Style = .normal
  ) -> Int {
    let lines = TextWrapping.wrap(text, columns: rect.columns, glyphs: glyphs)
    for (row, line) in lines.prefix(rect.rows).enumerated() {
      draw(line, at: rect.origin.offset(rows: row), style: style, clip: rect)
    }
    if lines.count > rect.rows, rect.rows > 0 {
      draw(StyledText(glyphs.ellipsis, .dim), in: rect.row(rect.rows - 1), alignment: .trailing)
    }
    return min(lines.count, rect.rows)
  }

  /// Covers a rectangle with blanks of a style.
  public mutating func fill(_ rect: Rect, style: Style = .normal) {
    let area = rect.intersection(bounds)
    for row in area.top..<area.bottom {
      for column in area.left..<area.right {
        put(" ", columns: 1, style: style, at: Point(column: column, row: row))
      }
    }
  }

  /// Draws a line across the first row of a rectangle, with a title if given.
  public mutating func horizontalRule(
    in rect: Rect,
    title: StyledText? = nil,
    style: Style = .border
  ) {
    let line = String(repeating: glyphs.horizontal, count: rect.columns)
    draw(line, at: rect.origin, style: style, clip: rect)
    drawTitle(title, onTopOf: rect)
  }

  /// Draws a line down the first column of a rectangle.
  public mutating func verticalRule(in rect: Rect, style: Style = .border) {
    for row in 0..<rect.rows {
      draw(glyphs.vertical, at: rect.origin.offset(rows: row), style: style, clip: rect)
    }
  }

  /// Draws a box along the edge of a rectangle, with a title in its top line.
  ///
  /// - Returns: The room inside it.
  @discardableResult
  public mutating func box(
    _ rect: Rect,
    title: StyledText? = nil,
    style: Style = .border
  ) -> Rect {
    guard rect.columns >= 2, rect.rows >= 2 else {
      return Rect(origin: rect.origin, size: Size(columns: 0, rows: 0))
    }
    let line = String(repeating: glyphs.horizontal, count: rect.columns - 2)
    draw(glyphs.topLeft + line + glyphs.topRight, at: rect.origin, style: style, clip: rect)
    let bottom = rect.origin.offset(rows: rect.rows - 1)
    draw(glyphs.bottomLeft + line + glyphs.bottomRight, at: bottom, style: style, clip: rect)
    let sides = rect.inset(rows: 1)
    verticalRule(in: sides, style: style)
    verticalRule(in: sides.splitRight(1).right, style: style)
    drawTitle(title, onTopOf: rect)
    return rect.inset(columns: 1, rows: 1)
  }

  private mutating func drawTitle(_ title: StyledText?, onTopOf rect: Rect) {
    guard let title, !title.isEmpty, rect.columns > 6 else { return }
    let room = rect.row(0).inset(columns: 2)
    let padded: StyledText = [" "] + title + [" "]
    draw(padded, in: room)
  }
}

/// Where a text stands in room that is wider.
public enum Alignment: Sendable, Hashable {
  case leading, centre, trailing

  func offset(in spare: Int) -> Int {
    switch self {
    case .leading: 0
    case .centre: spare / 2
    case .trailing: spare
    }
  }
}
