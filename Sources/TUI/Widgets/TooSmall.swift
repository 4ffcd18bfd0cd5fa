/// Stands in for a screen where there is no room for one.
public enum TooSmall {
  /// The least a screen is made for.
  public static let minimum = Size(columns: 60, rows: 16)

  /// The only key that does anything while the notice stands, which names it.
  public static let leave = Key.control("c")

  /// Draws the notice if there is too little room.
  ///
  /// - Returns: Whether it did, and nothing else should be drawn.
  public static func draw(on frame: inout Frame, minimum: Size = minimum) -> Bool {
    guard !frame.size.holds(minimum) else { return false }
    frame.cursor = nil
    let lines = notice(minimum, for: frame.size)
    let top = max(0, (frame.size.rows - lines.count) / 2)
    for (row, line) in lines.enumerated() {
      frame.draw(line, in: frame.bounds.row(top + row), style: .warning, alignment: .centre)
    }
    return true
  }

  /// As much as there is room for, what is needed first.
  private static func notice(_ minimum: Size, for size: Size) -> [String] {
    let layouts = [
      ["need \(minimum), have \(size)", "\(leave) leaves"],
      ["need \(minimum)", "have \(size)", "\(leave)", "leaves"],
      ["need \(minimum)", "\(leave)"],
      ["need \(minimum), have \(size); \(leave) leaves"],
      ["need \(minimum), have \(size)"],
      ["need \(minimum)"],
    ]
    let fitting = layouts.first { lines in
      lines.count <= size.rows && lines.allSatisfy { $0.count <= size.columns }
    }
    return fitting ?? ["\(minimum)"]
  }
}
