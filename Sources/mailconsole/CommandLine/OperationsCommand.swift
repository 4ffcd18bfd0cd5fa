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
        declarations.map(\.line).forEach(Output.line)
        return .done
      }
      guard let declaration = declarations.first(where: { $0.name.name == name }) else {
        throw CommandFailure(
          .noInput,
          "There is no operation \(name). `mailconsole operations` lists them."
        )
      }
      declaration.page().forEach(Output.line)
      return .done
    }
  }
}
