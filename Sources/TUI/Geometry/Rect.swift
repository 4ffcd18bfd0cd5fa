/// A block of cells.
///
/// Never negative: one that would be is empty.
public struct Rect: Sendable, Hashable {
  public var origin: Point
  public var size: Size

  public init(origin: Point, size: Size) {
    self.origin = origin
    self.size = Size(columns: max(0, size.columns), rows: max(0, size.rows))
  }

  public init(column: Int, row: Int, columns: Int, rows: Int) {
    self.init(
      origin: Point(column: column, row: row),
      size: Size(columns: columns, rows: rows)
    )
  }

  public var columns: Int { size.columns }
  public var rows: Int { size.rows }
  public var left: Int { origin.column }
  public var top: Int { origin.row }

  /// The first column after the rectangle.
  public var right: Int { origin.column + size.columns }

  /// The first row after the rectangle.
  public var bottom: Int { origin.row + size.rows }

  public var isEmpty: Bool { size.columns == 0 || size.rows == 0 }

  public func contains(_ point: Point) -> Bool {
    point.column >= left && point.column < right && point.row >= top && point.row < bottom
  }

  /// What both rectangles cover; empty when they do not meet.
  public func intersection(_ other: Rect) -> Rect {
    let column = max(left, other.left)
    let row = max(top, other.top)
    return Rect(
      column: column,
      row: row,
      columns: min(right, other.right) - column,
      rows: min(bottom, other.bottom) - row
    )
  }
}
