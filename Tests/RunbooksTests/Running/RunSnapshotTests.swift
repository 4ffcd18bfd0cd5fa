import Foundation
import Testing

@testable import Runbooks

@Suite("A snapshot of a run") struct RunSnapshotTests {
  private func copy(of state: RunState) throws -> RunState? {
    let snapshot = RunSnapshot(of: state, at: ChainHead(sequence: 1, hash: Digest(of: "x")))
    let bytes = try JSONEncoder().encode(snapshot)
    return try JSONDecoder().decode(RunSnapshot.self, from: bytes)
      .state(of: state.runbook, site: state.site)
  }

  @Test("stands for the state after every event of a run that met everything")
  func golden() throws {
    var state = RunState(of: GoldenJournalTests.runbook, site: .record(["name": .string("lab")]))
    for (index, line) in GoldenJournal.version1.split(separator: "\n").enumerated() {
      let payload = try RecordCoding.payload(Array(line.utf8), sequence: Int64(index + 1))
      try state.apply(payload.event)
      #expect(try copy(of: state) == state, "after event \(index + 1)")
    }
  }

  @Test(
    "stands for what each situation of a step is",
    arguments: RunStateCommandTests.Situation.allCases
  )
  func situations(_ situation: RunStateCommandTests.Situation) throws {
    let state = try RunStateCommandTests.state(in: situation)
    #expect(try copy(of: state) == state)
  }

  @Test("keeps commands that were begun, and the lock that is waited for")
  func children() throws {
    var state = RunState(of: GoldenJournalTests.runbook)
    let begun = GoldenJournal.version1.split(separator: "\n").prefix(1)
    for line in begun + GoldenJournal.children.split(separator: "\n") {
      try state.apply(try RecordCoding.payload(Array(line.utf8), sequence: 1).event)
      #expect(try copy(of: state) == state)
    }
  }

  @Test(
    "stands for what each situation of a rollback is",
    arguments: RollbackCommandTests.Situation.allCases
  )
  func rollbacks(_ situation: RollbackCommandTests.Situation) throws {
    let state = try RollbackCommandTests.state(in: situation)
    #expect(try copy(of: state) == state)
  }

  @Test("of another text, or of another number of steps, is none")
  func otherText() throws {
    let state = try RunStateCommandTests.state(in: .ready)
    let snapshot = RunSnapshot(of: state, at: .genesis(of: RunID("run-1")))
    #expect(snapshot.state(of: Fixtures.runbook([Fixtures.note("y")]), site: state.site) == nil)
    #expect(snapshot.state(of: state.runbook, site: state.site) == state)
  }
}
