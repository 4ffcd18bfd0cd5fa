import Foundation
import Glibc
import TestSupport
import Testing

/// An exercise as people play it: a facilitator and two players, each at a terminal of their own.
@Suite("An exercise at three terminals") struct ExerciseTableTests {
  /// What only the facilitator may see before it happens.
  private static let secrets = [
    "newsletter test", "Lars", "wants the queue deleted", "Power is back", "letter to slowmail",
    "template", "Template",
  ]

  @Test(
    "is played by keys alone; nobody sees what is to come, and who was cut off comes back",
    .timeLimit(.minutes(3))
  )
  func table() throws {
    let state = try TemporaryFolder()
    let lead = try ConsoleSession(
      columns: 120,
      rows: 40,
      state: state,
      ["exercise", "template", "--as", "quinn"]
    )
    try lead.tmux.wait(for: "B begins it")
    var tomas = try ConsoleSession(state: state, ["exercise", "join", "--as", "tomas"])
    let marek = try ConsoleSession(
      columns: 100,
      rows: 30,
      state: state,
      ["exercise", "join", "--as", "marek"]
    )
    try tomas.waitForStatus()
    try marek.waitForStatus()
    try lead.tmux.press("B")
    try lead.tmux.wait(for: "Begin “")
    try lead.tmux.press("Tab", "Enter")
    try lead.tmux.wait(for: "It has begun.")

    // Wherever a player looks, nothing of what is to come is there.
    for key in ["R", "X", "M", "S", "Q", "Escape"] {
      try tomas.tmux.press(key)
      let screen = try tomas.tmux.screen().joined(separator: "\n")
      for secret in Self.secrets { #expect(!screen.contains(secret), "\(key): \(screen)") }
    }
    try jump(lead)
    try jump(lead)
    try tomas.tmux.wait(for: "M reads it: alert")
    #expect(try !marek.tmux.screen().joined().contains("QueueDepth"))

    // A look at the checks, then the runbook that is reached for.
    for _ in 0..<3 where !ConsoleSession.crumbs(try tomas.tmux.screen()).hasSuffix("status") {
      try tomas.tmux.press("Escape")
    }
    try tomas.tmux.press("r")
    try tomas.tmux.wait(for: "checked ")
    try tomas.start("queue-triage")
    try lead.tmux.wait(for: "queue-triage")
    try jump(lead)
    try marek.tmux.wait(for: "M reads it: call")

    // The terminal is lost, and found again.
    #expect(kill(try tomas.tmux.pid(), SIGHUP) == 0)
    _ = try tomas.tmux.waitForExit()
    tomas = try ConsoleSession(state: state, ["exercise", "join", "--as", "tomas"])
    try tomas.waitForStatus()
    try tomas.go(to: "messages", by: "M")
    try tomas.tmux.wait(for: "newsletter test")
    try tomas.tmux.press("a")
    try tomas.tmux.wait(for: "Your answer")
    try tomas.tmux.type("It waits for slowmail.test, which is down: it stays.")
    try tomas.tmux.press("Enter")
    try tomas.tmux.wait(for: "is sent")
    try lead.tmux.wait("the answer to be seen") {
      $0.contains { $0.contains("Lars gets a reason") && $0.contains("✓") }
    }

    try lead.tmux.press("e")
    try lead.tmux.wait(for: "End the exercise?")
    try lead.tmux.press("Tab", "Enter")
    try lead.tmux.wait(for: "It is over")
    #expect(try lead.console.run("verify", "--all").status == 0)
  }

  /// The clock jumps to the next inject.
  private func jump(_ lead: ConsoleSession) throws {
    try lead.tmux.press("J")
    try lead.tmux.wait(for: "Jump to ")
    try lead.tmux.press("Tab", "Enter")
    try lead.tmux.wait("the jump") { !$0.contains { $0.contains("Jump to ") } }
  }
}
