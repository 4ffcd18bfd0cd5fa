public import Runbooks
internal import Synchronization

/// A clock that moves only when a test moves it; who sleeps wakes when its time has come.
///
/// A class because engine, conductor and test share it.
public final class SteppedClock: RunClock {
  public let bootID = "boot-0"
  private let state: Mutex<State>

  private struct Sleeper {
    let until: Int64
    let continuation: CheckedContinuation<Void, Never>
  }

  private struct State {
    var now: ClockReading
    var lastNumber = 0
    var sleepers: [Int: Sleeper] = [:]
  }

  public init(wall: Moment) {
    state = Mutex(State(now: ClockReading(wall: wall, monotonicNanoseconds: 0)))
  }

  public func read() -> ClockReading { state.withLock { $0.now } }

  public func sleep(for span: Duration) async {
    let number = state.withLock {
      $0.lastNumber += 1
      return $0.lastNumber
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isOver = state.withLock { state in
          guard !Task.isCancelled, span > .zero else { return true }
          let until = state.now.monotonicNanoseconds + span.wholeMilliseconds * 1_000_000
          state.sleepers[number] = Sleeper(until: until, continuation: continuation)
          return false
        }
        if isOver { continuation.resume() }
      }
    } onCancel: {
      state.withLock { $0.sleepers.removeValue(forKey: number) }?.continuation.resume()
    }
  }

  /// Moves both clocks forward and wakes whose time has come.
  public func advance(by span: Duration) {
    let due = state.withLock { state in
      let now = state.now
      state.now = ClockReading(
        wall: now.wall.advanced(by: span),
        monotonicNanoseconds: now.monotonicNanoseconds + span.wholeMilliseconds * 1_000_000
      )
      let due = state.sleepers.filter { $0.value.until <= state.now.monotonicNanoseconds }
      for number in due.keys { state.sleepers[number] = nil }
      return due.values.map(\.continuation)
    }
    for continuation in due { continuation.resume() }
  }

  /// How long those who sleep have left, in whole seconds, the next first.
  public var sleeping: [Int64] {
    state.withLock { state in
      state.sleepers.values.map { ($0.until - state.now.monotonicNanoseconds) / 1_000_000_000 }
        .sorted()
    }
  }

  /// Waits until somebody sleeps for so long yet.
  public func untilSomebodySleeps(for seconds: Int64) async {
    while !sleeping.contains(seconds), !Task.isCancelled { await Task.yield() }
  }
}
