internal import Runbooks
internal import Synchronization

/// The players' runs of an exercise, read again only where their records have grown.
///
/// A class because what was read is kept for the next look.
final class PlayerRuns: Sendable {
  private let exercise: RunID
  private let store: RunStore
  private let kept = Mutex(Kept())

  private struct Kept {
    /// Runs of which the first event was read: whether they belong to the exercise.
    var belongs: [RunID: Bool] = [:]
    var states: [RunID: (head: ChainHead, state: RunState)] = [:]
  }

  /// - Parameter exercise: the exercise's own run.
  init(of exercise: RunID, in store: RunStore) {
    self.exercise = exercise
    self.store = store
  }

  /// Their names, in order; a run whose beginning cannot be read is nobody's here.
  func names() throws -> [RunID] {
    var found: [RunID] = []
    for run in try store.list() where run != exercise {
      if let known = kept.withLock({ $0.belongs[run] }) {
        if known { found.append(run) }
        continue
      }
      guard let directory = store.directory(of: run),
        case .runCreated(let created)? = try? JournalReader(directory).entries(limit: 1).first?
          .event
      else { continue }
      let belongs = created.root == exercise
      kept.withLock { $0.belongs[run] = belongs }
      if belongs { found.append(run) }
    }
    return found
  }

  /// Where they stand, in the order of their names.
  func states() throws -> [RunState] {
    try names().compactMap { run in
      guard let directory = store.directory(of: run) else { return nil }
      let reader = JournalReader(directory)
      guard let head = try reader.head() else { return nil }
      if let known = kept.withLock({ $0.states[run] }), known.head == head { return known.state }
      let state = try reader.state(of: try Workplace.pinned(try directory.pinnedSource()))
      kept.withLock { $0.states[run] = (head, state) }
      return state
    }
  }

  /// Tells at once, and when one of them has more, or one is begun.
  func changes() -> AsyncStream<Void> {
    let (stream, continuation) = AsyncStream.makeStream(
      of: Void.self,
      bufferingPolicy: .bufferingNewest(1)
    )
    let task = Task(executorPreference: WorkExecutor.shared) {
      await self.follow { continuation.yield() }
      continuation.finish()
    }
    continuation.onTermination = { _ in task.cancel() }
    return stream
  }

  private func follow(_ tell: @escaping @Sendable () -> Void) async {
    await withTaskGroup(of: Void.self) { group in
      var followed: Set<RunID> = []
      for await _ in FileChanges.ofFolders(in: store.state + "/runs") {
        for run in (try? names()) ?? [] where followed.insert(run).inserted {
          guard let directory = store.directory(of: run) else { continue }
          group.addTask {
            for await _ in FileChanges.of(directory: directory.path) { tell() }
          }
        }
        tell()
      }
    }
  }
}
