import TestSupport
import Testing

@Suite("Kinds of terminals", .serialized, .timeLimit(.minutes(1)))
struct TerminalKindTests {
  @Test(
    "draw the console",
    arguments: [
      "xterm-256color", "screen-256color", "tmux-256color", "linux", "xterm-mono", "vt100",
    ]
  )
  func known(term: String) throws {
    let terminal = try ProbeTerminal.shown(environment: ["TERM": term])
    #expect(terminal.screen.text.contains("✓ item 0  ready"))
    #expect(terminal.screen.unknown == [])
    terminal.send("q")
    #expect(try terminal.waitForEnd() == .exited(0))
  }

  @Test("without a description fall back and say so")
  func fallback() throws {
    let terminal = try ProbeTerminal.shown(environment: ["TERM": "xterm-nobody-knows"])
    try terminal.waitForText("shown as xterm-256color")
  }

  @Test("without a cursor are refused with a reason", arguments: ["dumb", ""])
  func refused(term: String) throws {
    let terminal = try ProbeTerminal.start(environment: ["TERM": term])
    #expect(try terminal.waitForEnd() == .exited(64))
    #expect(terminal.screen.text.contains("plain commands"))
    #expect(terminal.areModesRestored)
    #expect(!terminal.output.contains(0x1B))
  }

  @Test("in the C locale get ASCII signs")
  func ascii() throws {
    let terminal = try ProbeTerminal.shown(environment: ["LC_ALL": "C"])
    #expect(terminal.screen.text.contains("> + item 0  ready"))
    #expect(terminal.output.allSatisfy { $0 < 0x80 })
  }

  @Test("with NO_COLOR set get no colour", arguments: [("1", false), ("", true)])
  func noColour(value: String, isColoured: Bool) throws {
    let terminal = try ProbeTerminal.shown(environment: ["NO_COLOR": value])
    #expect(terminal.output.contains(Array("\u{1B}[32m".utf8)) == isColoured)
  }
}
