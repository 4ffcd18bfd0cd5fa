import Testing

@testable import Runbooks

/// The undoing of one step: failed, unknown, by hand, not to be worked out, held up.
@Suite struct CompensationTests {
  @Test("a failed compensation waits: tried again, declared undone, or left standing")
  func failure() async throws {
    let steps = [
      Undoing.step("a", rollback: Undoing.undo("a")), Fixtures.manual("stop", needs: ["a"]),
    ]
    let failing = { (ledger: Ledger) in
      Undoing.operations(
        ledger,
        undo: .fails(OperationFailure(.failed, "no", advice: "", effect: .none))
      )
    }
    let ledger = Ledger()
    let waits = try await Undoing.play(steps, ledger, operations: failing(ledger))
    #expect(waits.status == .waiting(waits.state.waitingItems))
    #expect(waits.state.waitingItems.map(\.kind) == [.failure])
    #expect(waits.state.waitingItems.first?.choices == ["retry", "skip", "mark done", "abort"])
    for (command, end) in [
      (RunCommand.markDone(StepID("a"), reason: "by hand"), "1 of 1 undone"),
      (.skip(StepID("a"), reason: "leave it"), "0 of 1 undone; stands: a"),
      (.abort(reason: "enough"), "0 of 1 undone; stands: a; stopped by bo: enough"),
    ] {
      let ledger = Ledger()
      let played = try await Undoing.play(
        steps,
        ledger,
        operations: failing(ledger),
        decider: RollingDecider { _, _ in command }
      )
      #expect(
        played.status
          == .ended(.aborted, summary: "rolled back by ana: the wrong window; \(end)")
      )
      #expect(ledger.lines == ["a", "-a"])
    }
    let again = Ledger()
    let played = try await Undoing.play(
      steps,
      again,
      operations: Undoing.operations(again, undo: .failsFirst(2)),
      decider: RollingDecider { item, _ in .retry(item.step, reason: "again") }
    )
    #expect(played.status.isOpen == false)
    #expect(again.lines == ["a", "-a", "-a"])
  }

  @Test("a compensation whose outcome is unknown is never repeated unless two people say so")
  func unknown() async throws {
    let ledger = Ledger()
    let lost = Undoing.operations(
      ledger,
      undo: .fails(OperationFailure(.unreachable, "lost", advice: "", effect: .unknown))
    )
    let steps = [
      Undoing.step("a", rollback: Undoing.undo("a")), Fixtures.manual("stop", needs: ["a"]),
    ]
    let waits = try await Undoing.play(steps, ledger, operations: lost)
    #expect(waits.status == .unknown(waits.state.waitingItems))
    #expect(ledger.lines == ["a", "-a"])
    let settled = try await Undoing.play(
      steps,
      ledger,
      operations: lost,
      decider: RollingDecider { item, _ in .markDone(item.step, reason: "it is gone") }
    )
    #expect(
      settled.types.suffix(4).prefix(3) == [
        "compensation.reconciled", "compensation.proposed", "compensation.decided",
      ]
    )
    guard case .succeeded(let result)? = settled.state.rollback?[StepID("a")]?.state else {
      Issue.record("not undone")
      return
    }
    #expect(result.summary == "bo and cy marked it undone: looked as well")
    #expect(ledger.lines == ["a", "-a", "a", "-a"])
  }

  @Test("a person undoes by hand what only a person can, with the step's outputs in the text")
  func manual() async throws {
    let played = try await Undoing.play(
      [
        Undoing.step("a", rollback: Undoing.byHand("remove ${steps.a.count} entries")),
        Fixtures.manual("stop", needs: ["a"]),
      ],
      decider: RollingDecider { item, state in
        #expect(item.kind == .manual)
        #expect(item.what == "undoing it: remove 1 entries")
        #expect(state.subject(of: item.step)?.word == "waiting for a person")
        return .done(item.step, note: "removed", fields: [:])
      }
    )
    #expect(
      played.status
        == .ended(.aborted, summary: "rolled back by ana: the wrong window; 1 of 1 undone")
    )
    #expect(played.types.contains("compensation.asked"))
    #expect(played.types.contains("compensation.done"))
  }

  @Test("an expression without a value fails the compensation, which waits for a person")
  func unset() async throws {
    let undo = Action.manual(ManualTask(instructions: Fixtures.template("${steps.b.count}")))
    let played = try await Undoing.play(
      [
        Undoing.step("a", rollback: undo), Undoing.step("b", needs: ["stop"], rollback: nil),
        Fixtures.manual("stop", needs: ["a"]),
      ],
      decider: RollingDecider { item, _ in .skip(item.step, reason: "left") }
    )
    #expect(played.state.rollback?[StepID("a")]?.state.word == "skipped")
    #expect(
      played.types.filter { $0.hasPrefix("compensation") } == [
        "compensation.started", "compensation.ended", "compensation.decided",
      ]
    )
  }

  @Test("a pause and a driver who is gone hold the next compensation up")
  func held() async throws {
    try await Fixtures.withState { store in
      let ledger = Ledger()
      let runbook = Fixtures.runbook([
        Undoing.step("a", rollback: Undoing.byHand("first")),
        Undoing.step("b", needs: ["a"], rollback: Undoing.byHand("second")),
        Fixtures.manual("stop", needs: ["b"]),
      ])
      let (engine, _) = try await Fixtures.engine(store, runbook, Undoing.operations(ledger))
      _ = try await engine.drive(decider: RollingDecider())
      try await engine.submit(.pause(reason: "lunch"), by: "ana")
      try await engine.submit(.done(StepID("b"), note: "", fields: [:]), by: "ana")
      #expect(try await engine.drive() == .paused(by: "ana", reason: "lunch"))
      #expect(await engine.state.rollback?[StepID("a")]?.state == .ready)
      try await engine.submit(.continue, by: "ana")
      let status = try await engine.drive()
      #expect(status == .waiting(await engine.state.waitingItems))
      #expect(await engine.state.waitingItems.map(\.step.name) == ["a"])
    }
  }
}
