/// Text from outside as it may stand in a result: what does not print is written out.
enum EscapedText {
  /// The text with backslashes doubled, line ends and tabs as `\n`, `\r`, `\t`, and every other
  /// scalar that does not print (controls, directions, lines apart, no characters) as `\u{1B}`;
  /// shortened.
  static func escaped(_ text: some StringProtocol, _ limit: Int = 200) -> String {
    var out = ""
    for scalar in text.unicodeScalars.prefix(limit) {
      switch scalar {
      case "\\": out += "\\\\"
      case "\n": out += "\\n"
      case "\r": out += "\\r"
      case "\t": out += "\\t"
      case _ where prints(scalar): out.unicodeScalars.append(scalar)
      default: out += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
      }
    }
    return capped(out, limit)
  }

  private static func prints(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse,
      .unassigned:
      false
    default: true
    }
  }
}
