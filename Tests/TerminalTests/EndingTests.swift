import Foundation
import TestSupport
import Testing

/// Consoles that are ended from outside, and the runs they leave behind.
@Suite("Ends from outside", .serialized)
struct EndingTests {
  @Test(
    "a signal ends the console in good order and the run can be gone on with",
    .timeLimit(.minutes(1)),
    arguments: [(SIGTERM, 143), (SIGHUP, 129)]
  )
  func signal(number: Int32, status: Int) throws {
    let console = try ConsoleSession()
    try console.start("queue-triage")
    try console.tmux.wait(for: "waits for your go: press a")
    kill(try console.tmux.pid(), number)
    #expect(try console.tmux.waitForExit() == status)
    try console.verify()
    let lines = try console.timeline().lines
    // What was under way when the driver went ends after that, and nothing else does.
    let detached = try #require(lines.lastIndex { $0.type == "driver.detached" })
    #expect(lines[(detached + 1)...].allSatisfy { $0.type == "step.ended" })

    let again = try ConsoleSession(
      state: console.state,
      ["attach", try console.run(), "--as", "tomas"]
    )
    try again.go("hold-sender")
    try again.tmux.wait(for: "it is for E2 (marek)")
    #expect(try again.leave() == 0)
    try again.verify()
  }

  @Test(
    "a terminal that goes away ends the console, and the run is let go",
    .timeLimit(.minutes(1))
  )
  func lostTerminal() throws {
    let state = try TemporaryFolder()
    var console: ConsoleSession? = try ConsoleSession(state: state)
    try console?.start("queue-triage")
    try console?.tmux.wait(for: "waits for your go: press a")
    let pid = try #require(try console?.tmux.pid())
    console = nil
    try Waiting.until("the console to end") { kill(pid, 0) != 0 }
    let binary = ConsoleBinary(state: state.path)
    #expect(try binary.run("verify", "--all").status == 0)
    let runs = try binary.run("runs").output
    #expect(runs.contains("queue-triage-"))
    #expect(!runs.contains("driven by"))
  }

  @Test(
    "after kill -9 at a random moment all that was shown is recorded and the run is finished",
    .timeLimit(.minutes(1)),
    arguments: 0..<6
  )
  func killed(round: Int) throws {
    var generator = SeededGenerator(seed: UInt64(round))
    let console = try ConsoleSession(rows: 60)
    let tmux = console.tmux
    try console.start("queue-triage")
    // So many goes and answers before the end; the last one is given blindly.
    let acts: [() throws -> Void] = [
      { try console.go("hold-sender") },
      {
        try console.act(on: "lock-account", "Is it done?")
        try console.fill("disabled", "locked")
        try console.choose(1)
      },
      {
        try console.act(on: "decide-held", "fate")
        try console.choose(2)
      },
    ]
    let count = round % 4
    for act in acts.prefix(count) { try act() }
    try tmux.wait("what is offered") { screen in
      screen.contains {
        $0.contains(": press a") || $0.contains("it is for") || $0.contains("here with a")
      }
    }
    try console.go(to: "journal", by: "J")
    try tmux.press("G")
    // A picture may be caught half drawn: what is on it was shown all the same.
    let shown = ConsoleSession.journalLines(
      try tmux.wait("the journal") { ConsoleSession.journalLines($0).count > 3 }
    )
    let pid = try tmux.pid()
    if count == 0 {
      // In the middle of a change: the go, then death after up to 200 ms.
      try tmux.press("Escape", "a", "Tab", "Enter")
      try Waiting.pass(microseconds: UInt32.random(in: 0..<200_000, using: &generator))
    }
    kill(pid, SIGKILL)
    _ = try tmux.waitForExit()

    try console.verify()
    let recorded = try console.timeline().lines
    for line in shown {
      #expect(
        recorded.contains { $0.sequence == line.sequence && $0.type == line.type },
        "event \(line.sequence) \(line.type) was shown and is not recorded"
      )
    }
    let answers = console.console.root + "/sites/tabletop/answers/queue-triage.yaml"
    let finished = try console.console.run("attach", try console.run(), "--answers", answers)
    #expect(finished.status == 0, "\(finished.output)\(finished.errors)")
    let after = try console.timeline().lines
    #expect(Array(after.prefix(recorded.count)) == recorded)
    #expect(after.last?.type == "run.ended")
    try console.verify()
  }

  @Test("after kill -9 the console itself finishes the run", .timeLimit(.minutes(1)))
  func killedAndResumed() throws {
    let console = try ConsoleSession()
    try console.start("ms-3")
    try console.signOff("review", as: "sofia", "Read the difference.")
    try console.act(on: "apply", ": go?")
    try console.tmux.press("Tab", "Enter")
    kill(try console.tmux.pid(), SIGKILL)
    _ = try console.tmux.waitForExit()
    try console.verify()

    let again = try ConsoleSession(
      state: console.state,
      ["attach", try console.run(), "--as", "tomas"]
    )
    // The go may have been recorded or not, and the change begun or not.
    let screen = try again.tmux.wait("what is offered") { screen in
      screen.contains { $0.contains("press a") || $0.contains("it is for E2") }
    }
    if screen.contains(where: { $0.contains(" apply ") && $0.hasPrefix("─") }) {
      if screen.contains(where: { $0.contains("waits for a go") || $0.contains("your go") }) {
        try again.go("apply")
      } else {
        try again.tmux.press("a")
        try again.tmux.wait(for: "outcome unknown")
        try again.choose(1)
        try again.fill("looked, nothing was applied")
      }
    }
    try again.go("replace-pod")
    try again.signOff("sign-off", as: "erin", "Seen.")
    try again.tmux.wait(for: "The run is over: completed")
    try again.verify()
  }
}
