import Testing

@testable import Runbooks

/// Nobody destroys alone: whoever did the work an approval binds, or drives, does not approve it.
@Suite struct AloneTests {
  private static let operations = [
    FakeOperation("test.hold", Ledger()), FakeOperation("test.release", Ledger()),
    FakeOperation("test.delete", risk: .destructive, Ledger()),
  ]

  private func text(_ approval: String, last: String = "test.delete") -> String {
    """
    apiVersion: mailconsole/v1
    kind: Runbook
    id: alone
    title: Alone
    version: 1.0.0
    owner: E4
    summary: One step that destroys.
    steps:
      - {id: hold, do: test.hold, with: {text: a@b.test}, reversible: no}
      - {id: lock, manual: Lock the account., needs: [hold]}
      - {id: agree, approve: {of: [E4], statement: Delete.\(approval)}, needs: [lock]}
      - {id: last, do: \(last), with: {text: a@b.test}, needs: [agree], reversible: no}

    """
  }

  private func runbook(_ approval: String, last: String = "test.delete") throws -> Runbook {
    try RunbookLoader(operations: Self.operations.map(\.declaration))
      .read(text: text(approval, last: last), path: "alone.yaml").get()
  }

  /// Who may not give the approval that a run asks for, with the drive in the hands of ana.
  private func excluded(_ approval: String, last: String = "test.delete") async throws
    -> [String]
  {
    let runbook = try runbook(approval, last: last)
    return try await Fixtures.withState { store in
      let (engine, _) = try await Fixtures.engine(store, runbook, Self.operations)
      _ = try await engine.drive()
      try await engine.submit(.done(StepID("lock"), note: "", fields: [:]), by: "bo")
      _ = try await engine.drive()
      guard case .waitingForPerson(.approval(let request, _))? = await engine.state[StepID("agree")]
      else {
        Issue.record("no approval was asked for")
        return []
      }
      return request.excluded
    }
  }

  @Test("whoever drove or did a step before it may not approve a step that destroys")
  func destructive() async throws {
    #expect(try await excluded("") == ["ana", "bo"])
  }

  @Test("a runbook that says why one person may is believed, and the request says so")
  func alone() async throws {
    #expect(try await excluded(", alone: one person is on call at night") == [])
  }

  @Test("an approval of something that can be undone excludes only whom it names")
  func undoable() async throws {
    #expect(try await excluded("", last: "test.release") == [])
    #expect(try await excluded(", not: [lock]", last: "test.release") == ["bo"])
  }

  @Test("lint warns of `alone` where nothing destroys")
  func lint() throws {
    let runbook = try runbook(", alone: one is enough", last: "test.release")
    let problems = Linter(operations: Self.operations.map(\.declaration)).problems(in: runbook)
    #expect(problems.contains { $0.message.contains("`alone`") && $0.severity == .warning })
  }
}
