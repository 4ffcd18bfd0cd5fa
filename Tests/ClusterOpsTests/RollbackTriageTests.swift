import Foundation
import Runbooks
import TestSupport
import Testing

@testable import ClusterOps

/// The shipped triage, played on the tabletop up to the locked account and then rolled back.
@Suite struct RollbackTriageTests {
  private struct Steps: Decider {
    func decide(_ item: WaitingItem, in state: RunState, head: ChainHead) async -> Decision? {
      guard item.step == StepID("lock-account"), state.rollback == nil else { return nil }
      return Decision(.rollBack(reason: "alice was at a fair, it is her mail"), by: "tomas")
    }
  }

  @Test("after the hold is rolled back no message of the simulated queue is on hold")
  func hold() async throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().path
    let catalogue = OperationCatalogue.standard()
    let runbook = try RunbookLoader(operations: catalogue.declarations)
      .read(path: root + "/runbooks/operations/queue-triage.yaml").get()
    let site = try SiteLoader.read(directory: root + "/sites/tabletop").get()
    let world = try ScenarioLoader.read(path: try #require(site.scenario)).get()
    let folder = try TemporaryFolder()
    let clock = SystemRunClock()
    let run = try RunStore(state: folder.path).create(
      .init(
        run: RunID("triage-1"),
        runbook: runbook,
        site: site,
        mode: .tabletop,
        world: world,
        console: "test",
        by: "tomas"
      ),
      clock: clock
    )
    let engine = try RunEngine(
      run,
      entries: try run.entries(),
      RunSetting(runbook: runbook, site: site, catalogue: catalogue, driver: "tomas", processID: 1)
    )
    try await engine.attach()
    let status = try await engine.drive(decider: Steps())
    guard case .ended(.aborted, let summary) = status else {
      Issue.record("\(status)")
      return
    }
    #expect(summary.contains("1 of 1 undone"), "\(summary)")
    var held: [Int] = []
    for blob in try run.entries().flatMap(\.event.worlds) {
      held.append(try await Self.held(in: try run.bytes(of: blob.digest), catalogue))
    }
    #expect(held.max() ?? 0 > 0, "the hold held something: \(held)")
    #expect(held.last == 0)
    try run.close()
    let verdict = Verification(of: run.directory) { _ in runbook }
    #expect(verdict.isSound, "\(verdict.findings)")
  }

  /// How many messages are on hold in a kept world.
  private static func held(in bytes: [UInt8], _ catalogue: OperationCatalogue) async throws -> Int {
    var world = try JSONDecoder().decode(SimulatedWorld.self, from: Data(bytes))
    let reading = try #require(catalogue[OperationName("postfix.queue")])
    let queue = try await reading.simulate(Arguments([:]), in: &world)
    guard case .integer(let count)? = queue.values["hold"] else {
      Issue.record("the reading counts nothing on hold: \(queue.values.keys.sorted())")
      return -1
    }
    return count
  }
}

extension RunEvent {
  /// The simulated worlds it names.
  fileprivate var worlds: [BlobReference] {
    switch self {
    case .stepEnded(let event), .compensation(.ended(let event)): event.world.map { [$0] } ?? []
    default: []
    }
  }
}
