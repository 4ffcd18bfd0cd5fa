internal import Glibc
internal import Synchronization

/// One reading of all the clocks the record needs.
public struct ClockReading: Sendable, Hashable {
  /// The wall clock; may jump.
  public let wall: Moment
  /// Nanoseconds since boot, time asleep included; never jumps, restarts with the machine.
  public let monotonicNanoseconds: Int64

  public init(wall: Moment, monotonicNanoseconds: Int64) {
    self.wall = wall
    self.monotonicNanoseconds = monotonicNanoseconds
  }
}

/// The time as the engine sees it; injected so that tests own it.
public protocol RunClock: Sendable {
  /// Which boot of the machine the monotonic clock counts from.
  var bootID: String { get }
  /// Reads the wall clock and the monotonic clock together.
  func read() -> ClockReading
  /// Returns after that span of monotonic time, or early when the task is cancelled.
  func sleep(for span: Duration) async
}

/// The clocks of this machine.
public struct SystemRunClock: RunClock {
  public let bootID: String

  /// The boot this process runs in.
  public static let currentBoot =
    SystemFiles.firstLine(of: "/proc/sys/kernel/random/boot_id") ?? "unknown"

  public init() { bootID = Self.currentBoot }

  public func read() -> ClockReading {
    ClockReading(
      wall: Moment(milliseconds: Self.nanoseconds(of: CLOCK_REALTIME) / 1_000_000),
      // BOOTTIME, not MONOTONIC: a laptop that slept did spend the time.
      monotonicNanoseconds: Self.nanoseconds(of: CLOCK_BOOTTIME)
    )
  }

  public func sleep(for span: Duration) async {
    // Cancellation means "look again now", which is what the caller does.
    await Timetable.shared.sleep(for: span)
  }

  private static func nanoseconds(of clock: clockid_t) -> Int64 {
    var time = timespec()
    let status = clock_gettime(clock, &time)
    precondition(status == 0, "clock_gettime does not fail for a clock the kernel has")
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}

/// A clock that moves only when told to.
///
/// A class because the engine and the test share one and the same clock. A
/// sleeper does not wait: sleeping moves the clock, so that nothing in a test
/// depends on real time.
public final class ManualRunClock: RunClock {
  public let bootID: String
  private let now: Mutex<ClockReading>

  public init(wall: Moment, bootID: String = "boot-0") {
    self.bootID = bootID
    self.now = Mutex(ClockReading(wall: wall, monotonicNanoseconds: 0))
  }

  public func read() -> ClockReading { now.withLock { $0 } }

  public func sleep(for span: Duration) async { advance(by: span) }

  /// Moves both clocks forward.
  public func advance(by span: Duration) {
    now.withLock {
      $0 = ClockReading(
        wall: $0.wall.advanced(by: span),
        monotonicNanoseconds: $0.monotonicNanoseconds + span.wholeMilliseconds * 1_000_000
      )
    }
  }

  /// Sets the wall clock alone, as NTP or a person does.
  public func jump(to wall: Moment) {
    now.withLock {
      $0 = ClockReading(wall: wall, monotonicNanoseconds: $0.monotonicNanoseconds)
    }
  }
}
