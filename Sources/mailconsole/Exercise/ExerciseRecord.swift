internal import Runbooks
internal import Synchronization

/// What the state directory holds of an exercise: its own run, and those of its players.
///
/// A class because what was read is kept until more is recorded.
final class ExerciseRecord: Sendable {
  let run: RunID
  let store: RunStore
  private let players: PlayerRuns
  private let own = Mutex<(head: ChainHead, entries: [JournalEntry])?>(nil)

  init(run: RunID, store: RunStore) {
    self.run = run
    self.store = store
    players = PlayerRuns(of: run, in: store)
  }

  /// Everything in the record of the exercise's own run.
  func entries() throws -> [JournalEntry] {
    guard let directory = store.directory(of: run) else { return [] }
    let reader = JournalReader(directory)
    if let read = own.withLock({ $0 }), try reader.head() == read.head { return read.entries }
    let entries = try reader.entries()
    if let last = entries.last {
      own.withLock {
        $0 = (head: ChainHead(sequence: last.sequence, hash: last.hash), entries: entries)
      }
    }
    return entries
  }

  /// Where the players' runs stand, in the order of their names.
  func playerStates() throws -> [RunState] { try players.states() }

  /// What players did, as all the records have it.
  func observed(in entries: [JournalEntry]) throws -> [ExerciseObservation] {
    try ExerciseObservation.said(in: entries)
      + playerStates().flatMap { ExerciseObservation.all(in: $0) }
  }
}
