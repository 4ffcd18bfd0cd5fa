/// Layout by cutting pieces off a rectangle. A piece is never larger than what
/// there is, so that a layout of a small screen loses content, not sense.
extension Rect {
  /// The upper rows, and what remains below them.
  public func splitTop(_ count: Int) -> (top: Rect, rest: Rect) {
    let taken = min(max(0, count), rows)
    return (
      Rect(column: left, row: top, columns: columns, rows: taken),
      Rect(column: left, row: top + taken, columns: columns, rows: rows - taken)
    )
  }

  /// The lower rows, and what remains above them.
  public func splitBottom(_ count: Int) -> (bottom: Rect, rest: Rect) {
    let taken = min(max(0, count), rows)
    let (rest, bottom) = splitTop(rows - taken)
    return (bottom, rest)
  }

  /// The columns on the left, and what remains on their right.
  public func splitLeft(_ count: Int) -> (left: Rect, rest: Rect) {
    let taken = min(max(0, count), columns)
    return (
      Rect(column: left, row: top, columns: taken, rows: rows),
      Rect(column: left + taken, row: top, columns: columns - taken, rows: rows)
    )
  }

  /// The columns on the right, and what remains on their left.
  public func splitRight(_ count: Int) -> (right: Rect, rest: Rect) {
    let taken = min(max(0, count), columns)
    let (rest, right) = splitLeft(columns - taken)
    return (right, rest)
  }

  /// The rectangle without a margin.
  public func inset(columns horizontal: Int = 0, rows vertical: Int = 0) -> Rect {
    guard columns >= 2 * horizontal, rows >= 2 * vertical else {
      return Rect(origin: origin, size: Size(columns: 0, rows: 0))
    }
    return Rect(
      column: left + horizontal,
      row: top + vertical,
      columns: columns - 2 * horizontal,
      rows: rows - 2 * vertical
    )
  }

  /// One row of the rectangle, counted from its top; empty beyond its end.
  public func row(_ index: Int) -> Rect {
    guard index >= 0, index < rows else {
      return Rect(column: left, row: top, columns: 0, rows: 0)
    }
    return Rect(column: left, row: top + index, columns: columns, rows: 1)
  }

  /// A rectangle of the given size in the middle, no larger than this one.
  public func centred(_ size: Size) -> Rect {
    let columns = min(size.columns, self.columns)
    let rows = min(size.rows, self.rows)
    return Rect(
      column: left + (self.columns - columns) / 2,
      row: top + (self.rows - rows) / 2,
      columns: columns,
      rows: rows
    )
  }
}
