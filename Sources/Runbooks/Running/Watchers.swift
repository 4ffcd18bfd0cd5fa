internal import Synchronization

/// Those who watch a run as it happens.
///
/// A class because watchers come and go from any task. Sending never waits; see ``UpdateBuffer``.
final class Watchers: Sendable {
  /// A watcher that is gone without a word has let go of its buffer.
  private struct Watcher {
    weak var buffer: UpdateBuffer?
  }

  private struct Storage {
    var next = 0
    var watchers: [Int: Watcher] = [:]
    var hasEnded = false
  }

  private let storage = Mutex(Storage())

  func subscribe(buffering limit: Int) -> AsyncStream<RunUpdate> {
    let buffer = UpdateBuffer(events: limit)
    let id = storage.withLock { storage -> Int? in
      guard !storage.hasEnded else { return nil }
      storage.next += 1
      storage.watchers[storage.next] = Watcher(buffer: buffer)
      return storage.next
    }
    guard let id else {
      buffer.finish()
      return buffer.updates()
    }
    return buffer.updates { [weak self] in self?.forget(id) }
  }

  private func forget(_ id: Int) {
    storage.withLock { _ = $0.watchers.removeValue(forKey: id) }
  }

  func send(_ update: RunUpdate) {
    for (id, watcher) in storage.withLock({ $0.watchers })
    where watcher.buffer?.add(update) != true { forget(id) }
  }

  /// Ends every stream.
  func finish() {
    let watchers = storage.withLock { storage in
      storage.hasEnded = true
      defer { storage.watchers = [:] }
      return Array(storage.watchers.values)
    }
    for watcher in watchers { watcher.buffer?.finish() }
  }
}
