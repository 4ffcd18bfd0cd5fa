/// One place of the grid.
public struct Cell: Sendable, Hashable {
  /// What is drawn: one scalar with the marks it carries.
  ///
  /// Empty in the second column of a wide character.
  public internal(set) var text: String
  public internal(set) var style: Style

  /// 1, 2 for a wide character, 0 for the column that one covers.
  public internal(set) var columns: Int

  static let blank = Cell(text: " ", style: .normal, columns: 1)

  static func covered(style: Style) -> Cell { Cell(text: "", style: style, columns: 0) }
}
