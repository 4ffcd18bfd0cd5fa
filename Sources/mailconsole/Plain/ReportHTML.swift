/// A report as one HTML page that loads nothing, runs nothing and prints well.
enum ReportHTML {
  static func text(_ document: ReportDocument) -> String {
    var text = """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>\(cell(document.title))</title>
      <style>
      body { font: 15px/1.45 sans-serif; margin: 2em auto; max-width: 75em; padding: 0 1em; }
      table { border-collapse: collapse; width: 100%; }
      th, td { border: 1px solid #999; padding: .25em .5em; text-align: left; vertical-align: top; }
      td { overflow-wrap: anywhere; }
      th { background: #eee; }
      @media print {
        body { font-size: 9pt; margin: 0; max-width: none; }
        thead { display: table-header-group; }
        tr { break-inside: avoid; }
        h2 { break-after: avoid; }
      }
      </style>
      </head>
      <body>
      <h1>\(cell(document.title))</h1>

      """
    for section in document.sections {
      text += "<h2>\(cell(section.title))</h2>\n"
      if !section.facts.isEmpty {
        text += "<table>\n"
        for fact in section.facts {
          text += "<tr><th scope=\"row\">\(cell(fact.name))</th><td>\(cell(fact.value))</td></tr>\n"
        }
        text += "</table>\n"
      }
      if !section.lines.isEmpty {
        text += "<ul>\n" + section.lines.map { "<li>\(cell($0))</li>\n" }.joined() + "</ul>\n"
      }
      if !section.rows.isEmpty {
        text += table(section.columns, section.rows)
      } else if !section.nothing.isEmpty {
        text += "<p>\(cell(section.nothing))</p>\n"
      }
    }
    return text + "</body>\n</html>\n"
  }

  private static func table(_ columns: [String], _ rows: [[String]]) -> String {
    var text = "<table>\n<thead><tr>"
    text += columns.map { "<th scope=\"col\">\(cell($0))</th>" }.joined()
    text += "</tr></thead>\n<tbody>\n"
    for row in rows {
      text += "<tr>" + row.map { "<td>\(cell($0))</td>" }.joined() + "</tr>\n"
    }
    return text + "</tbody>\n</table>\n"
  }

  /// Text as text, line ends as `<br>`.
  static func cell(_ text: String) -> String {
    ReportText.lines(text).map(escape).joined(separator: "<br>")
  }

  private static func escape(_ line: String) -> String {
    var text = ""
    for scalar in line.unicodeScalars {
      switch scalar {
      case "&": text += "&amp;"
      case "<": text += "&lt;"
      case ">": text += "&gt;"
      case "\"": text += "&quot;"
      case "'": text += "&#39;"
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text
  }
}
