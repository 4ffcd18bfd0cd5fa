/// A report as CommonMark with GitHub's tables; no raw HTML, no link, no image.
enum ReportMarkdown {
  static func text(_ document: ReportDocument) -> String {
    var text = "# \(cell(document.title))\n"
    for section in document.sections {
      text += "\n## \(cell(section.title))\n\n"
      if !section.facts.isEmpty {
        text += table(["", ""], section.facts.map { [$0.name, $0.value] })
      }
      for line in section.lines { text += "- \(cell(line))\n" }
      if !section.rows.isEmpty {
        text += table(section.columns, section.rows)
      } else if !section.nothing.isEmpty {
        text += section.nothing + "\n"
      }
    }
    return text
  }

  private static func table(_ columns: [String], _ rows: [[String]]) -> String {
    var text = "| " + columns.map(cell).joined(separator: " | ") + " |\n"
    text += "|" + columns.map { _ in "---|" }.joined() + "\n"
    for row in rows { text += "| " + row.map(cell).joined(separator: " | ") + " |\n" }
    return text
  }

  /// Text in one line that means nothing to Markdown; line ends become ` / `.
  static func cell(_ text: String) -> String {
    ReportText.lines(text).map(escape).joined(separator: " / ")
  }

  private static func escape(_ line: String) -> String {
    var text = ""
    // By scalar: a sign with a combining mark after it is a sign all the same.
    let scalars = Array(line.unicodeScalars)
    for (index, scalar) in scalars.enumerated() {
      switch scalar {
      case "&": text += "&amp;"
      case "<": text += "&lt;"
      case ">": text += "&gt;"
      case "\\", "`", "*", "_", "[", "]", "|", "~", "!", "$", "@": text += "\\\(scalar)"
      case "#" where index == 0, "+" where index == 0, "-" where index == 0, "=" where index == 0:
        text += "\\\(scalar)"
      // Many readers make links of bare addresses.
      case ":" where scalars.dropFirst(index + 1).first == "/": text += "\\:"
      case "." where scalars[..<index].suffix(3).allSatisfy { $0 == "w" || $0 == "W" } && index > 2:
        text += "\\."
      default: text.unicodeScalars.append(scalar)
      }
    }
    return startsAsList(line) ? guardNumber(text) : text
  }

  /// Whether a reader would take the line for an item of a numbered list.
  private static func startsAsList(_ line: String) -> Bool {
    let rest = line.drop { $0.isASCII && $0.isNumber }
    return rest.count < line.count && (rest.hasPrefix(". ") || rest.hasPrefix(") "))
  }

  /// `1.` as `1\.`.
  private static func guardNumber(_ text: String) -> String {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    return digits + "\\" + text.dropFirst(digits.count)
  }
}
