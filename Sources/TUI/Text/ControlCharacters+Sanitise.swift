extension ControlCharacters {
  /// The most columns of one line that are kept, unless a caller says more.
  public static let lineLimit = 4096

  /// One line of text in which nothing can act on a terminal.
  ///
  /// - Parameters:
  ///   - limit: The most columns of the result; an ellipsis ends a longer one.
  public static func sanitise(
    _ text: some StringProtocol,
    glyphs: GlyphSet = .unicode,
    limit: Int = lineLimit
  ) -> String {
    var result = ""
    var columns = 0
    for cell in CellSequence(text, glyphs: glyphs) {
      if columns + cell.columns > limit { return result + glyphs.ellipsis }
      result += cell.text
      columns += cell.columns
    }
    return result
  }

  /// As above for bytes that may not be UTF-8: `<FF>` for what is not.
  public static func sanitise(
    _ bytes: [UInt8],
    glyphs: GlyphSet = .unicode,
    limit: Int = lineLimit
  ) -> String {
    // A column takes at most twenty bytes: five scalars of four.
    sanitise(decode(bytes.prefix((limit + 1) * 20)), glyphs: glyphs, limit: limit)
  }

  /// Text of bytes, each that is not UTF-8 shown as `<FF>`.
  public static func decode(_ bytes: some Sequence<UInt8>) -> String {
    let bytes = Array(bytes)
    if let whole = String(validating: bytes, as: UTF8.self) { return whole }
    var text = ""
    var index = 0
    while index < bytes.count {
      let length = scalarLength(bytes, at: index)
      if length > 0,
        let piece = String(validating: bytes[index..<(index + length)], as: UTF8.self)
      {
        text += piece
        index += length
      } else {
        let digits = String(bytes[index], radix: 16, uppercase: true)
        text += "<" + (digits.count < 2 ? "0" : "") + digits + ">"
        index += 1
      }
    }
    return text
  }

  /// The bytes a scalar would take by its first one; 0 when it cannot be.
  private static func scalarLength(_ bytes: [UInt8], at index: Int) -> Int {
    let length =
      switch bytes[index] {
      case 0..<0x80: 1
      case 0xC2..<0xE0: 2
      case 0xE0..<0xF0: 3
      case 0xF0..<0xF5: 4
      default: 0
      }
    return index + length <= bytes.count ? length : 0
  }

  /// The lines of a text, which may end in LF, CR LF or nothing.
  ///
  /// Not yet sanitised: drawing does that.
  public static func lines(of text: some StringProtocol) -> [String] {
    var lines: [String] = []
    var line = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if scalar == "\n" {
        if line.last == "\r" { line.removeLast() }
        lines.append(String(line))
        line = String.UnicodeScalarView()
      } else {
        line.append(scalar)
      }
    }
    if !line.isEmpty { lines.append(String(line)) }
    return lines
  }
}
