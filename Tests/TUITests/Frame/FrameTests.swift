import TestSupport
import Testing

@testable import TUI

@Suite("A frame")
struct FrameTests {
  private func frame(_ columns: Int, _ rows: Int = 1) -> Frame {
    Frame(size: Size(columns: columns, rows: rows))
  }

  @Test("never draws half a wide character, nor one across its edge")
  func wideAtEdge() {
    var frame = frame(4)
    frame.draw("abc日", at: .zero)
    #expect(frame.lines == ["abc"])
    frame.draw("日本", at: Point(column: -1, row: 0))
    #expect(frame.lines == [" 本"])
  }

  @Test("turns a wide character that is half overwritten into a blank")
  func overwriteHalf() {
    var frame = frame(6)
    frame.draw("日本語", at: .zero)
    frame.draw("x", at: Point(column: 1, row: 0))
    #expect(frame.lines == [" x本語"])
    frame.draw("y", at: Point(column: 2, row: 0))
    #expect(frame.lines == [" xy 語"])
  }

  @Test("clips to the rectangle asked for")
  func clips() {
    var frame = frame(10, 3)
    let clip = Rect(column: 2, row: 1, columns: 4, rows: 1)
    frame.draw("0123456789", at: Point(column: 0, row: 1), clip: clip)
    frame.draw("outside", at: .zero, clip: clip)
    #expect(frame.lines == ["", "  2345", ""])
  }

  @Test("draws boxes with titles", arguments: [GlyphSet.unicode, .ascii])
  func box(glyphs: GlyphSet) {
    var frame = Frame(size: Size(columns: 12, rows: 3), glyphs: glyphs)
    let inner = frame.box(frame.bounds, title: "box")
    #expect(inner == Rect(column: 1, row: 1, columns: 10, rows: 1))
    #expect(
      frame.lines
        == (glyphs == .unicode
          ? ["┌─ box ────┐", "│          │", "└──────────┘"]
          : ["+- box ----+", "|          |", "+----------+"])
    )
  }

  @Test("shows text, styles and cursor in its golden form")
  func golden() {
    var frame = frame(8, 2)
    frame.draw([.init("ok", .good), " or ", .init("no", .bad)], at: .zero)
    frame.restyle(Rect(column: 6, row: 0, columns: 2, rows: 1)) { $0.selected() }
    frame.cursor = Point(column: 1, row: 1)
    #expect(frame.golden == "8x2 cursor 1,1\nok or no\n\n-- styles\ngg....BB\n\n")
  }

  @Test("gives every style a letter of its own")
  func letters() {
    let letters = Style.Role.allCases.flatMap {
      [Style($0).letter, Style($0, isSelected: true).letter]
    }
    #expect(Set(letters).count == letters.count)
  }

  @Test("has a look for every style that differs when selected", arguments: Theme.allCases)
  func selectionShows(theme: Theme) {
    let plain = theme.look(of: .normal)
    #expect(theme.look(of: .selection) != plain)
    #expect(
      theme != .mono
        || Style.Role.allCases.allSatisfy {
          theme.look(of: Style($0)).foreground == nil && theme.look(of: Style($0)).background == nil
        }
    )
  }

  /// Whatever is drawn wherever: no trap, no control byte, columns that add up.
  @Test("stays whole under random drawing", arguments: 0..<40)
  func randomDrawing(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let scalars: [Unicode.Scalar] = [
      "a", "日", "\u{301}", "\u{1B}", "\u{9B}", "\t", "\u{202E}", "\u{7F}", "👍", "\u{200D}",
      "\u{FE0F}", "─", " ", "\n", "\u{0}", "한", "\u{10FFFF}", "\u{AD}",
    ]
    let size = Size(
      columns: .random(in: 0...30, using: &random),
      rows: .random(in: 0...8, using: &random)
    )
    let glyphs: GlyphSet = Bool.random(using: &random) ? .unicode : .ascii
    var frame = Frame(size: size, glyphs: glyphs)
    func rect(_ random: inout SeededGenerator) -> Rect {
      Rect(
        column: .random(in: -5...30, using: &random),
        row: .random(in: -3...10, using: &random),
        columns: .random(in: -2...35, using: &random),
        rows: .random(in: -2...10, using: &random)
      )
    }
    for _ in 0..<60 {
      var text = String.UnicodeScalarView()
      for _ in 0..<Int.random(in: 0...20, using: &random) {
        text.append(scalars.randomElement(using: &random) ?? "x")
      }
      let area = rect(&random)
      switch Int.random(in: 0...5, using: &random) {
      case 0: frame.draw(String(text), at: area.origin, clip: rect(&random))
      case 1: frame.draw(String(text), in: area, alignment: .trailing, ellipsis: .middle)
      case 2: frame.box(area, title: StyledText(String(text)))
      case 3: frame.fill(area, style: .selection)
      case 4: frame.drawWrapped(String(text), in: area)
      default: frame.draw(StyledText(String(text), .bad), in: area, alignment: .centre)
      }
    }
    #expect(frame.cells.count == size.columns * size.rows)
    for row in frame.rows {
      #expect(row.reduce(0) { $0 + $1.columns } == size.columns, "seed \(seed)")
      for cell in row {
        let scalars = cell.text.unicodeScalars
        #expect(scalars.count <= 5)
        #expect(scalars.isEmpty == (cell.columns == 0))
        #expect(scalars.allSatisfy { $0.value >= 0x20 && !(0x7F..<0xA0).contains($0.value) })
        #expect(glyphs == .unicode || scalars.allSatisfy(\.isASCII))
      }
    }
  }
}

@Suite("A rectangle")
struct RectTests {
  private let rect = Rect(column: 2, row: 3, columns: 10, rows: 4)

  @Test("is split without losing or doubling a cell")
  func splits() {
    #expect(rect.splitTop(1).top == Rect(column: 2, row: 3, columns: 10, rows: 1))
    #expect(rect.splitTop(1).rest == Rect(column: 2, row: 4, columns: 10, rows: 3))
    #expect(rect.splitBottom(1).bottom == Rect(column: 2, row: 6, columns: 10, rows: 1))
    #expect(rect.splitLeft(3).left == Rect(column: 2, row: 3, columns: 3, rows: 4))
    #expect(rect.splitRight(3).right == Rect(column: 9, row: 3, columns: 3, rows: 4))
    #expect(rect.splitTop(9).rest.isEmpty)
    #expect(rect.splitLeft(-1).left.isEmpty)
  }

  @Test("is centred and inset within itself")
  func insets() {
    #expect(rect.inset(columns: 1, rows: 1) == Rect(column: 3, row: 4, columns: 8, rows: 2))
    #expect(rect.inset(columns: 6).isEmpty)
    #expect(
      rect.centred(Size(columns: 4, rows: 2)) == Rect(column: 5, row: 4, columns: 4, rows: 2)
    )
    #expect(rect.centred(Size(columns: 40, rows: 20)) == rect)
  }
}
