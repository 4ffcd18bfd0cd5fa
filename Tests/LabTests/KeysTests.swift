import Foundation
import TestSupport
import Testing

/// The same two runs on the real node, from the screen and by keys alone.
@Suite(.serialized, .enabled(if: Lab.isWanted)) struct KeysTests {
  private func session(_ lab: Lab, as name: String) throws -> ConsoleSession {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    return try ConsoleSession(
      environment: ["PATH": "\(path):/run/mailconsole-lab/bin"],
      patience: 180,
      ["--site", lab.site, "--as", name]
    )
  }

  @Test("MS-3, from the first screen to a pod that is ready", .timeLimit(.minutes(10)))
  func wave2() throws {
    let lab = try Lab()
    try lab.kubectl("delete", "daemonset", "mail", "--ignore-not-found", "--wait=true")
    let console = try session(lab, as: "marek")
    try console.tmux.wait(for: "LIVE")
    try console.start("ms-3")
    try console.signOff("review", as: "sofia", "Read the difference.")
    try console.go("apply")
    try console.go("replace-pod")
    try console.signOff("sign-off", as: "erin", "Ports and queue seen.")
    try console.tmux.wait(for: "The run is over: completed")
    try console.verify()
    #expect(
      try lab.kubectl("get", "daemonset", "mail", "--output", "jsonpath={.status.numberReady}")
        == "1"
    )
    try console.tmux.press("q")
    #expect(try console.tmux.waitForExit() == 0)
  }

  @Test(
    "queue triage of a real queue of 5,000, deleting after a sign-off",
    .timeLimit(.minutes(10))
  )
  func queueTriage() throws {
    let lab = try Lab()
    let thief = "alice@gaudy.test"
    try lab.lab("queue", "--clear")
    try lab.lab("sink", "defer.test", "defer")
    try lab.lab("queue")
    try lab.lab("sink", "defer.test", "accept")
    let console = try session(lab, as: "tomas")
    try console.start("queue-triage")
    try console.go("hold-sender")
    try console.act(on: "lock-account", "Is it done?")
    let held = try lab.queue()
    #expect(held.count { $0.queue == "hold" } == 3_000)
    #expect(held.allSatisfy { ($0.queue == "hold") == ($0.sender == thief) })
    try console.fill("password disabled, LAB-1", "locked in the user list")
    try console.choose(1)
    try console.act(on: "decide-held", "fate")
    try console.choose(2)
    try console.signOff("approve-delete", as: "sofia", "Phishing.", typing: thief)
    try console.act(on: "delete-held", "Type delete-held to go on")
    #expect(try lab.queue().count == 5_000, "nothing goes before the last go")
    try console.tmux.type("delete-held")
    try console.tmux.press("Tab", "Enter")
    try console.act(on: "decide-flush", "now: one flush")
    try console.choose(1)
    try console.go("flush")
    try console.signOff("sign-off", as: "marek", "Queue read by hand as well.")
    try console.tmux.wait(for: "The run is over: completed")
    try console.verify()
    let left = try lab.queue()
    #expect(left.count == 1_200)
    #expect(left.allSatisfy { $0.recipients.allSatisfy { $0.address.hasSuffix("@dead.test") } })
    try console.tmux.press("q")
    #expect(try console.tmux.waitForExit() == 0)
    try lab.lab("queue", "--clear")
  }
}
