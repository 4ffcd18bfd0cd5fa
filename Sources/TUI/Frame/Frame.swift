/// A picture of the whole screen, as a value: what the views make and what the
/// terminal shows.
///
/// Holds nothing that could act on a terminal: whatever is drawn goes through
/// `ControlCharacters`.
public struct Frame: Sendable, Equatable {
  public let size: Size

  /// The signs this screen can show; views take their ornaments from here.
  public let glyphs: GlyphSet

  /// Row after row.
  public private(set) var cells: [Cell]

  /// Where the cursor is shown; hidden when nil.
  public var cursor: Point?

  public init(size: Size, glyphs: GlyphSet = .unicode) {
    self.size = Size(columns: max(0, size.columns), rows: max(0, size.rows))
    self.glyphs = glyphs
    cells = Array(repeating: .blank, count: self.size.columns * self.size.rows)
  }

  /// All of it.
  public var bounds: Rect { Rect(origin: .zero, size: size) }

  /// The cell at a place, nil outside.
  public subscript(point: Point) -> Cell? {
    bounds.contains(point) ? cells[index(point)] : nil
  }

  private func index(_ point: Point) -> Int {
    point.row * size.columns + point.column
  }

  /// Writes one cell.
  ///
  /// The place and the columns it covers must be inside; wide characters that
  /// it cuts become blanks.
  mutating func put(_ text: String, columns: Int, style: Style, at point: Point) {
    separate(at: point)
    if columns == 2 { separate(at: point.offset(columns: 1)) }
    let index = index(point)
    cells[index] = Cell(text: text, style: style, columns: columns)
    if columns == 2 { cells[index + 1] = .covered(style: style) }
  }

  /// Turns the wide character that covers this place, if any, into blanks.
  private mutating func separate(at point: Point) {
    let index = index(point)
    switch cells[index].columns {
    case 0:
      blank(index - 1)
      blank(index)
    case 2:
      blank(index)
      blank(index + 1)
    default: break
    }
  }

  private mutating func blank(_ index: Int) {
    cells[index] = Cell(text: " ", style: cells[index].style, columns: 1)
  }

  /// Changes the looks of what is drawn already.
  public mutating func restyle(_ rect: Rect, _ change: (Style) -> Style) {
    let area = rect.intersection(bounds)
    for row in area.top..<area.bottom {
      for column in area.left..<area.right {
        let index = index(Point(column: column, row: row))
        cells[index].style = change(cells[index].style)
      }
    }
  }
}
