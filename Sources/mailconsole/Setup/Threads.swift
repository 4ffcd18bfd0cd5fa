internal import CUnix
internal import Dispatch
internal import Glibc
internal import Synchronization

/// Threads for calls that wait in the kernel, which would hold up Swift's own.
enum Threads {
  private final class Body {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  /// Starts a thread, to which no signal is delivered that others send: they are the main thread's.
  ///
  /// - Returns: false when the machine has no room for one more; then nothing of the body was done.
  static func start(
    stack: Int = 512 * 1024,
    _ body: @escaping @Sendable () -> Void
  ) -> Bool {
    var thread = pthread_t()
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    pthread_attr_setstacksize(&attributes, stack)
    let box = Unmanaged.passRetained(Body(body))
    let status = pthread_create(
      &thread,
      &attributes,
      { pointer in
        guard let pointer else { return nil }
        cunix_block_signals()
        Unmanaged<Body>.fromOpaque(pointer).takeRetainedValue().run()
        return nil
      },
      box.toOpaque()
    )
    guard status == 0 else {
      box.release()
      return false
    }
    return true
  }

  /// Has something that waits done in a thread of its own; nil: there is no room for one.
  static func run<T: Sendable>(_ body: @escaping @Sendable () -> T) async -> T? {
    await withCheckedContinuation { continuation in
      if !start({ continuation.resume(returning: body()) }) { continuation.resume(returning: nil) }
    }
  }
}

/// Does something after a span of time, unless it is called off.
///
/// A class because it stands for a thread that sleeps: a timer of Swift's pool would go on waking
/// an idle console once a second (see ``WorkExecutor``). Where there is no room for a thread the
/// time is up at once.
final class Alarm: Sendable {
  private let bell = DispatchSemaphore(value: 0)
  private let rung = Mutex(false)

  init(after span: Duration, _ body: @escaping @Sendable () -> Void) {
    let nanoseconds = Int(
      clamping: span.components.seconds * 1_000_000_000
        + span.components.attoseconds / 1_000_000_000
    )
    let ring: @Sendable () -> Void = {
      self.rung.withLock { $0 = true }
      body()
    }
    let hasBegun = Threads.start {
      if self.bell.wait(timeout: .now() + .nanoseconds(nanoseconds)) == .timedOut { ring() }
    }
    if !hasBegun { ring() }
  }

  /// Whether the time was up before it was called off.
  var hasRung: Bool { rung.withLock { $0 } }

  /// From here on it does nothing, unless it has begun already.
  func cancel() { bell.signal() }
}
