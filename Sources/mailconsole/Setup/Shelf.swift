internal import ClusterOps
internal import Runbooks

/// The runbooks this console offers, checked.
struct Shelf: Sendable {
  let catalogue: OperationCatalogue
  /// The sound runbooks in the order of the first screen: waves, then operations.
  let entries: [Runbook]
  /// The files that have errors, and those errors.
  let unusable: [UnusableRunbook]

  /// Reads the library and lints it; a runbook with errors is kept from being used.
  static func load(_ options: LibraryOptions = .init()) throws(CommandFailure) -> Shelf {
    try load(runbooks: options.runbooks)
  }

  /// The same from a directory; nil: the shipped runbooks.
  static func load(runbooks: String?) throws(CommandFailure) -> Shelf {
    let directory =
      if let named = runbooks { named } else { try ShareDirectory.locate().runbooks }
    let catalogue = OperationCatalogue.standard()
    let library = RunbookLibrary(
      directory: directory,
      loader: RunbookLoader(operations: catalogue.declarations)
    )
    let unusable = UnusableRunbook.all(
      in: directory,
      library.problems(by: Linter(operations: catalogue.declarations))
    )
    let broken = Set(unusable.flatMap(\.errors).map(\.position.file))
    let sound = library.runbooks.filter { !broken.contains($0.source.path) }
    return Shelf(
      catalogue: catalogue,
      entries: sound.filter { $0.kind == .wave } + sound.filter { $0.kind != .wave },
      unusable: unusable
    )
  }

  /// The runbook of that id, sound by lint.
  func runbook(_ id: String) throws(CommandFailure) -> Runbook {
    if let runbook = entries.first(where: { $0.id.name == id }) { return runbook }
    let hint =
      Spelling.nearest(to: id, among: entries.map(\.id.name)).map { " Did you mean \($0)?" } ?? ""
    throw CommandFailure(
      unusable.isEmpty ? .noInput : .data,
      (["There is no runbook \(id) that can be used.\(hint)"]
        + unusable.flatMap(\.errors).map(\.description))
        .joined(separator: "\n")
    )
  }
}
