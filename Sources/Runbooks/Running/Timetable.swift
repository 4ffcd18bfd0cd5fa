internal import CUnix
internal import Foundation
internal import Synchronization

/// Wakes tasks that sleep, by one timer and one thread of this program's own.
///
/// `Task.sleep` has libdispatch keep the time, which from then on watches its pool with a timer of one second
/// for as long as the process lives; whoever waits for a person must not wake up. The time that the machine
/// is asleep counts.
///
/// A class because it stands for the timer and the thread.
public final class Timetable: Sendable {
  /// The one of this process.
  public static let shared = Timetable()

  private struct Sleeper {
    let id: UInt64
    let due: ContinuousClock.Instant
    let continuation: CheckedContinuation<Void, Never>
  }

  private struct Storage {
    /// The latest first.
    var sleepers: [Sleeper] = []
    var lastID: UInt64 = 0
  }

  /// -1: the process may open no more files, and Swift keeps the time.
  private let timer = cunix_timer()
  private let storage = Mutex(Storage())

  private init() {
    guard timer >= 0 else { return }
    Thread.detachNewThread {
      cunix_block_signals()
      while true {
        cunix_timer_wait(self.timer)
        for sleeper in self.takeDue() { sleeper.continuation.resume() }
      }
    }
  }

  /// Returns after that span of time, or early when the task is cancelled.
  public func sleep(for span: Duration) async {
    guard timer >= 0 else {
      try? await Task.sleep(for: span, clock: .continuous)
      return
    }
    guard span > .zero else { return }
    let id = storage.withLock { storage in
      storage.lastID += 1
      return storage.lastID
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { add(Sleeper(id: id, due: .now + span, continuation: $0)) }
    } onCancel: {
      wake(id)
    }
  }

  private func add(_ sleeper: Sleeper) {
    storage.withLock { storage in
      // Of two at the same time the one that came first is nearer to the end.
      let place =
        storage.sleepers.firstIndex { $0.due <= sleeper.due } ?? storage.sleepers.count
      storage.sleepers.insert(sleeper, at: place)
      if place == storage.sleepers.count - 1 { set(sleeper.due) }
    }
    // The call to wake up may have come before there was anybody to wake.
    if Task.isCancelled { wake(sleeper.id) }
  }

  private func wake(_ id: UInt64) {
    let sleeper = storage.withLock { storage -> Sleeper? in
      guard let place = storage.sleepers.firstIndex(where: { $0.id == id }) else { return nil }
      let sleeper = storage.sleepers.remove(at: place)
      // Else the timer would ring for nobody.
      if place == storage.sleepers.count { setNext(storage.sleepers) }
      return sleeper
    }
    sleeper?.continuation.resume()
  }

  private func takeDue() -> [Sleeper] {
    storage.withLock { storage in
      var due: [Sleeper] = []
      let now = ContinuousClock.now
      while let next = storage.sleepers.last, next.due <= now {
        due.append(storage.sleepers.removeLast())
      }
      setNext(storage.sleepers)
      return due
    }
  }

  private func setNext(_ sleepers: [Sleeper]) {
    if let next = sleepers.last { set(next.due) } else { cunix_timer_set(timer, 0) }
  }

  private func set(_ due: ContinuousClock.Instant) {
    let span = (due - .now).components
    // A day at a time: what is later than that is looked at again then.
    let nanoseconds = min(span.seconds, 86_400) * 1_000_000_000 + span.attoseconds / 1_000_000_000
    cunix_timer_set(timer, max(1, nanoseconds))
  }
}
