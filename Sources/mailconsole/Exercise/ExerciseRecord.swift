internal import Runbooks

/// What the state directory holds of an exercise: its own run, and those of its players.
struct ExerciseRecord: Sendable {
  let run: RunID
  let store: RunStore

  /// Everything in the record of the exercise's own run.
  func entries() throws -> [JournalEntry] {
    guard let directory = store.directory(of: run) else { return [] }
    return try JournalReader(directory).entries()
  }

  /// Where the players' runs stand, in the order of their names.
  func players() throws -> [RunState] {
    try store.list().compactMap { other in
      guard other != run, let directory = store.directory(of: other) else { return nil }
      let reader = JournalReader(directory)
      guard case .runCreated(let created)? = try reader.entries(limit: 1).first?.event,
        created.root == run
      else { return nil }
      return try reader.state(of: try Workplace.pinned(try directory.pinnedSource()))
    }
  }

  /// What players did, as all the records have it.
  func observed(in entries: [JournalEntry]) throws -> [ExerciseObservation] {
    try ExerciseObservation.said(in: entries)
      + players().flatMap { ExerciseObservation.all(in: $0) }
  }
}
