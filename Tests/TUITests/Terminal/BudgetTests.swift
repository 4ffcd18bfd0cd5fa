import TestSupport
import Testing

/// What the terminal costs.
///
/// Bytes and wake-ups are exact; times are printed and judged by people, as
/// machines differ.
@Suite("Budgets of the terminal", .serialized, .timeLimit(.minutes(1)))
struct BudgetTests {
  @Test("nothing wakes an idle console")
  func idle() throws {
    let terminal = try ProbeTerminal.shown()
    var before = -1
    try terminal.wait(for: "the start to settle") { terminal in
      defer { before = terminal.wakeUps }
      return !terminal.read(within: 100) && terminal.wakeUps == before
    }
    before = terminal.wakeUps
    #expect(!terminal.read(within: 1000), "an idle console writes nothing")
    #expect(terminal.wakeUps == before)
  }

  @Test("the first frame takes at most 2000 bytes")
  func firstFrame() throws {
    let terminal = try ProbeTerminal.shown()
    let time = ContinuousClock.now - terminal.startedAt
    print("first frame: \(terminal.output.count) bytes, \(time) after exec")
    #expect(terminal.output.count <= 2000)
  }

  @Test("a keystroke takes at most 300 bytes")
  func keystroke() throws {
    let terminal = try ProbeTerminal.shown()
    let start = ContinuousClock.now
    terminal.send("j")
    terminal.read(within: 5000)
    let time = ContinuousClock.now - start
    let bytes = try terminal.bytes { terminal.send("j") }.count
    print("keystroke: \(bytes) bytes, the first after \(time)")
    #expect(bytes <= 300)
  }

  @Test("an appended line takes at most 150 bytes")
  func appendedLine() throws {
    let terminal = try ProbeTerminal.shown("log")
    let bytes = try terminal.bytes { terminal.send("a") }.count
    print("appended line: \(bytes) bytes")
    #expect(bytes <= 150)
  }

  @Test("a flood of output shows at most twenty frames a second, and its end")
  func flood() throws {
    let terminal = try ProbeTerminal.shown("log")
    terminal.send("w")
    try terminal.waitForText("flood over after")
    let line = terminal.screen.lines.first { $0.contains("flood over after") } ?? ""
    let frames = line.split(separator: " ").compactMap { Int($0) }.first ?? .max
    print("flood of half a second: \(frames) frames")
    #expect(frames <= 14)
  }

  @Test("many keys in one go are one frame")
  func burst() throws {
    let terminal = try ProbeTerminal.shown()
    let bytes = try terminal.bytes { terminal.send(String(repeating: "j", count: 200)) }.count
    print("200 keys: \(bytes) bytes")
    #expect(terminal.screen.text.contains("▶ ✓ item 199"))
  }
}
