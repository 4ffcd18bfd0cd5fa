internal import ClusterOps
internal import Runbooks

/// The runbooks this console offers, checked.
struct Shelf: Sendable {
  let catalogue: OperationCatalogue
  let library: RunbookLibrary

  /// Reads the library; a runbook with errors is left out, and said when it is asked for.
  static func load(_ options: LibraryOptions = .init()) throws(CommandFailure) -> Shelf {
    let directory =
      if let named = options.runbooks { named } else { try ShareDirectory.locate().runbooks }
    let catalogue = OperationCatalogue.standard()
    let loader = RunbookLoader(operations: catalogue.declarations)
    return Shelf(
      catalogue: catalogue,
      library: RunbookLibrary(directory: directory, loader: loader)
    )
  }

  /// The runbook of that id, sound by lint.
  func runbook(_ id: String) throws(CommandFailure) -> Runbook {
    guard let runbook = library[RunbookID(id)] else {
      let broken = library.problems.filter { $0.severity == .error }
      let hint = library.suggestion(for: id).map { " Did you mean \($0)?" } ?? ""
      throw CommandFailure(
        broken.isEmpty ? .noInput : .data,
        (["There is no runbook \(id).\(hint)"] + broken.map(\.description))
          .joined(separator: "\n")
      )
    }
    let problems = Linter(operations: catalogue.declarations).problems(in: runbook)
      .filter { $0.severity == .error }
    guard problems.isEmpty else {
      throw CommandFailure(.data, problems.map(\.description).joined(separator: "\n"))
    }
    return runbook
  }

  /// The runbooks in the order of the first screen: waves, then operations.
  var entries: [Runbook] {
    library.runbooks.filter { $0.kind == .wave } + library.runbooks.filter { $0.kind != .wave }
  }
}
