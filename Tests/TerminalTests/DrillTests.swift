import TestSupport
import Testing

/// Whole runs in a real terminal, by keys alone.
@Suite("Runs in a terminal", .serialized)
struct DrillTests {
  @Test(
    "the queue triage goes from the first screen to completed, deleting after sign-off",
    .timeLimit(.minutes(1)),
    arguments: [(80, 24), (160, 50)]
  )
  func queueTriage(columns: Int, rows: Int) throws {
    let console = try ConsoleSession(columns: columns, rows: rows)
    try console.start("queue-triage")
    try console.go("hold-sender")
    try console.act(on: "lock-account", "Is it done?")
    try console.fill("password disabled, EX-1", "locked in the user list")
    try console.choose(1)
    try console.act(on: "decide-held", "fate")
    try console.choose(2)
    try console.signOff(
      "approve-delete",
      as: "sofia",
      "Read ten of them: phishing.",
      typing: "alice@example.test"
    )
    try console.act(on: "delete-held", "Type delete-held to go on")
    try console.tmux.type("delete-held")
    try console.tmux.press("Tab", "Enter")
    try console.act(on: "decide-flush", "now: one flush")
    try console.choose(1)
    try console.go("flush")
    try console.signOff("sign-off", as: "marek", "Queue read by hand as well.")
    try console.tmux.wait(for: "The run is over: completed")

    let timeline = try console.timeline()
    #expect(timeline.lines.last?.type == "run.ended")
    #expect(timeline.types(of: "delete-held").last == "step.ended")
    #expect(timeline.lines.contains { $0.step == "approve-delete" && $0.text.contains("sofia") })
    try console.verify()

    #expect(try console.leave() == 0)
  }

  @Test(
    "a triage that has held mail is rolled back, seen step by step, and ends as aborted",
    .timeLimit(.minutes(1)),
    arguments: [(80, 24), (160, 50)]
  )
  func rollBack(columns: Int, rows: Int) throws {
    let console = try ConsoleSession(columns: columns, rows: rows)
    try console.start("queue-triage")
    try console.go("hold-sender")
    try console.tmux.wait("the task") { $0.contains { $0.contains("it is for E2 (marek)") } }
    try console.tmux.press(":")
    try console.tmux.type("rollback")
    try console.tmux.press("Enter")
    try console.tmux.wait(for: "1. hold-sender")
    try console.choose(1)
    try console.fill("it is her own mail")
    try console.tmux.wait(for: "The run is over: aborted")
    try console.tmux.wait(for: "undone")

    let timeline = try console.timeline()
    #expect(
      timeline.types(of: "hold-sender").suffix(2) == [
        "compensation.started", "compensation.ended",
      ]
    )
    #expect(timeline.lines.last?.text.contains("1 of 1 undone") == true)
    try console.verify()
    #expect(try console.leave() == 0)
  }

  @Test(
    "MS-3 goes from the first screen to completed",
    .timeLimit(.minutes(1)),
    arguments: [(80, 24), (160, 50)]
  )
  func wave2(columns: Int, rows: Int) throws {
    let console = try ConsoleSession(columns: columns, rows: rows)
    try console.start("ms-3")
    try console.signOff("review", as: "sofia", "Read the difference.")
    try console.go("apply")
    try console.go("replace-pod")
    try console.signOff("sign-off", as: "erin", "Ports and queue seen.")
    try console.tmux.wait(for: "The run is over: completed")
    try console.verify()
    #expect(try console.leave() == 0)
  }

  @Test(
    "the node drain goes from the first screen to completed",
    .timeLimit(.minutes(1)),
    arguments: [(80, 24), (160, 50)]
  )
  func nodeDrain(columns: Int, rows: Int) throws {
    let console = try ConsoleSession(columns: columns, rows: rows)
    try console.start("node-drain")
    try NodeDrain.walkToDrain(console, approvedBy: "erin")
    try console.go("drain")
    try NodeDrain.bringBack(console, signedBy: "marek")
    try console.verify()
    #expect(try console.leave() == 0)
  }

  @Test("a rejected sign-off sends the reason and ends the run as aborted", .timeLimit(.minutes(1)))
  func rejection() throws {
    let console = try ConsoleSession()
    try console.start("ms-3")
    try console.act(on: "review", "Who signs off?")
    try console.fill("", "The map lost a domain.")
    try console.choose(2)
    try console.tmux.wait(for: "The run is over: aborted")
    let lines = try console.timeline().lines
    #expect(
      lines.contains {
        $0.type == "approval.rejected" && $0.text.contains("The map lost a domain.")
      }
    )
    #expect(!lines.contains { $0.type == "step.started" && $0.step == "apply" })
    try console.verify()
  }

  @Test("leaving and coming back goes on where the run was", .timeLimit(.minutes(1)))
  func comesBack() throws {
    let console = try ConsoleSession()
    try console.start("queue-triage")
    try console.tmux.wait(for: "waits for your go: press a")
    // Beside what waits another branch goes on.
    try console.tmux.wait(for: "! ")
    #expect(try console.leave() == 0)
    let again = try ConsoleSession(state: console.state)
    try again.openRunbooks()
    try again.tmux.press("/")
    try again.tmux.type("queue")
    try again.tmux.press("Enter")
    try again.tmux.wait(for: "enter goes on with")
    try again.tmux.press("Enter")
    try again.go("hold-sender")
    try again.tmux.wait(for: "it is for E2 (marek)")
    #expect(try again.leave() == 0)
    try again.verify()
  }
}
