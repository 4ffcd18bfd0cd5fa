public import ArgumentParser
internal import ClusterOps
public import Runbooks

/// `mailconsole graph ID`
struct GraphCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "graph",
    abstract: "Print the step graph of a runbook."
  )

  @ArgumentParser.Argument(help: "The runbook's id.")
  var id: String

  @Option(help: "text, mermaid or dot.")
  var format = StepGraph.Format.text

  @OptionGroup var library: LibraryOptions

  func run() throws {
    try Command.run { () throws(CommandFailure) in
      let shelf = try Shelf.load(library)
      let graph = StepGraph(try shelf.runbook(id))
      Output.lines(graph.formatted(as: format))
      return .done
    }
  }
}

extension StepGraph.Format: ExpressibleByArgument {}
