/// Stands in for a screen where there is no room for one.
public enum TooSmall {
  /// The least a screen is made for.
  public static let minimum = Size(columns: 60, rows: 16)

  /// Draws the notice if there is too little room.
  ///
  /// - Returns: Whether it did, and nothing else should be drawn.
  public static func draw(on frame: inout Frame, minimum: Size = minimum) -> Bool {
    guard !frame.size.holds(minimum) else { return false }
    frame.cursor = nil
    let middle = frame.bounds.row(frame.size.rows / 2)
    frame.draw(
      "need \(minimum), have \(frame.size)",
      in: middle,
      style: .warning,
      alignment: .centre
    )
    return true
  }
}
