import TestSupport
import Testing

@Suite("A real terminal's input", .serialized, .timeLimit(.minutes(1)))
struct TerminalInputTests {
  @Test("a paste is one event and never a burst of commands")
  func paste() throws {
    let terminal = try ProbeTerminal.shown()
    terminal.send("\u{1B}[200~q quit\rq\u{1B}[201~")
    try terminal.waitForText("event 1: paste q quit")
    terminal.send("q")
    #expect(try terminal.waitForEnd() == .exited(0))
  }

  @Test(
    "keys are told apart",
    arguments: [
      ("\u{1B}", "esc"), ("\u{1B}OA", "up"), ("\u{1B}[A", "up"), ("\r", "enter"),
      ("\u{1B}[Z", "shift-tab"), ("\u{1B}OP", "f1"), ("\u{1B}[24~", "f12"), ("日", "日"),
      ("\u{1B}x", "alt-x"), ("\u{1B}[1;5C", "unknown"), ("\u{3}", "ctrl-c"),
      ("\u{1B}[3~", "del"), ("\u{7F}", "backspace"),
    ]
  )
  func keys(sequence: String, name: String) throws {
    let terminal = try ProbeTerminal.shown()
    terminal.send(sequence)
    if name == "up" {
      // The list takes it for a motion, which counts as no event.
      terminal.send("!")
      try terminal.waitForText("event 1: key !")
    } else {
      try terminal.waitForText("event 1: key \(name)")
    }
  }

  @Test("a new size is drawn at once, even with LINES and COLUMNS exported")
  func resize() throws {
    let terminal = try ProbeTerminal.shown(environment: ["LINES": "24", "COLUMNS": "80"])
    terminal.resize(columns: 100, rows: 30)
    try terminal.waitForText("100x30")
    terminal.resize(columns: 40, rows: 10)
    try terminal.waitForText("need 60x16")
    terminal.resize(columns: 80, rows: 24)
    try terminal.waitForText("resize 80x24")
  }
}
