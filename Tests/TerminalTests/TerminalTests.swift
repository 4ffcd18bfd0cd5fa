import Foundation
import TestSupport
import Testing

/// Terminals of every kind, and how the console leaves them.
@Suite("Kinds of terminals", .serialized)
struct TerminalKindTests {
  @Test("in the C locale no byte beyond ASCII is drawn", .timeLimit(.minutes(1)))
  func ascii() throws {
    let console = try ConsoleSession(environment: ["LANG": "C"])
    let tmux = console.tmux
    try console.openRunbooks()
    try tmux.press("/")
    try tmux.type("queue-triage")
    try tmux.press("Enter", "Enter")
    try tmux.wait(for: "Start it?")
    try tmux.press("Space", "Enter")
    try tmux.wait(for: "waits for your go: press a")
    for key in ["a", "Escape", "Enter", "Escape", "J", "Escape", "Q", "?", "Escape"] {
      try tmux.press(key)
      let screen = try tmux.screen()
      for row in screen { #expect(row.utf8.allSatisfy { $0 < 0x80 }, "after \(key): \(row)") }
    }
  }

  @Test(
    "a vt100 and NO_COLOR show every word",
    .timeLimit(.minutes(1)),
    arguments: [
      ["TERM": "vt100"], ["NO_COLOR": "1"], ["TERM": "xterm-mono"],
    ]
  )
  func plainTerminals(environment: [String: String]) throws {
    let console = try ConsoleSession(environment: environment)
    let tmux = console.tmux
    try console.openRunbooks()
    try tmux.press("/")
    try tmux.type("queue-triage")
    try tmux.press("Enter", "Enter")
    try tmux.wait(for: "Start it?")
    try tmux.press("Space", "Enter")
    let screen = try tmux.wait(for: "waits for your go: press a")
    #expect(screen[0].contains("TABLETOP"))
    #expect(screen.contains { $0.contains("your go") })
    #expect(try console.leave() == 0)
  }

  @Test(
    "a terminal that cannot be drawn on gets the plain summary and status 0",
    .timeLimit(.minutes(1))
  )
  func dumb() throws {
    // Everything is printed at once, and a screen of tmux keeps no more than its rows.
    let console = try ConsoleSession(rows: 120, environment: ["TERM": "dumb"])
    try console.tmux.wait(for: "world  tabletop")
    #expect(try console.tmux.waitForExit() == 0)
    try console.tmux.wait(for: "queue-triage")
  }

  @Test("without a terminal the plain summary is printed and nothing else", .timeLimit(.minutes(1)))
  func noTerminal() throws {
    let folder = try TemporaryFolder()
    let result = try ConsoleBinary(state: folder.path, variables: ["TERM": "xterm-256color"])
      .run("--as", "tomas")
    #expect(result.status == 0)
    #expect(result.errors == "")
    #expect(result.output.contains("you    tomas"))
    #expect(result.output.contains("queue-triage"))
    #expect(!result.output.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
  }

  @Test("an unknown terminal is drawn on all the same, and it is said", .timeLimit(.minutes(1)))
  func unknownTerminal() throws {
    let console = try ConsoleSession(environment: ["TERM": "no-such-terminal"])
    try console.waitForStatus()
    try console.tmux.wait(for: "TERM=no-such-terminal is unknown here")
    #expect(try console.leave() == 0)
  }

  @Test("q gives the terminal back as it was", .timeLimit(.minutes(1)))
  func restores() throws {
    let console = try ConsoleSession(
      shell: "echo before; stty -a >\"$MAILCONSOLE_STATE/before\"; '\(ConsoleSession.program)' "
        + "--as tomas; echo left with $?; stty -a >\"$MAILCONSOLE_STATE/after\"; echo end; cat"
    )
    let tmux = console.tmux
    try console.waitForStatus()
    #expect(!(try tmux.screen()).contains { $0.contains("before") })
    try tmux.press("q")
    let screen = try tmux.wait(for: "left with 0")
    // The alternate screen is gone: what stood there before is there again.
    #expect(screen.first == "before", "\(screen)")
    #expect(!screen.contains { $0.contains("never looked") })
    try tmux.wait(for: "end")
    let before = try String(contentsOfFile: console.state.path + "/before", encoding: .utf8)
    let after = try String(contentsOfFile: console.state.path + "/after", encoding: .utf8)
    #expect(before == after)
  }

  @Test(
    "ctrl-z is refused where no shell could continue the console, and that is said",
    .timeLimit(.minutes(1))
  )
  func noSuspend() throws {
    let console = try ConsoleSession()
    try console.waitForStatus()
    try console.tmux.press("C-z")
    try console.tmux.wait(for: "shell")
    #expect(try ProcessState.of(console.tmux.pid()) != "T")
    #expect(try console.leave() == 0)
  }

  @Test(
    "ctrl-z stops the console under a shell with jobs, and fg brings it back",
    .timeLimit(.minutes(1))
  )
  func suspend() throws {
    let folder = try TemporaryFolder()
    let tmux = try TmuxSession(
      columns: 80,
      rows: 24,
      environment: ["MAILCONSOLE_STATE": folder.path, "PS1": "ready$ "],
      arguments: ["/bin/bash", "--norc", "--noprofile", "-i"]
    )
    try tmux.wait(for: "ready$")
    try tmux.type("'\(ConsoleSession.program)' --as tomas")
    try tmux.press("Enter")
    try tmux.wait(for: "never looked")
    try tmux.press("C-z")
    try tmux.wait(for: "Stopped")
    try tmux.type("fg")
    try tmux.press("Enter")
    let screen = try tmux.wait(for: "never looked")
    let pointed = screen.first { $0.hasPrefix("▶") }
    try tmux.press("j")
    try tmux.wait("the pointer to move") { screen in
      screen.contains { $0.hasPrefix("▶") && $0 != pointed }
    }
    try tmux.press("q")
    try tmux.wait("the shell") { $0.last { !$0.isEmpty }?.hasPrefix("ready$") == true }
  }
}

/// What proc(5) says of a process.
enum ProcessState {
  /// The letter of its state, e.g. `T` for stopped.
  static func of(_ pid: Int32) throws -> String {
    let stat = try String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)
    return stat.split(separator: ")").last?.split(separator: " ").first.map(String.init) ?? ""
  }
}
