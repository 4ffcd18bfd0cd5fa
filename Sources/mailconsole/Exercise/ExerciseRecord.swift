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
  func players() throws -> [RunState] { try PlayerRuns(of: run, in: store).states() }

  /// What players did, as all the records have it.
  func observed(in entries: [JournalEntry]) throws -> [ExerciseObservation] {
    try ExerciseObservation.said(in: entries)
      + players().flatMap { ExerciseObservation.all(in: $0) }
  }
}
