internal import ArgumentParser
internal import ClusterOps
internal import Runbooks

/// `mailconsole operations [NAME]`
struct OperationsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "operations",
    abstract: "Print the catalogue of operations, or one in full."
  )

  @ArgumentParser.Argument(help: "An operation, e.g. postfix.queue.")
  var name: String?

  func run() throws {
    try Command.run { () throws(CommandFailure) in
      let declarations = OperationCatalogue.standard().declarations
      guard let name else {
        for declaration in declarations { summarise(declaration) }
        return .done
      }
      guard let declaration = declarations.first(where: { $0.name.name == name }) else {
        throw CommandFailure(
          .noInput,
          "There is no operation \(name). `mailconsole operations` lists them."
        )
      }
      describe(declaration)
      return .done
    }
  }

  private func summarise(_ declaration: OperationDeclaration) {
    Output.line(
      declaration.name.name.padding(to: 22) + declaration.risk.rawValue.padding(to: 13)
        + declaration.summary
    )
  }

  private func describe(_ declaration: OperationDeclaration) {
    Output.line("\(declaration.name): \(declaration.summary)")
    Output.line(
      "risk \(declaration.risk.rawValue); "
        + (declaration.isRepeatable ? "may be repeated" : "must not be repeated on its own")
    )
    Output.line("")
    Output.line(declaration.parameters.isEmpty ? "no parameters" : "parameters")
    for parameter in declaration.parameters {
      let type = parameter.type.description + (parameter.isRequired ? ", required" : "")
      Output.line(
        "  " + parameter.name.padding(to: 20) + type.padding(to: 26) + parameter.sentence
      )
    }
    Output.line("")
    Output.line("results")
    for result in declaration.results {
      Output.line(
        "  " + result.name.padding(to: 26) + result.type.description.padding(to: 20) + result.help
      )
    }
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
