internal import Runbooks
internal import Synchronization

/// What the state directory holds of an exercise: its own run, and those of its players.
///
/// A class because what was read of a run is kept until more is recorded in it; of a run that is no
/// player's, that alone.
final class ExerciseRecord: Sendable {
  let run: RunID
  let store: RunStore
  private let known = Mutex<[RunID: Known]>([:])
  private let own = Mutex<(head: ChainHead, entries: [JournalEntry])?>(nil)

  /// What is known of another run.
  private enum Known {
    /// It belongs to no player of this exercise, and never will.
    case other
    case player(ChainHead, RunState)
  }

  init(run: RunID, store: RunStore) {
    self.run = run
    self.store = store
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
  func players() throws -> [RunState] {
    try store.list().compactMap { other in try other == run ? nil : player(other) }
  }

  private func player(_ other: RunID) throws -> RunState? {
    let before = known.withLock { $0[other] }
    if case .other? = before { return nil }
    guard let directory = store.directory(of: other) else { return nil }
    let reader = JournalReader(directory)
    if case .player(let head, let state)? = before, try reader.head() == head { return state }
    guard case .runCreated(let created)? = try reader.entries(limit: 1).first?.event,
      created.root == run
    else {
      known.withLock { $0[other] = .other }
      return nil
    }
    // What comes meanwhile is read the next time.
    let head = try reader.head()
    let state = try reader.state(of: try Workplace.pinned(try directory.pinnedSource()))
    if let head { known.withLock { $0[other] = .player(head, state) } }
    return state
  }

  /// What players did, as all the records have it.
  func observed(in entries: [JournalEntry]) throws -> [ExerciseObservation] {
    try ExerciseObservation.said(in: entries)
      + players().flatMap { ExerciseObservation.all(in: $0) }
  }
}
