/// Where a text that is too long loses its middle, its start or its end.
public enum Ellipsis: Sendable, Hashable {
  /// `…/runbooks/cutover.yaml`
  case start
  /// `sha256:9f86d0…b0f00a08`
  case middle
  /// `The queue of the se…`
  case end

  /// The text in at most so many columns.
  public func fit(
    _ text: some StringProtocol,
    columns limit: Int,
    glyphs: GlyphSet = .unicode
  ) -> String {
    guard limit > 0 else { return "" }
    // A command may print a line of megabytes; one screenful of it is enough.
    var cells: [CellSequence<Substring>.Element] = []
    var total = 0
    for cell in CellSequence(Substring(text), glyphs: glyphs) {
      cells.append(cell)
      total += cell.columns
      if self == .end, total > limit { break }
    }
    if total <= limit { return cells.reduce(into: "") { $0 += $1.text } }

    let room = limit - 1  // the ellipsis itself
    let head =
      switch self {
      case .start: 0
      case .middle: (room + 1) / 2
      case .end: room
      }
    return Self.take(cells, columns: head) + glyphs.ellipsis
      + Self.take(cells.reversed(), columns: room - head, reversed: true)
  }

  private static func take(
    _ cells: some Sequence<CellSequence<Substring>.Element>,
    columns: Int,
    reversed: Bool = false
  ) -> String {
    var taken: [String] = []
    var used = 0
    for cell in cells {
      guard used + cell.columns <= columns else { break }
      used += cell.columns
      taken.append(cell.text)
    }
    return (reversed ? taken.reversed() : taken).joined()
  }
}
