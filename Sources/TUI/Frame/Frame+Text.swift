/// The frame in writing: for goldens, for reports, for reading aloud.
extension Frame {
  /// The rows as text, blanks at their ends left out.
  public var lines: [String] {
    rows.map { row in Self.trimmed(row.map(\.text).joined(), of: " ") }
  }

  /// One letter a column for the style of each cell (`Style.letter`), the dots
  /// of plain text left out at the end of rows.
  public var styleLines: [String] {
    rows.map { row in Self.trimmed(String(row.map(\.style.letter)), of: ".") }
  }

  /// Text, then styles: what a golden holds.
  public var golden: String {
    let place = cursor.map { " cursor \($0.column),\($0.row)" } ?? ""
    return (["\(size)\(place)"] + lines + ["-- styles"] + styleLines)
      .joined(separator: "\n") + "\n"
  }

  var rows: [ArraySlice<Cell>] {
    (0..<size.rows).map { cells[($0 * size.columns)..<(($0 + 1) * size.columns)] }
  }

  private static func trimmed(_ row: String, of blank: Character) -> String {
    var row = row
    while row.last == blank { row.removeLast() }
    return row
  }
}
