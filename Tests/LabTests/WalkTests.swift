import Foundation
import TestSupport
import Testing

/// Queue triage on the real node, unattended; MS-3 is in DeployTests.
@Suite(.serialized, .enabled(if: Lab.isWanted)) struct WalkTests {
  @Test(
    "triage of a real queue of 5,000 names each cause, holds exactly the thief's mail, deletes it only after a sign-off, and flushes what can go"
  )
  func triages() throws {
    let lab = try Lab()
    try lab.lab("queue", "--clear")
    try lab.lab("sink", "defer.test", "defer")
    try lab.lab("queue")
    let thief = "alice@gaudy.test"
    #expect(try lab.queue().count == 5_000)

    // Without an answer to what becomes of the held mail, the run waits there.
    let holding = try lab.write(
      """
      apiVersion: mailconsole/v1
      kind: Answers
      operator: tomas
      steps: {}

      """,
      to: "holding.yaml"
    )
    let first = try lab.console.run(
      "run",
      "queue-triage",
      "--site",
      lab.site,
      "--answers",
      holding
    )
    #expect(first.status == 2, "\(first.output)\(first.errors)")
    let look = try #require(
      try lab.timeline().lines.last { $0.step == "look" && $0.type == "step.ended" }
    )
    #expect(look.text.contains("5000 messages: 3000 from \(thief)"), "\(look.text)")
    #expect(look.text.contains("1200 for "), "\(look.text)")
    #expect(look.text.contains("800 that "), "\(look.text)")

    let held = try lab.queue()
    #expect(held.count == 5_000)
    #expect(held.filter { $0.queue == "hold" }.allSatisfy { $0.sender == thief })
    #expect(held.count { $0.queue == "hold" } == 3_000)
    #expect(held.filter { $0.sender == thief }.allSatisfy { $0.queue == "hold" })

    // The storm is over: its receiver takes mail again.
    try lab.lab("sink", "defer.test", "accept")
    let second = try lab.console.run(
      "attach",
      try lab.run(),
      "--site",
      lab.site,
      "--answers",
      lab.answers("queue-triage")
    )
    #expect(second.status == 0, "\(second.output)\(second.errors)")

    let types = try lab.timeline().lines
    let approved = try #require(
      types.firstIndex { $0.step == "approve-delete" && $0.type == "approval.given" }
    )
    let deleted = try #require(
      types.firstIndex { $0.step == "delete-held" && $0.type == "step.started" }
    )
    #expect(approved < deleted)

    let left = try lab.queue()
    #expect(left.count == 1_200)
    #expect(
      Set(left.flatMap { $0.recipients.map { $0.address.split(separator: "@")[1] } }) == [
        "dead.test"
      ]
    )
    #expect(try lab.console.run("verify", "--all").status == 0)
    try lab.lab("queue", "--clear")
  }

  @Test("a refused sign-off deletes nothing")
  func refuses() throws {
    let lab = try Lab()
    try lab.lab("queue", "--clear")
    try lab.lab("sink", "defer.test", "defer")
    try lab.lab("queue", "--size", "500")
    let before = Set(try lab.queue().map(\.id))
    let refusal =
      try String(contentsOfFile: lab.answers("queue-triage"), encoding: .utf8)
      .split(separator: "\n")
      .map {
        $0.contains("approve: {by: sofia")
          ? "    reject: {by: sofia, reason: \"not ours to delete\"}" : String($0)
      }
      .joined(separator: "\n") + "\n"
    let answers = try lab.write(refusal, to: "refusal.yaml")
    let run = try lab.console.run(
      "run",
      "queue-triage",
      "--site",
      lab.site,
      "--answers",
      answers
    )
    #expect(run.status == 1, "\(run.output)\(run.errors)")
    #expect(run.output.contains("aborted"), "\(run.output)")
    #expect(Set(try lab.queue().map(\.id)) == before)
    #expect(
      !(try lab.timeline().lines.contains { $0.step == "delete-held" && $0.type == "step.started" })
    )
    try lab.lab("queue", "--clear")
  }
}
