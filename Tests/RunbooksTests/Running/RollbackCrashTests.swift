import Testing

@testable import Runbooks

/// A rollback that loses its driver at any write.
@Suite struct RollbackCrashTests {
  private static let runbook = Fixtures.runbook([
    Undoing.step("a", rollback: Undoing.undo("a")),
    Undoing.step("b", needs: ["a"], rollback: Undoing.undo("b", "again")),
    Undoing.step("c", needs: ["b"], rollback: Undoing.undo("c")),
    Undoing.step("hand", needs: ["c"], rollback: Undoing.byHand("lift it")),
    Fixtures.manual("stop", needs: ["hand"]),
  ])

  private static func operations(_ ledger: Ledger) -> [any Operation] {
    [
      FakeOperation("do", ledger), FakeOperation("undo", ledger, output: Array("undoing\n".utf8)),
      FakeOperation("again", repeatable: true, ledger),
    ]
  }

  /// Looks into the ledger before answering, as a person looks at the cluster.
  private struct LookingDecider: Decider {
    let ledger: Ledger

    func decide(_ item: WaitingItem, in state: RunState, head: ChainHead) async -> Decision? {
      if let confirmation = Decision.confirmation(of: item.step, in: state) { return confirmation }
      if item.kind == .unknown {
        let isUndoing = state.rollback?.begun != nil
        let line = (isUndoing ? "-" : "") + item.step.name
        let happened = ledger.lines.contains(line)
        if happened { return Decision(.markDone(item.step, reason: "I see it"), by: "bo") }
        let isSettling = state.rollback != nil && !isUndoing
        return Decision(
          isSettling
            ? .skip(item.step, reason: "it is not there")
            : .retry(item.step, reason: "it is not there"),
          by: "bo"
        )
      }
      guard state.rollback != nil else { return Decision(.rollBack(reason: "wrong"), by: "ana") }
      return Decision(.done(item.step, note: "lifted", fields: [:]), by: "ana")
    }
  }

  @Test(
    "killed at any write: everything is undone, in order, once, unless repeatable and said",
    arguments: FailingRecord.Point.allCases
  )
  func everyWrite(point: FailingRecord.Point) async throws {
    var limit = 1
    while try await crash(at: limit, point) { limit += 1 }
    #expect(limit > 20, "the whole run was crossed")
  }

  /// - Returns: whether the engine failed before the run's end.
  private func crash(at limit: Int, _ point: FailingRecord.Point) async throws -> Bool {
    try await Fixtures.withState { store in
      let ledger = Ledger()
      let clock = ManualRunClock(wall: Fixtures.start)
      let looking = LookingDecider(ledger: ledger)
      let lost = try await LostRun(
        of: Self.runbook,
        Self.operations(ledger),
        in: store,
        clock,
        failingAt: limit,
        point,
        looking
      )
      let announced = try JournalReader(lost.directory).entries().compactMap { entry -> String? in
        switch entry.event {
        case .stepStarted(let event): event.step.name
        case .compensation(.started(let event)): "-\(event.step)"
        default: nil
        }
      }
      for line in ledger.lines { #expect(announced.contains(line), "\(line) was not announced") }

      let (engine, resumed) = try await Fixtures.reopened(
        store,
        Self.runbook,
        Self.operations(ledger),
        clock
      )
      let status = try await engine.drive(decider: looking)
      guard case .ended(.aborted, let summary) = status else {
        Issue.record("crash at write \(limit) (\(point)): \(status)")
        return lost.didDie
      }
      let entries = try resumed.entries()
      let again = RunState(of: Self.runbook, site: Fixtures.site.record)
      #expect(try again.replaying(entries) == (await engine.state))
      try check(ledger.lines, entries, summary, at: "write \(limit) (\(point))")
      try resumed.close()
      let verdict = Verification(of: lost.directory) { _ in Self.runbook }
      #expect(verdict.isSound, "\(verdict.findings)")
      return lost.didDie
    }
  }

  private func check(
    _ lines: [String],
    _ entries: [JournalEntry],
    _ summary: String,
    at moment: String
  ) throws {
    for id in ["a", "b", "c"] {
      #expect(lines.filter { $0 == id }.count <= 1, "\(id) twice, \(moment)")
      #expect(
        lines.contains(id) == lines.contains("-\(id)"),
        "\(id) was done and not undone, \(moment): \(lines)"
      )
    }
    for id in ["a", "c"] {
      #expect(lines.filter { $0 == "-\(id)" }.count <= 1, "-\(id) twice, \(moment)")
    }
    if lines.filter({ $0 == "-b" }).count > 1 {
      let isSaid = entries.contains {
        if case .compensation(.reconciled(let event)) = $0.event {
          event.step.name == "b" && event.settlement == .safeToRepeat
        } else {
          false
        }
      }
      #expect(isSaid, "repetition is said in the record, \(moment)")
    }
    // Repetition apart, the reverse of what was done.
    var undone: [String] = []
    for line in lines where line.hasPrefix("-") && undone.last != line { undone.append(line) }
    let done = lines.filter { !$0.hasPrefix("-") && $0 != "hand" }
    #expect(undone == done.reversed().map { "-\($0)" }, "\(moment): \(lines)")
    #expect(!summary.contains("stands"), "\(moment): \(summary)")
  }
}
