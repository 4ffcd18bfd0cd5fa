internal import Runbooks
internal import TUI

// The catalogue of operations as lines of text, for the command and the screen.

extension OperationDeclaration {
  /// Its line in the list: one an operation, for programs that read it too.
  var line: String {
    name.name.padding(to: 22) + risk.rawValue.padding(to: 13) + summary
  }

  /// All that is declared, in lines of at most so many columns where no single word is longer.
  func page(columns: Int = 80) -> [String] {
    var lines = TextWrapping.wrap("\(name): \(summary)", columns: columns)
    lines.append(riskWords)
    lines += ["", parameters.isEmpty ? "no parameters" : "parameters"]
    lines += Self.table(
      parameters.map { ($0.name, $0.typeWords, $0.sentence) },
      columns: columns
    )
    lines += ["", "results"]
    lines += Self.table(
      results.map { ($0.name, $0.type.description, $0.help) },
      columns: columns
    )
    return lines
  }

  /// Whether an unknown outcome may be settled by doing it again.
  var repeatability: String {
    isRepeatable ? "may be repeated" : "must not be repeated on its own"
  }

  /// What it may do to the world, and how often.
  var riskWords: String { "risk \(risk.rawValue); \(repeatability)" }

  /// Name, type and meaning beside each other, the meaning on as many lines as it takes.
  private static func table(
    _ rows: [(name: String, type: String, meaning: String)],
    columns: Int
  ) -> [String] {
    let names = 2 + (rows.map { CellWidth.columns(of: $0.name) }.max() ?? 0) + 2
    let types = (rows.map { CellWidth.columns(of: $0.type) }.max() ?? 0) + 2
    return rows.flatMap { row in
      TextWrapping.wrap(row.meaning, columns: max(20, columns - names - types)).enumerated().map {
        number,
        text in
        let start = number == 0 ? "  " + row.name : ""
        let type = number == 0 ? row.type : ""
        return start.padding(to: names) + type.padding(to: types) + text
      }
    }
  }
}

extension OperationDeclaration.Parameter {
  /// Its type, and whether it has to be given.
  var typeWords: String { type.description + (isRequired ? ", required" : "") }

  /// Its meaning, with the words it takes and its default.
  var sentence: String {
    var text = help
    if !choices.isEmpty { text += "; one of \(choices.joined(separator: ", "))" }
    if isVantage { text += "; here, pod, or a vantage of the site" }
    if let standard { text += "; default \(standard)" }
    return text
  }
}
