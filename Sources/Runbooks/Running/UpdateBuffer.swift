internal import Synchronization

/// The updates on their way to one watcher: so many events, and so many bytes of output.
///
/// A class because one side fills it from any task and the other sleeps on it. Adding never waits.
/// A slow watcher loses the oldest: of events it sees a jump of the sequence number, of output one
/// of ``OutputPiece/offset``.
public final class UpdateBuffer: Sendable {
  /// The most bytes of output that wait for a watcher.
  public static let outputLimit = 2 << 20

  private struct Storage {
    var queue: LaneQueue<RunUpdate>
    var waiter: CheckedContinuation<RunUpdate?, Never>?
    var hasEnded = false
  }

  private let storage: Mutex<Storage>

  /// - Parameters:
  ///   - events: the most events that wait.
  ///   - output: the most bytes of output that wait.
  public init(events: Int, output: Int = outputLimit) {
    storage = Mutex(Storage(queue: LaneQueue(limits: [events, output])))
  }

  /// Adds an update; false: nobody will take it.
  @discardableResult
  public func add(_ update: RunUpdate) -> Bool {
    let (waiter, isOpen) = storage.withLock {
      storage -> (CheckedContinuation<RunUpdate?, Never>?, Bool) in
      guard !storage.hasEnded else { return (nil, false) }
      if let waiter = storage.waiter {
        storage.waiter = nil
        return (waiter, true)
      }
      switch update {
      case .output(let piece):
        _ = storage.queue.append(update, size: piece.bytes.count, to: 1)
      case .recorded, .stopped, .signing: _ = storage.queue.append(update, size: 1, to: 0)
      }
      return (nil, true)
    }
    waiter?.resume(returning: update)
    return isOpen
  }

  /// Nothing more comes; what waits is still taken.
  public func finish() {
    let waiter = storage.withLock { storage -> CheckedContinuation<RunUpdate?, Never>? in
      storage.hasEnded = true
      defer { storage.waiter = nil }
      return storage.waiter
    }
    waiter?.resume(returning: nil)
  }

  /// The updates for the one watcher; when it stops listening, `ended` is called.
  public func updates(ended: @escaping @Sendable () -> Void = {}) -> AsyncStream<RunUpdate> {
    AsyncStream {
      await self.next()
    } onCancel: {
      self.finish()
      ended()
    }
  }

  private func next() async -> RunUpdate? {
    await withCheckedContinuation { continuation in
      let now = storage.withLock { storage -> RunUpdate?? in
        if let update = storage.queue.popFirst() { return .some(update) }
        if storage.hasEnded { return .some(nil) }
        storage.waiter = continuation
        return nil
      }
      if let now { continuation.resume(returning: now) }
    }
  }
}
