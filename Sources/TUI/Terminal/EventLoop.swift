#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// What runs in a terminal: an actor that lives on the terminal's thread.
///
///     actor Console: TerminalApplication {
///       let executor: TerminalExecutor
///       nonisolated var unownedExecutor: UnownedSerialExecutor {
///         executor.asUnownedSerialExecutor()
///       }
///     }
public protocol TerminalApplication: Actor {
  /// Draws what is to be seen now on a blank frame of the terminal's size.
  func render(on frame: inout Frame)

  /// What `render` drew last is on its way to the terminal.
  ///
  /// - Parameter isInputWaiting: Whether something had been typed by then, without having seen it.
  func shown(isInputWaiting: Bool)

  /// Takes one event in. Everything the loop has is handed over before the next
  /// frame.
  func handle(_ event: InputEvent)

  /// When `deadlineReached` is due; nil when nothing is.
  var nextDeadline: ContinuousClock.Instant? { get }

  /// The deadline passed. Must move it, else the loop calls again at once.
  func deadlineReached()

  /// Ends the loop once it is not nil.
  var exitCode: Int32? { get }

  /// What the terminal should do, once: the next call returns the next request.
  func takeRequest() -> TerminalRequest?
}

extension TerminalApplication {
  public var nextDeadline: ContinuousClock.Instant? { nil }
  public func deadlineReached() {}
  public func shown(isInputWaiting: Bool) {}
  public func takeRequest() -> TerminalRequest? { nil }
}

/// Waits, hands events over, shows frames: on one thread, with no wake-up while
/// nothing happens.
public struct EventLoop {
  /// The exit code of a process whose terminal went away: 128 + SIGHUP, also
  /// when that signal was ignored.
  public static let hangUpCode: Int32 = 129

  private let terminal: any Terminal
  private let executor: TerminalExecutor
  private var pacer = FramePacer()

  /// - Parameter executor: Made on this thread; the application's own.
  public init(terminal: any Terminal, executor: TerminalExecutor) {
    self.terminal = terminal
    self.executor = executor
  }

  /// Runs until the application has an exit code or the terminal is gone.
  ///
  /// - Returns: The exit code for the process.
  public mutating func run(_ application: some TerminalApplication) -> Int32 {
    var isStale = true  // something happened since the last frame
    var isUrgent = true  // and a person waits for its effect
    var emptyReads = 0
    while true {
      if let code = application.assumeIsolated({ $0.exitCode }) { return code }
      while let request = application.assumeIsolated({ $0.takeRequest() }) {
        terminal.perform(request)
        isStale = true
        // The size may have changed while others had the terminal.
        let size = terminal.size
        application.assumeIsolated { $0.handle(.resize(size)) }
      }

      var frameDue: ContinuousClock.Instant?
      // One frame in flight: while a slow link has room for none, events only
      // change what the next one will show.
      let isBlocked = isStale && !terminal.isWritable
      if isStale, !isBlocked {
        frameDue = pacer.nextFrame(isUrgent: isUrgent, now: .now)
        if frameDue == nil {
          show(application)
          isStale = false
          isUrgent = false
        }
      }

      let deadline = application.assumeIsolated { $0.nextDeadline }
      let wakeUp = terminal.wait(
        timeout: Self.timeout(until: Self.earlier(frameDue, deadline)),
        untilWritable: isBlocked
      )

      for event in terminal.takeSignals() {
        application.assumeIsolated { $0.handle(event) }
        if event == .hangUp { return Self.hangUpCode }
        isStale = true
        isUrgent = true
      }
      // A flood of jobs must not keep the keyboard waiting.
      if executor.drain(until: .now + FramePacer.interval) { isStale = true }
      if let deadline, ContinuousClock.now >= deadline {
        application.assumeIsolated { $0.deadlineReached() }
        isStale = true
      }

      // Not after a mere wake-up: there is nothing to read then. After a
      // time-out there may be the rest of a paste.
      let mayHaveInput = wakeUp.isEmpty || !wakeUp.isDisjoint(with: [.input, .hangUp])
      var hasInput = false
      while mayHaveInput, let event = terminal.nextInput() {
        application.assumeIsolated { $0.handle(event) }
        hasInput = true
      }
      if hasInput {
        isStale = true
        isUrgent = true
        emptyReads = 0
      } else if wakeUp.contains(.input) {
        emptyReads += 1
      }
      if !hasInput, isLost(wakeUp, emptyReads: emptyReads) {
        application.assumeIsolated { $0.handle(.hangUp) }
        return Self.hangUpCode
      }
    }
  }

  private func show(_ application: some TerminalApplication) {
    let blank = Frame(size: terminal.size, glyphs: terminal.profile.glyphs)
    let frame = application.assumeIsolated { application in
      var frame = blank
      application.render(on: &frame)
      return frame
    }
    // Asked before: what comes after may be an answer to the picture.
    let isInputWaiting = terminal.isInputWaiting
    terminal.present(frame)
    application.assumeIsolated { $0.shown(isInputWaiting: isInputWaiting) }
  }

  /// The kernel may say so at once.
  ///
  /// If not, a terminal that is readable for ever and never yields a key is
  /// gone all the same: reading fails with EIO, and a loop that goes on would
  /// burn a processor.
  private func isLost(_ wakeUp: TerminalWakeUp, emptyReads: Int) -> Bool {
    if wakeUp.contains(.hangUp) { return true }
    if emptyReads == 0 { return false }
    return terminal.isLost || emptyReads > 100
  }

  private static func earlier(
    _ one: ContinuousClock.Instant?,
    _ other: ContinuousClock.Instant?
  ) -> ContinuousClock.Instant? {
    guard let one, let other else { return one ?? other }
    return min(one, other)
  }

  private static func timeout(until instant: ContinuousClock.Instant?) -> Duration? {
    instant.map { max(.zero, $0 - .now) }
  }
}
