import TestSupport
import Testing

/// What `make lab-smoke` asks of the console: the pod stands because a runbook deployed it.
@Suite(.serialized, .enabled(if: Lab.isWanted)) struct DeployTests {
  @Test("MS-3 brings the mail pod up on the real node, and the queue survives its replacement")
  func deploys() throws {
    let lab = try Lab()
    try lab.kubectl("delete", "daemonset", "mail", "--ignore-not-found", "--wait=true")
    let first = try lab.console.run(
      "run",
      "ms-3",
      "--site",
      lab.site,
      "--answers",
      lab.answers("ms-3")
    )
    #expect(first.status == 0, "\(first.output)\(first.errors)")
    let ready = try lab.kubectl(
      "get",
      "daemonset",
      "mail",
      "--output",
      "jsonpath={.status.numberReady}"
    )
    #expect(ready == "1")

    // Once more, with mail in the queue: nothing is to be applied, and nothing may be lost.
    try lab.lab("queue", "--clear")
    try lab.lab("queue", "--size", "50")
    let before = Set(try lab.queue().map(\.id))
    let second = try lab.console.run(
      "run",
      "ms-3",
      "--site",
      lab.site,
      "--answers",
      lab.answers("ms-3")
    )
    #expect(second.status == 0, "\(second.output)\(second.errors)")
    let timeline = try lab.timeline().lines
    #expect(timeline.contains { $0.step == "apply" && $0.text.hasPrefix("alreadyDone") })
    #expect(timeline.contains { $0.step == "queue-kept" && $0.text.hasPrefix("passed") })
    #expect(before.count == 50)
    #expect(Set(try lab.queue().map(\.id)) == before)
    #expect(try lab.console.run("verify", "--all").status == 0)
    try lab.lab("queue", "--clear")
  }
}
