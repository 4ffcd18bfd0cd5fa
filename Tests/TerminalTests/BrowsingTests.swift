import TestSupport
import Testing

/// Looking around in a real terminal.
@Suite("Looking around in a terminal", .serialized)
struct BrowsingTests {
  @Test(
    "the queue opens by groups down to one message, and escape leads back",
    .timeLimit(.minutes(1)),
    arguments: [(80, 24), (160, 50)]
  )
  func queue(columns: Int, rows: Int) throws {
    let console = try ConsoleSession(columns: columns, rows: rows)
    let tmux = console.tmux
    try console.waitForStatus()
    try tmux.press("Q")
    try tmux.wait(for: "5000 messages")
    try tmux.press("Tab", "Tab")
    try tmux.wait(for: "alice@example.test")
    try tmux.press("Enter")
    try tmux.wait(for: "queue id")
    #expect(ConsoleSession.crumbs(try tmux.screen()).contains("sender alice@example.test"))
    try tmux.press("j", "Enter")
    try tmux.wait(for: "sender: alice@example.test")
    try tmux.press("Escape")
    try tmux.wait(for: "queue id")
    try tmux.press("Escape")
    try tmux.wait(for: "5000 messages")
    try tmux.press("Escape")
    try console.waitForStatus()
    #expect(try console.leave() == 0)
  }

  @Test(
    "the journal shows every event that show prints, and one event in full",
    .timeLimit(.minutes(1))
  )
  func journal() throws {
    let console = try ConsoleSession(rows: 50)
    let tmux = console.tmux
    try console.start("queue-triage")
    try tmux.wait(for: "waits for your go: press a")
    try console.go(to: "journal", by: "J")
    try tmux.press("g")
    // Reading steps go on by themselves meanwhile: both come to the same end.
    var recorded: [RecordedTimeline.Line] = []
    try tmux.wait("the events of the record") { screen in
      recorded = (try? console.timeline().lines) ?? []
      let shown = ConsoleSession.journalLines(screen)
      return !shown.isEmpty && shown.map(\.sequence) == recorded.map(\.sequence)
        && shown.map(\.type) == recorded.map(\.type)
    }
    try tmux.press("Enter")
    try tmux.wait(for: String(recorded[0].hash.prefix(12)))
    try tmux.press("Escape", "Escape", "Escape")
    try tmux.wait("the run among what waits") { screen in
      ConsoleSession.crumbs(screen).hasPrefix("status")
        && screen.contains { $0.contains("queue-triage") }
    }
  }

  @Test(
    "? lists the keys of the screen, scrolls, and any other key closes it",
    .timeLimit(.minutes(1))
  )
  func help() throws {
    let console = try ConsoleSession()
    let tmux = console.tmux
    try console.openRunbooks()
    try tmux.press("?")
    try tmux.wait(for: "Start the runbook")
    try tmux.press("G")
    try tmux.wait(for: "List the operations")
    try tmux.press("Escape")
    try tmux.wait("the help to close") { !$0.contains { $0.contains("List the operations") } }
    #expect(try tmux.exitStatus() == nil)
  }

  @Test(
    "a storm of resizes leaves the right picture and a console that answers",
    .timeLimit(.minutes(1))
  )
  func resizeStorm() throws {
    let console = try ConsoleSession()
    let tmux = console.tmux
    try console.start("queue-triage")
    try tmux.wait(for: "waits for your go: press a")
    for round in 0..<60 {
      try tmux.resize(columns: 20 + (round * 37) % 150, rows: 4 + (round * 13) % 50)
    }
    try tmux.resize(columns: 59, rows: 24)
    try tmux.wait(for: "need 60x16, have 59x24")
    try tmux.resize(columns: 80, rows: 24)
    let picture = try tmux.wait(for: "waits for your go: press a")
    #expect(picture.count >= 24)
    #expect(picture[0].contains("TABLETOP"))
    #expect(picture[23].contains("? all keys"))
    try tmux.press("a")
    try tmux.wait(for: ": go?")
  }

  @Test("10 kB pasted at a sign-off approve nothing and press nothing", .timeLimit(.minutes(1)))
  func pasteAtSignOff() throws {
    let console = try ConsoleSession()
    let tmux = console.tmux
    try console.start("ms-3")
    try console.act(on: "review", "Who signs off?")
    let text = String(repeating: "approve\r\n\t y q :q! \u{1B}[A", count: 500)
    try tmux.paste(text)
    try tmux.press("Enter")
    try tmux.paste(text)
    try tmux.press("Enter", "Enter")
    try tmux.paste(text)
    try tmux.press("Enter", "Enter", "Enter")
    try tmux.wait(for: "choose with space")
    let before = try console.timeline().lines
    #expect(
      !before.contains { $0.type.hasPrefix("approval.g") || $0.type.hasPrefix("approval.rej") }
    )
    try tmux.press("Escape")
    try tmux.wait(for: "Nothing was sent")
    #expect(try tmux.exitStatus() == nil)
    #expect(try console.timeline().lines == before)
  }
}
