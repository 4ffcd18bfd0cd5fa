internal import Glibc
internal import TestSupport

/// The console on a pseudo terminal of 80×24, watched byte by byte.
///
/// A class because it owns the terminal and the process on it.
final class ObservedConsole {
  /// What followed a key.
  struct Answer {
    let firstByte: Duration
    let bytes: Int
  }

  private let terminal: PseudoTerminal
  private var lastByteAt: ContinuousClock.Instant

  init(_ bench: Bench, _ arguments: [String] = [], state: String) throws {
    var environment = bench.environment(state: state)
    // The harness asks for traces of crashes; they would cost time at each start.
    environment["SWIFT_BACKTRACE"] = ""
    terminal = try PseudoTerminal(bench.program, arguments, environment: environment)
    lastByteAt = terminal.startedAt
  }

  /// The bytes it has written so far.
  var bytes: Int { terminal.output.count }

  /// How often its threads were woken up so far.
  var wakeUps: Int { terminal.wakeUps }

  /// Its resident memory in MB.
  var memory: Double {
    Double(ProcessFacts.kilobytes("VmRSS", of: terminal.process) ?? 0) / 1_024
  }

  func send(_ keys: String) { terminal.send(keys) }

  /// Types a key as a person does, who has seen the screen: one that comes within 100 ms of a screen that
  /// came by itself does nothing.
  func press(_ key: String) {
    settle(150)
    terminal.send(key)
  }

  /// Presses a key and reads until all texts are on the screen and nothing more comes.
  ///
  /// - Returns: The time from the key to the last byte.
  func press(_ key: String, until texts: [String]) throws -> Duration {
    press(key)
    let start = ContinuousClock.now
    try waitForFrame(texts)
    return lastByteAt - start
  }

  /// Reads once; whether anything came.
  @discardableResult
  func read(within milliseconds: Int32) -> Bool {
    guard terminal.read(within: milliseconds) else { return false }
    lastByteAt = .now
    return true
  }

  /// Reads until nothing came for a while.
  func settle(_ milliseconds: Int32 = 60) {
    while read(within: milliseconds) {}
  }

  /// Reads until all texts are on the screen and nothing more comes.
  ///
  /// - Returns: The time from exec to the last byte.
  @discardableResult
  func waitForFrame(_ texts: [String], within limit: Duration = .seconds(20)) throws -> Duration {
    let deadline = ContinuousClock.now + limit
    while true {
      settle()
      let screen = terminal.screen.text
      if texts.allSatisfy(screen.contains) { return lastByteAt - terminal.startedAt }
      guard ContinuousClock.now < deadline else {
        throw BenchFailure("waited \(limit) for \(texts) on this screen:\n\(screen)")
      }
    }
  }

  /// Reads until all texts are on the screen, whatever may follow.
  ///
  /// - Returns: The time from exec to the byte with which they were.
  func waitUntilShown(_ texts: [String], within limit: Duration = .seconds(20)) throws -> Duration {
    let deadline = ContinuousClock.now + limit
    while ContinuousClock.now < deadline {
      guard read(within: 1_000) else { continue }
      let screen = terminal.screen.text
      if texts.allSatisfy(screen.contains) { return lastByteAt - terminal.startedAt }
    }
    throw BenchFailure("waited \(limit) for \(texts) on this screen:\n\(terminal.screen.text)")
  }

  /// Reads until a text stands outside every form, as in the journal.
  ///
  /// - Returns: When its last byte was read.
  func waitForRow(
    _ text: String,
    within limit: Duration = .seconds(10)
  ) throws -> ContinuousClock.Instant {
    let deadline = ContinuousClock.now + limit
    while ContinuousClock.now < deadline {
      let screen = terminal.screen.text
      if screen.contains("note.added"), screen.contains(text), !screen.contains("A note about") {
        return lastByteAt
      }
      read(within: 100)
    }
    throw BenchFailure("waited \(limit) for \(text) on this screen:\n\(terminal.screen.text)")
  }

  /// Types something and reads what follows until it is quiet.
  func answer(to keys: String) throws -> Answer {
    settle()
    let before = bytes
    let start = ContinuousClock.now
    terminal.send(keys)
    guard read(within: 2_000) else { throw BenchFailure("nothing followed the key \(keys)") }
    let firstByte = lastByteAt - start
    settle()
    return Answer(firstByte: firstByte, bytes: bytes - before)
  }

  /// Leaves the console, so that what it recorded is whole.
  func leave() throws {
    press("q")
    _ = try terminal.waitForEnd()
  }
}
