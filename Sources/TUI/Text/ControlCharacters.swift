/// The one place where text from outside is made harmless before it becomes
/// cells.
///
/// Output of commands, host names and mail may hold escape sequences that move
/// the cursor, rewrite the clipboard, or turn the reading order round so that
/// one thing is approved and another done. What the terminal would obey is
/// shown instead. `Frame` passes all it draws through here, so no caller can
/// forget to.
public enum ControlCharacters {
  /// What a scalar is to the screen.
  enum Treatment: Equatable {
    /// Drawn as it is, over so many columns.
    case draw(columns: Int)
    /// Joins the cell before it.
    case combine
    /// Has no meaning in a grid of cells and would confuse one.
    case drop
    /// Shown by other characters, all plain and one column wide.
    case show(String)
    /// Blanks up to the next tab stop.
    case tab
  }

  static func treatment(of scalar: Unicode.Scalar, glyphs: GlyphSet) -> Treatment {
    let value = scalar.value
    switch value {
    case 0x20..<0x7F: return .draw(columns: 1)
    case 0x09: return .tab
    case 0..<0x20: return .show(control(value, glyphs: glyphs))
    case 0x7F: return .show(glyphs == .unicode ? "\u{2421}" : "^?")
    case 0x80..<0xA0: return .show(code(value))
    case 0x2500..<0x2580 where glyphs == .unicode: return .draw(columns: 1)
    // Variation selectors: terminals disagree about the width that results.
    case 0xFE00...0xFE0F, 0xE0100...0xE01EF: return .drop
    default: break
    }
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned,
      .lineSeparator, .paragraphSeparator:
      return .show(code(value))
    default: break
    }
    let columns = CellWidth.columns(of: scalar)
    if columns < 0 { return .show(code(value)) }
    if columns == 0 { return glyphs == .unicode ? .combine : .drop }
    if glyphs == .ascii { return .show(asciiTwins[scalar] ?? "?") }
    return .draw(columns: columns)
  }

  /// `␛` or `^[`.
  private static func control(_ value: UInt32, glyphs: GlyphSet) -> String {
    let shown = glyphs == .unicode ? 0x2400 + value : 0x40 + value
    // Both sums stay far from the surrogates, so the scalar exists.
    let sign = Unicode.Scalar(shown).map { String(Character($0)) } ?? "?"
    return glyphs == .unicode ? sign : "^" + sign
  }

  /// `<U+202E>`, so that what cannot be seen can be named.
  private static func code(_ value: UInt32) -> String {
    let digits = String(value, radix: 16, uppercase: true)
    return "<U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits + ">"
  }

  /// Typographic characters of our own texts, where only ASCII can be shown.
  private static let asciiTwins: [Unicode.Scalar: String] = [
    "…": "...", "—": "-", "–": "-", "‘": "'", "’": "'", "“": "\"", "”": "\"", "·": ".",
    "•": "*", "→": "->", "←": "<-", "↑": "^", "↓": "v", "▸": ">", "≤": "<=", "≥": ">=",
    "×": "x", "✓": "+", "✗": "x", "○": "o", "●": "*", "◆": "@", "─": "-", "│": "|",
    "\u{A0}": " ", "«": "<<", "»": ">>", "≠": "!=", "∞": "inf", "µ": "u",
  ]
}
