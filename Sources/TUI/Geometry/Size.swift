/// A number of columns and rows of character cells.
public struct Size: Sendable, Hashable {
  public var columns: Int
  public var rows: Int

  public init(columns: Int, rows: Int) {
    self.columns = columns
    self.rows = rows
  }

  /// Whether something of the other size fits into this one.
  public func holds(_ other: Size) -> Bool {
    columns >= other.columns && rows >= other.rows
  }
}

extension Size: CustomStringConvertible {
  /// As operators write it: `80x24`.
  public var description: String { "\(columns)x\(rows)" }
}
