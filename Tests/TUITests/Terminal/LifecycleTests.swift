import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// However the console ends, the shell gets its terminal back.
@Suite("A terminal is given back", .serialized, .timeLimit(.minutes(2)))
struct LifecycleTests {
  private static let leavesScreen = Array("\u{1B}[?1049l".utf8)
  private static let endsPaste = Array("\u{1B}[?2004l".utf8)

  private func expectRestored(_ terminal: PseudoTerminal) {
    #expect(terminal.areModesRestored)
    #expect(!terminal.screen.isAlternate)
    #expect(terminal.screen.isCursorVisible)
    #expect(terminal.output.contains(Self.leavesScreen))
    #expect(terminal.output.contains(Self.endsPaste))
  }

  @Test("after quitting, with code 0")
  func quit() throws {
    let terminal = try ProbeTerminal.shown()
    #expect(terminal.screen.isAlternate)
    #expect(!terminal.areModesRestored)
    terminal.send("q")
    #expect(try terminal.waitForEnd() == .exited(0))
    expectRestored(terminal)
  }

  @Test(
    "after a signal, with 128 and its number",
    arguments: [(SIGTERM, 143), (SIGINT, 130), (SIGQUIT, 131), (SIGHUP, 129)] as [(Int32, Int32)]
  )
  func signal(number: Int32, code: Int32) throws {
    let terminal = try ProbeTerminal.shown()
    terminal.signal(number)
    #expect(try terminal.waitForEnd() == .exited(code))
    expectRestored(terminal)
  }

  @Test(
    "after a crash, which is then reported",
    arguments: [("x", [SIGILL, SIGTRAP]), ("v", [SIGSEGV])] as [(String, [Int32])]
  )
  func crash(key: String, signals: [Int32]) throws {
    let terminal = try ProbeTerminal.shown()
    terminal.send(key)
    let ending = try terminal.waitForEnd()
    #expect(signals.map { .signalled($0) }.contains(ending))
    expectRestored(terminal)
    let resets = terminal.output.ranges(of: Self.leavesScreen)
    #expect(resets.count == 1, "a second reset would wipe out the message")
    if key == "x", let reset = resets.first {
      let after = String(decoding: terminal.output[reset.upperBound...], as: UTF8.self)
      #expect(after.contains("the probe was told to crash"))
    }
  }

  @Test("when it hangs up: the process ends with 129")
  func hangUp() throws {
    let terminal = try ProbeTerminal.shown()
    terminal.hangUp()
    #expect(try terminal.waitForEnd() == .exited(129))
  }

  @Test("when it hangs up and SIGHUP is ignored: the process ends with 129 all the same")
  func hangUpIgnored() throws {
    let terminal = try ProbeTerminal.start(shell: "trap '' HUP; exec \"$PROBE\" list")
    try terminal.waitForText("all keys")
    terminal.hangUp()
    #expect(try terminal.waitForEnd() == .exited(129))
  }

  @Test("after a signal, also when it takes no more output")
  func stalled() throws {
    let terminal = try ProbeTerminal.shown()
    terminal.setStalled(true)
    terminal.send("jjj")
    terminal.signal(SIGTERM)
    #expect(try terminal.waitForEnd() == .exited(143))
    expectRestored(terminal)
  }

  @Test("and shows the latest state once it takes output again")
  func stalledAndBack() throws {
    let terminal = try ProbeTerminal.shown()
    terminal.setStalled(true)
    terminal.send("!jj?")
    #expect(!terminal.read(within: 200), "nothing is written to a stalled terminal")
    terminal.setStalled(false)
    try terminal.waitForText("event 2: key ?")
  }

  @Test("and what libraries wrote to stderr comes after the screen is gone")
  func standardError() throws {
    let terminal = try ProbeTerminal.shown()
    terminal.send("e")
    try terminal.waitForText("key e")
    #expect(!terminal.screen.text.contains("from the library"))
    terminal.send("q")
    #expect(try terminal.waitForEnd() == .exited(0))
    #expect(terminal.screen.text.contains("from the library"))
  }

  @Test("on ctrl-z to a shell with job control, and taken back by fg")
  func suspend() throws {
    let terminal = try PseudoTerminal(
      "/bin/bash",
      ["--norc", "--noprofile", "-i"],
      environment: ["PS1": "prompt> ", "PROBE": ProbeTerminal.path]
    )
    try terminal.waitForText("prompt>")
    terminal.send("\"$PROBE\" list\r")
    try terminal.waitForText("all keys")
    terminal.send("\u{1A}")
    try terminal.wait(for: "the shell to say so") {
      !$0.screen.isAlternate && $0.screen.text.contains("Stopped")
    }
    terminal.resize(columns: 100, rows: 30)
    terminal.send("fg\r")
    try terminal.waitForText("100x30")
    terminal.send("q")
    try terminal.wait(for: "the shell again") { !$0.screen.isAlternate }
    terminal.send("exit\r")
    #expect(try terminal.waitForEnd() == .exited(0))
  }

  @Test("not on ctrl-z where nobody could continue it")
  func noSuspension() throws {
    let terminal = try ProbeTerminal.shown()
    terminal.send("\u{1A}")
    try terminal.waitForText("resize 80x24")
    #expect(terminal.state != "T")
    terminal.send("q")
    #expect(try terminal.waitForEnd() == .exited(0))
  }
}
