import CNcurses

/// How many columns text takes, by the function ncurses itself measures with.
public enum CellWidth {
  /// The columns of a text as `Frame` would draw it.
  public static func columns(of text: some StringProtocol, glyphs: GlyphSet = .unicode) -> Int {
    var columns = 0
    for cell in CellSequence(text, glyphs: glyphs) { columns += cell.columns }
    return columns
  }

  /// The columns of one scalar; negative when it cannot be printed.
  static func columns(of scalar: Unicode.Scalar) -> Int {
    scalar.value < 0x7F && scalar.value >= 0x20 ? 1 : Int(tui_scalar_width(scalar.value))
  }
}
