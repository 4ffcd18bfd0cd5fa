internal import Runbooks

/// The catalogue of operations as lines of text, as `mailconsole operations` prints it.
enum OperationText {
  /// Name, risk and what it does.
  static func line(_ declaration: OperationDeclaration) -> String {
    declaration.name.name.padding(to: 22) + declaration.risk.rawValue.padding(to: 13)
      + declaration.summary
  }

  /// One in full: what it does, its risk, its parameters with their defaults, its results.
  static func page(_ declaration: OperationDeclaration) -> [String] {
    ["\(declaration.name): \(declaration.summary)", risk(declaration), ""]
      + [declaration.parameters.isEmpty ? "no parameters" : "parameters"]
      + declaration.parameters.map(line) + ["", "results"]
      + declaration.results.map { result in
        "  " + result.name.padding(to: 26) + result.type.description.padding(to: 20) + result.help
      }
  }

  /// What it may do to the world, and whether it may be done twice.
  static func risk(_ declaration: OperationDeclaration) -> String {
    "risk \(declaration.risk.rawValue); "
      + (declaration.isRepeatable ? "may be repeated" : "must not be repeated on its own")
  }

  /// A parameter: name, type, whether it is required, meaning, default.
  static func line(_ parameter: OperationDeclaration.Parameter) -> String {
    let type = parameter.type.description + (parameter.isRequired ? ", required" : "")
    return "  " + parameter.name.padding(to: 20) + type.padding(to: 26) + parameter.sentence
  }
}

extension OperationDeclaration.Parameter {
  /// Its meaning, with the words it takes and its default.
  var sentence: String {
    var text = help
    if !choices.isEmpty { text += "; one of \(choices.joined(separator: ", "))" }
    if isVantage { text += "; here, pod, or a vantage of the site" }
    if let standard { text += "; default \(standard)" }
    return text
  }
}
