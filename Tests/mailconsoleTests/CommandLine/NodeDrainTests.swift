import Foundation
import TestSupport
import Testing

/// The node drain in the bundled world, and in worlds in which something is wrong.
@Suite("Node drain") struct NodeDrainTests {
  private let places: Places

  init() throws { places = try Places() }

  private var answers: String { places.console.root + "/sites/tabletop/answers/node-drain.yaml" }

  /// Runs unattended in the bundled world, or in a changed one.
  private func play(
    answers: String? = nil,
    world change: (String) -> String = { $0 }
  ) throws -> (result: Program.Result, timeline: RecordedTimeline) {
    let site = try NodeDrain.site(in: places.folder, world: change)
    let result = try places.console.run(
      "run",
      "node-drain",
      "--site",
      site,
      "--answers",
      answers ?? self.answers
    )
    let name = try #require(
      try FileManager.default.contentsOfDirectory(atPath: places.state + "/runs").first
    )
    let shown = try places.console.run("show", name, "--json")
    #expect(try places.console.run("verify", name).status == 0)
    return (result, try RecordedTimeline(json: shown.output))
  }

  private func place(_ step: String, _ type: String, _ timeline: RecordedTimeline) throws -> Int {
    try #require(
      timeline.lines.firstIndex { $0.step == step && $0.type == type },
      "\(step) \(type)"
    )
  }

  @Test("it plays to its end: approval, intake, queue, label, other pods, and back, in this order")
  func whole() throws {
    let (result, timeline) = try play()
    #expect(result.status == 0, "\(result.output)\(result.errors)")
    let order = try [
      place("approve", "approval.given", timeline), place("stop-intake", "step.started", timeline),
      place("flush", "step.started", timeline), place("settled", "step.ended", timeline),
      place("queue-before", "step.ended", timeline), place("unlabel", "step.started", timeline),
      place("pod-gone", "step.ended", timeline), place("drain", "step.started", timeline),
      place("maintenance", "manual.done", timeline), place("uncordon", "step.started", timeline),
      place("relabel", "step.started", timeline), place("ports", "step.ended", timeline),
      place("queue-kept", "step.ended", timeline), place("certificate", "step.ended", timeline),
      place("sign-off", "approval.given", timeline),
    ]
    #expect(order == order.sorted())
    let drained = timeline.lines[try place("drain", "step.ended", timeline)].text
    #expect(drained.contains("2 pods evicted, 1 pod of DaemonSets left"), "\(drained)")
  }

  @Test("refused at the beginning, nothing is changed")
  func refused() throws {
    let text = try String(contentsOfFile: answers, encoding: .utf8).replacing(
      "approve: {by: erin, comment: \"The window is agreed.\"}",
      with: "reject: {by: erin, reason: \"Not today.\"}"
    )
    let refusal = try places.folder.write(text, to: "refusal.yaml")
    let (result, timeline) = try play(answers: refusal)
    #expect(result.status == 1)
    #expect(result.output.contains("Not today."))
    let changes = ["stop-intake", "flush", "cordon", "unlabel", "drain", "uncordon", "relabel"]
    #expect(!timeline.lines.contains { changes.contains($0.step ?? "") })
  }

  @Test("a pod that a disruption budget protects: the drain is not called done, the node stays out")
  func guarded() throws {
    let (result, timeline) = try play {
      $0.replacing("owner: deployment}", with: "owner: deployment, guarded: true}")
    }
    #expect(result.status == 1, "\(result.status): \(result.output)")
    #expect(result.output.contains("not every pod has left the node in time"))
    #expect(timeline.types(of: "maintenance").isEmpty)
    #expect(timeline.types(of: "relabel").isEmpty)
  }

  @Test("a pod that nothing would bring back stops the run before anything is touched")
  func bare() throws {
    let (result, timeline) = try play {
      $0.replacing("owner: daemonset}", with: "owner: none}")
    }
    #expect(result.status == 1, "\(result.status): \(result.output)")
    #expect(timeline.lines.contains { $0.step == "others" && $0.text.contains("bring back") })
    #expect(timeline.types(of: "stop-intake").isEmpty)
  }

  @Test("an old certificate that is still served keeps the maintenance from being signed off")
  func staleCertificate() throws {
    let (result, timeline) = try play {
      $0.replacing("  postfix:\n", with: "  postfix:\n    certificate: {name: new, served: old}\n")
    }
    #expect(result.status == 1, "\(result.status): \(result.output)")
    let found = timeline.lines[try place("certificate", "step.ended", timeline)].text
    #expect(found.contains("failed") && found.contains("reload the daemon"), "\(found)")
    #expect(timeline.types(of: "sign-off").isEmpty)
  }

  @Test("an empty spool proves nothing about the queue, and the record says so")
  func emptyQueue() throws {
    let (result, timeline) = try play { world in
      world.split(separator: "\n", omittingEmptySubsequences: false)
        .filter { !$0.contains("{cause: ") }
        .map { $0.hasSuffix("generators:") ? $0 + " []" : $0 }.joined(separator: "\n")
    }
    #expect(timeline.lines[try place("queue-kept", "step.ended", timeline)].text.contains("warned"))
    #expect(result.status == 0, "\(result.output)\(result.errors)")
  }
}
