import Foundation
import Runbooks
import TestSupport
import Testing

@testable import ClusterOps

/// The shipped triage on a queue whose lines nobody understands.
@Suite struct UndeterminedTriageTests {
  private struct Nobody: Decider {
    func decide(_ item: WaitingItem, in state: RunState, head: ChainHead) async -> Decision? { nil }
  }

  @Test("lines with ids of an unknown form: the alarm is undetermined, and no text says 0 messages")
  func unknownIDs() async throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().path
    let catalogue = OperationCatalogue.standard()
    let runbook = try RunbookLoader(operations: catalogue.declarations)
      .read(path: root + "/runbooks/operations/queue-triage.yaml").get()
    let site = try SiteLoader.read(directory: root + "/sites/tabletop").get()
    var world = try ScenarioLoader.read(path: try #require(site.scenario)).get()
    var postfix = world.state["postfix"]?.fields ?? [:]
    postfix["generators"] = .list([])
    postfix["messages"] = .list(
      (0..<50).map {
        .record(["id": .string("id_\($0)"), "recipients": .list([.string("a@far.test")])])
      }
    )
    world.state["postfix"] = .record(postfix)
    let folder = try TemporaryFolder()
    let run = try RunStore(state: folder.path).create(
      .init(
        run: RunID("triage-2"),
        runbook: runbook,
        site: site,
        mode: .tabletop,
        world: world,
        console: "test",
        by: "tomas"
      ),
      clock: SystemRunClock()
    )
    let engine = try RunEngine(
      run,
      entries: try run.entries(),
      RunSetting(runbook: runbook, site: site, catalogue: catalogue, driver: "tomas", processID: 1)
    )
    try await engine.attach()
    _ = try await engine.drive(decider: Nobody())
    var ends: [String: RunEvent.StepEnded] = [:]
    for entry in try run.entries() {
      if case .stepEnded(let end) = entry.event { ends["\(end.step)"] = end }
    }
    let look = try #require(ends["look"])
    #expect(look.outcome == .warned)
    #expect(look.outputs["messages"] == .string("at least 0 messages"))
    let alarm = try #require(ends["alarm"])
    #expect(alarm.outcome == .failed)
    #expect(alarm.failure?.reason == .undetermined)
    #expect(alarm.summary.hasPrefix("undetermined: "))
    for end in ends.values {
      #expect(!end.summary.hasPrefix("0 messages") && !end.summary.contains("queue is empty"))
    }
    try run.close()
  }
}
