internal import Synchronization

/// Those who watch a run as it happens.
///
/// A class because watchers come and go from any task. Sending never waits: a
/// slow watcher loses the oldest updates, sees the gap in the sequence numbers,
/// and reads the journal.
final class Watchers: Sendable {
  private struct Storage {
    var next = 0
    var continuations: [Int: AsyncStream<RunUpdate>.Continuation] = [:]
    var hasEnded = false
  }

  private let storage = Mutex(Storage())

  func subscribe(buffering limit: Int) -> AsyncStream<RunUpdate> {
    let (stream, continuation) = AsyncStream.makeStream(
      of: RunUpdate.self,
      bufferingPolicy: .bufferingNewest(limit)
    )
    let id = storage.withLock { storage -> Int? in
      guard !storage.hasEnded else { return nil }
      storage.next += 1
      storage.continuations[storage.next] = continuation
      return storage.next
    }
    guard let id else {
      continuation.finish()
      return stream
    }
    continuation.onTermination = { [weak self] _ in
      self?.storage.withLock { _ = $0.continuations.removeValue(forKey: id) }
    }
    return stream
  }

  func send(_ update: RunUpdate) {
    for continuation in storage.withLock({ Array($0.continuations.values) }) {
      continuation.yield(update)
    }
  }

  /// Ends every stream.
  func finish() {
    let continuations = storage.withLock { storage in
      storage.hasEnded = true
      defer { storage.continuations = [:] }
      return Array(storage.continuations.values)
    }
    for continuation in continuations { continuation.finish() }
  }
}
