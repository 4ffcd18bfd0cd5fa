import Foundation
import TestSupport
import Testing

/// The first screen in a real terminal.
@Suite("The status screen in a terminal", .serialized)
struct StatusTests {
  /// A check that fails on the bundled site, and the runbook it fills an input of.
  private func library() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write(
      """
      apiVersion: mailconsole/v1
      kind: Check
      id: sender
      title: No account sends what looks like spam
      group: queue
      check: postfix.queue
      pass: result.compromised_count == 0
      remedy: Hold the messages of that sender.
      runbook: lock-out
      inputs: {sender: "${result.compromised_sender}"}

      """,
      to: "runbooks/checks/sender.yaml"
    )
    try folder.write(
      """
      apiVersion: mailconsole/v1
      kind: Runbook
      id: lock-out
      title: Lock an account out
      version: 1.0.0
      owner: E4
      summary: Locks a sender out.
      inputs:
        sender: {type: mailbox, help: "whose account"}
      steps:
        - id: lock
          title: Lock the account
          manual: Lock the account of ${inputs.sender}.

      """,
      to: "runbooks/operations/lock-out.yaml"
    )
    return folder
  }

  @Test(
    "by keys alone from the first screen into the runbook of what fails, its input filled in",
    .timeLimit(.minutes(1))
  )
  func reach() throws {
    let folder = try library()
    let console = try ConsoleSession(["--as", "tomas", "--runbooks", folder.path + "/runbooks"])
    let tmux = console.tmux
    try tmux.wait(for: "never looked")
    try tmux.press("r")
    try tmux.wait(for: "1 wrong")
    try tmux.wait(for: "enter starts it with sender")
    try tmux.press("Enter")
    try tmux.wait(for: "Filled in from the check sender: sender")
    try tmux.press("Enter", "Space", "Enter")
    try tmux.wait(for: "Lock the account of alice@example.test.")
    #expect(ConsoleSession.crumbs(try tmux.screen()) == "status ▸ Lock an account out")
    #expect(try console.run().hasPrefix("lock-out-"))
    try tmux.press("Escape")
    // It waits now, for whoever drives it.
    try tmux.wait(for: "waits for you")
    #expect(try console.leave() == 0)
    try console.verify()
  }

  @Test(
    "what was found is there when a console opens again, with its evidence, and nothing is looked at",
    .timeLimit(.minutes(1))
  )
  func kept() throws {
    let folder = try library()
    let options = ["--as", "tomas", "--runbooks", folder.path + "/runbooks"]
    let state = try TemporaryFolder()
    let checks = ["checks", "--runbooks", folder.path + "/runbooks"]
    #expect(try ConsoleBinary(state: state.path).run(checks).status == 1)
    let file = state.path + "/checks/tabletop-tabletop.json"
    let before = FileManager.default.contents(atPath: file)
    let console = try ConsoleSession(state: state, options)
    let tmux = console.tmux
    try tmux.wait(for: "1 wrong")
    try tmux.wait(for: "checked ")
    try tmux.press("v")
    try tmux.wait(for: "compromised_count")
    try tmux.press("Escape")
    try console.waitForStatus()
    #expect(try console.leave() == 0)
    #expect(FileManager.default.contents(atPath: file) == before)
    // The plain twin tells the same.
    let plain = try console.console.run(options)
    #expect(plain.output.contains("1 wrong 0 warn 0 ok 0 unknown"))
    #expect(plain.output.contains("\nwrong (1)\n  sender: 5000 messages"))
    #expect(plain.output.contains("mailconsole run lock-out --input sender=alice@example.test"))
  }
}
