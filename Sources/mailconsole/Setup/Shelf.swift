internal import ClusterOps
internal import Runbooks
internal import Synchronization

/// The runbooks this console offers; each is read and checked when it is asked for, and no sooner.
///
/// A class because what was read is kept for all who ask: a console shows and starts one and the
/// same text for as long as it lives.
final class Shelf: Sendable {
  let catalogue: OperationCatalogue
  private let directory: String
  /// The runbooks that were asked for one by one.
  private let single = Mutex<[RunbookID: Runbook]>([:])
  private let beginnings = Mutex<[RunbookHead]?>(nil)
  private let whole = Mutex<Whole?>(nil)

  /// All of the library, checked.
  private struct Whole {
    let entries: [Runbook]
    let unusable: [UnusableRunbook]
  }

  private init(_ directory: String) {
    self.directory = directory
    catalogue = OperationCatalogue.standard()
  }

  /// Finds the library; nothing of it is read.
  static func load(_ options: LibraryOptions = .init()) throws(CommandFailure) -> Shelf {
    try load(runbooks: options.runbooks)
  }

  /// The same from a directory; nil: the shipped runbooks.
  static func load(runbooks: String?) throws(CommandFailure) -> Shelf {
    if let runbooks { return Shelf(runbooks) }
    return Shelf(try ShareDirectory.locate().runbooks)
  }

  private var loader: RunbookLoader { RunbookLoader(operations: catalogue.declarations) }
  private var linter: Linter { Linter(operations: catalogue.declarations) }

  /// What stands at the beginning of each file, in the order of the first screen.
  ///
  /// Some may have errors further down; ``entries`` has only those that have none.
  var heads: [RunbookHead] {
    beginnings.withLock { known in
      if let known { return known }
      let heads = Self.inOrder(RunbookHead.all(in: directory), by: \.kind)
      known = heads
      return heads
    }
  }

  /// Waves, then operational runbooks, then tickets: tickets are reached from their waves.
  private static func inOrder<Entry>(
    _ entries: [Entry],
    by kind: (Entry) -> Runbook.Kind
  ) -> [Entry] {
    Runbook.Kind.allCases.flatMap { wanted in entries.filter { kind($0) == wanted } }
  }

  /// The sound runbooks in the order of the first screen; all are read.
  var entries: [Runbook] { all().entries }

  /// The files that have errors, and those errors; all are read.
  var unusable: [UnusableRunbook] { all().unusable }

  /// Whether all of them were read.
  var isRead: Bool { whole.withLockIfAvailable { $0 != nil } ?? false }

  private func all() -> Whole {
    whole.withLock { whole in
      if let whole { return whole }
      let library = RunbookLibrary(directory: directory, loader: loader)
      let unusable = UnusableRunbook.all(in: directory, library.problems(by: linter))
      let broken = Set(unusable.flatMap(\.errors).map(\.position.file))
      let known = single.withLock { $0 }
      let sound = library.runbooks.filter { !broken.contains($0.source.path) }
        .map { known[$0.id] ?? $0 }
      let read = Whole(
        entries: Self.inOrder(sound, by: \.kind),
        unusable: unusable
      )
      whole = read
      return read
    }
  }

  /// The runbook of that id, sound by lint; its file alone is read, once.
  ///
  /// - Throws: what is wrong with all of the library where there is none.
  func runbook(_ id: String) throws(CommandFailure) -> Runbook {
    if let runbook = current(RunbookID(id)) { return runbook }
    let all = all()
    if let runbook = all.entries.first(where: { $0.id.name == id }) { return runbook }
    let hint =
      Spelling.nearest(to: id, among: all.entries.map(\.id.name)).map { " Did you mean \($0)?" }
      ?? ""
    throw CommandFailure(
      all.unusable.isEmpty ? .noInput : .data,
      (["There is no runbook \(id) that can be used.\(hint)"]
        + all.unusable.flatMap(\.errors).map(\.description))
        .joined(separator: "\n")
    )
  }

  /// The runbook of that id, sound by lint; nil where there is none.
  func current(_ id: RunbookID) -> Runbook? {
    if let runbook = single.withLock({ $0[id] }) { return runbook }
    if let all = whole.withLockIfAvailable({ $0 }) ?? nil {
      return all.entries.first { $0.id == id }
    }
    guard let head = heads.first(where: { $0.id == id }) else { return nil }
    let reading = loader.read(path: head.path)
    guard let runbook = reading.value, runbook.id == id,
      !(reading.problems + linter.problems(in: runbook)).contains(where: { $0.severity == .error })
    else { return nil }
    return single.withLock { known in
      // Whoever was first has shown theirs already.
      let kept = known[id] ?? runbook
      known[id] = kept
      return kept
    }
  }
}
