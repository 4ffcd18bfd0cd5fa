/// What shows frames and yields input.
///
/// `EventLoop` runs against this, so that the loop itself can be tested without
/// a terminal. A class, as it stands for the one device it owns.
public protocol Terminal: AnyObject {
  /// What this terminal can do, and how it is to be drawn on.
  var profile: TerminalProfile { get }

  var size: Size { get }

  /// Whether it takes output now; showing a frame could block when not.
  var isWritable: Bool { get }

  /// Shows a frame, sending only what changed.
  func present(_ frame: Frame)

  /// Waits for something to happen.
  ///
  /// - Parameters:
  ///   - timeout: Nil waits for ever.
  ///   - untilWritable: Whether room to write is worth waking up for.
  func wait(timeout: Duration?, untilWritable: Bool) -> TerminalWakeUp

  /// The next event of the keyboard, nil when nothing more can be read now.
  func nextInput() -> InputEvent?

  /// Whether something is there that `nextInput` would make an event of, or part of one.
  var isInputWaiting: Bool { get }

  /// The events signals brought since the last call.
  func takeSignals() -> [InputEvent]

  /// Whether the terminal no longer exists.
  var isLost: Bool { get }

  /// Does what the application asked for.
  func perform(_ request: TerminalRequest)
}

/// What ended a wait.
public struct TerminalWakeUp: OptionSet, Sendable {
  public let rawValue: Int32
  public init(rawValue: Int32) { self.rawValue = rawValue }

  public static let input = TerminalWakeUp(rawValue: 1 << 0)
  public static let woken = TerminalWakeUp(rawValue: 1 << 1)
  public static let hangUp = TerminalWakeUp(rawValue: 1 << 2)
  public static let writable = TerminalWakeUp(rawValue: 1 << 3)
}

/// What an application may ask of its terminal.
public enum TerminalRequest: Sendable {
  /// Sends the whole frame again (`ctrl-l`).
  case repaint
  case bell
  /// Stops the process until a shell continues it. Does nothing where nobody
  /// could: see `Suspension`.
  case suspend
  /// Gives the terminal to another program, runs the closure on the terminal
  /// thread, and takes the terminal back.
  case handOver(@Sendable () -> Void)
}
