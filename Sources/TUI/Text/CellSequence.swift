/// Text as the cells it becomes: sanitised, tabs expanded, combining marks
/// joined to their base.
///
/// A cell is one scalar that takes room and at most four that do not: ncurses
/// stores five in a cell (CCHARW_MAX). A joined emoji is thus several cells, as
/// it is to ncurses; terminals that draw it as one would lose the column count,
/// so its joiner is shown.
struct CellSequence<Text: StringProtocol>: Sequence, IteratorProtocol {
  struct Element: Equatable {
    var text: String
    var columns: Int
  }

  static var scalarsPerCell: Int { 5 }
  static var tabStop: Int { 8 }

  private var scalars: Text.UnicodeScalarView.Iterator
  private var upcoming: Unicode.Scalar?
  private let glyphs: GlyphSet
  private var column = 0
  private var shown: String.UnicodeScalarView.Iterator?
  private var blanks = 0

  init(_ text: Text, glyphs: GlyphSet) {
    scalars = text.unicodeScalars.makeIterator()
    upcoming = scalars.next()
    self.glyphs = glyphs
  }

  mutating func next() -> Element? {
    if blanks > 0 {
      blanks -= 1
      return emit(" ", 1)
    }
    if let scalar = shown?.next() {
      return emit(String(Character(scalar)), 1)
    }
    while let scalar = upcoming {
      upcoming = scalars.next()
      switch ControlCharacters.treatment(of: scalar, glyphs: glyphs) {
      case .draw(let columns):
        return emit(combining(onto: String(Character(scalar))), columns)
      case .combine:
        // Nothing to combine with: a blank carries it.
        return emit(combining(onto: " " + String(Character(scalar)), used: 2), 1)
      case .drop:
        continue
      case .tab:
        blanks = Self.tabStop - column % Self.tabStop - 1
        return emit(" ", 1)
      case .show(let text):
        shown = text.unicodeScalars.makeIterator()
        guard let first = shown?.next() else { continue }
        return emit(String(Character(first)), 1)
      }
    }
    return nil
  }

  private mutating func emit(_ text: String, _ columns: Int) -> Element {
    column += columns
    return Element(text: text, columns: columns)
  }

  /// Takes the marks that follow; more than a cell holds are left out.
  private mutating func combining(onto base: String, used: Int = 1) -> String {
    var text = base
    var count = used
    while let scalar = upcoming, scalar.value >= 0x300 {
      switch ControlCharacters.treatment(of: scalar, glyphs: glyphs) {
      case .combine:
        if count < Self.scalarsPerCell { text.unicodeScalars.append(scalar) }
        count += 1
      case .drop: break
      default: return text
      }
      upcoming = scalars.next()
    }
    return text
  }
}
