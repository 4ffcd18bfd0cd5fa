/// Breaking text into lines of limited width.
public enum TextWrapping {
  /// The lines of a text, each of at most so many columns.
  ///
  /// Breaks at blanks, and inside words only where one is longer than a line.
  /// Line feeds in the text stay line breaks; the indent of a line is kept for
  /// those it continues on.
  public static func wrap(
    _ text: some StringProtocol,
    columns: Int,
    glyphs: GlyphSet = .unicode
  ) -> [String] {
    guard columns > 0 else { return [] }
    return ControlCharacters.lines(of: text).flatMap {
      wrapLine($0, columns: columns, glyphs: glyphs)
    }
  }

  /// One line cut every so many columns, wherever that is: for output, where
  /// blanks matter.
  public static func chop(
    _ line: some StringProtocol,
    columns: Int,
    glyphs: GlyphSet = .unicode
  ) -> [String] {
    guard columns > 0 else { return [] }
    var lines: [String] = []
    var current = ""
    var used = 0
    for cell in CellSequence(line, glyphs: glyphs) {
      if used + cell.columns > columns, used > 0 {
        lines.append(current)
        current = ""
        used = 0
      }
      current += cell.text
      used += cell.columns
    }
    lines.append(current)
    return lines
  }

  private static func wrapLine(_ line: String, columns: Int, glyphs: GlyphSet) -> [String] {
    let indentCount = line.prefix { $0 == " " }.count
    let indent = String(repeating: " ", count: indentCount < columns / 2 ? indentCount : 0)
    var lines: [String] = []
    var current = indent
    var used = indent.count
    var isFresh = true
    for word in line.split(whereSeparator: { $0 == " " || $0 == "\t" }) {
      let width = CellWidth.columns(of: word, glyphs: glyphs)
      if !isFresh, used + 1 + width <= columns {
        current += " " + word
        used += 1 + width
        continue
      }
      if !isFresh {
        lines.append(current)
        current = indent
        used = indent.count
      }
      var pieces = chop(word, columns: max(1, columns - used), glyphs: glyphs)
      let last = pieces.removeLast()
      lines += pieces.map { indent + $0 }
      current = indent + last
      used = indent.count + CellWidth.columns(of: last, glyphs: glyphs)
      isFresh = false
    }
    lines.append(current)
    return lines
  }
}
