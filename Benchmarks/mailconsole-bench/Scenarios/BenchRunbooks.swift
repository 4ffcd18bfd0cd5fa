internal import ClusterOps
internal import Runbooks

/// Runbooks as long as a benchmark needs them.
enum BenchRunbooks {
  /// The operation that does nothing and says so.
  static let operation = "bench.nothing"

  /// Each step waits for the one before it.
  static func chain(
    _ bodies: [String],
    id: String = "chain",
    catalogue: OperationCatalogue
  ) throws -> Runbook {
    let text = text(bodies, id: id, title: "A chain of steps")
    return try RunbookLoader(operations: catalogue.declarations)
      .read(text: text, path: "chain.yaml").get()
  }

  /// The same as a file has it.
  static func text(_ bodies: [String], id: String, title: String) -> String {
    var text = """
      apiVersion: mailconsole/v1
      kind: Runbook
      id: \(id)
      title: \(title)
      version: 1.0.0
      owner: E4
      summary: Made to measure with.
      steps:

      """
    for (index, body) in bodies.enumerated() {
      text += "  - id: s\(index)\n    title: Step \(index)\n    \(body)\n"
      if index > 0 { text += "    needs: [s\(index - 1)]\n" }
    }
    return text
  }
}

/// Does nothing, reads nothing, gives one number.
struct NoOperation: Operation {
  let declaration = OperationDeclaration(
    name: OperationName(BenchRunbooks.operation),
    summary: "Does nothing.",
    parameters: [],
    results: [.init("count", .integer, help: "always 1")],
    risk: .change,
    isRepeatable: true
  )

  func plan(_ arguments: Arguments, for site: Site) throws(OperationFailure) -> [PlannedAction] {
    [PlannedAction(argv: ["true"])]
  }

  func perform(
    _ arguments: Arguments,
    in context: OperationContext
  ) async throws(OperationFailure) -> OperationResult {
    OperationResult(values: ["count": .integer(1)], summary: "nothing was done")
  }
}
