import Testing

@testable import Runbooks

/// `on_failure: rollback`, and what a rollback leaves behind wherever a run is when it comes.
@Suite("A rollback that the runbook asks for") struct RollbackPolicyTests {
  private func steps(parallel: Bool = false) -> [Step] {
    [
      Undoing.step("one", rollback: Undoing.undo("one")),
      Undoing.step("two", needs: ["one"], rollback: Undoing.undo("two")),
      Undoing.step(
        "three",
        "fail",
        needs: ["two"],
        rollback: Undoing.undo("three"),
        onFailure: .rollback
      ),
    ] + (parallel ? [Fixtures.manual("hand", needs: ["one"])] : [])
  }

  @Test(
    "undoes all that was done, the last first, without anybody's word",
    arguments: [true, false]
  )
  func byItself(parallel: Bool) async throws {
    let ledger = Ledger()
    // A branch that waits for a person does not hold it up, and is not gone on with.
    let played = try await Undoing.play(steps(parallel: parallel), ledger, decider: NoDecider())
    #expect(ledger.lines == ["one", "two", "three", "-two", "-one"])
    guard case .ended(.aborted, let summary) = played.status else {
      Issue.record("\(played.status)")
      return
    }
    #expect(summary.contains("three failed, and the runbook rolls back then: no"))
    #expect(summary.contains("2 of 2 undone"))
    #expect(played.types.filter { $0 == "rollback.requested" }.count == 1)
  }

  @Test("waits for a person where every change does, and is offered to them")
  func attended() throws {
    let runbook = Fixtures.runbook([
      Undoing.step("one", "fail", rollback: Undoing.undo("one"), onFailure: .rollback)
    ])
    let at = Fixtures.start
    var state = RunState(of: runbook)
    try state.apply(Fixtures.created(runbook, pace: .attended))
    try state.apply(.stepReleased(.init(step: StepID("one"), by: "ana", at: at)))
    let failure = OperationFailure(.failed, "no", advice: "", effect: .none)
    for event: RunEvent in [
      .stepStarted(
        .init(
          step: StepID("one"),
          attempt: 1,
          risk: .change,
          isRepeatable: false,
          by: "ana",
          at: at
        )
      ),
      .stepEnded(
        .init(
          step: StepID("one"),
          attempt: 1,
          outcome: .failed,
          summary: "no",
          failure: failure,
          at: at
        )
      ),
    ] { try state.apply(event) }
    #expect(state.effects(now: at).isEmpty)
    guard case .waiting(let items) = state.status else {
      Issue.record("\(state.status)")
      return
    }
    #expect(items.first?.choices.contains("roll back") == true)
  }

  @Test("is not asked for again when what undoes a step fails, and waits for people then")
  func undoingFails() async throws {
    let ledger = Ledger()
    let failure = OperationFailure(.failed, "stuck", advice: "", effect: .none)
    let played = try await Undoing.play(
      steps(),
      ledger,
      operations: Undoing.operations(ledger, undo: .fails(failure)),
      decider: NoDecider()
    )
    guard case .waiting(let items) = played.status else {
      Issue.record("\(played.status)")
      return
    }
    #expect(items.first?.kind == .failure && items.first?.what.contains("stuck") == true)
    #expect(played.types.filter { $0 == "rollback.requested" }.count == 1)
  }

  @Test(
    "from every point of twelve steps in two branches the world is as it was, or what stands is named",
    arguments: 0..<60
  )
  func everyPoint(seed: UInt64) async throws {
    var random = SplitMix(state: seed)
    let bad = Int.random(in: 0..<12, using: &random)
    let steps = (0..<12).map { index -> Step in
      let id = "s\(index)"
      // The even ones are one branch, the odd ones the other.
      let earlier = stride(from: index % 2, to: index, by: 2).map { "s\($0)" }
      let needs =
        earlier.suffix(1) + earlier.filter { _ in Int.random(in: 0..<4, using: &random) == 0 }
      let rollback: Action? = Int.random(in: 0..<5, using: &random) == 0 ? nil : Undoing.undo(id)
      return Undoing.step(
        id,
        index == bad ? (Bool.random(using: &random) ? "fail" : "lose") : "do",
        needs: Array(Set(needs)),
        rollback: rollback,
        reversibility: rollback != nil || Bool.random(using: &random) ? .yes : .no,
        onFailure: .rollback
      )
    }
    let ledger = Ledger()
    let played = try await Undoing.play(steps, ledger, decider: SettlingDecider())
    guard case .ended(.aborted, let summary) = played.status else {
      Issue.record("seed \(seed): \(played.status)")
      return
    }
    let standing = Set(played.state.rollback?.standing.map(\.step.name) ?? [])
    for step in steps {
      let id = step.id.name
      let done = ledger.lines.filter { $0 == id }.count
      let undone = ledger.lines.filter { $0 == "-\(id)" }.count
      // What failed for certain has changed nothing.
      let changed = id == "s\(bad)" && step.body == .operation(Fixtures.call("fail", id)) ? 0 : done
      if standing.contains(id) {
        #expect(undone == 0 && summary.contains(id), "seed \(seed): \(id) stands")
      } else {
        #expect(changed == undone, "seed \(seed): \(id) was done \(done) times, undone \(undone)")
      }
    }
  }
}

/// Skips what nobody knows the outcome of, by two people, so that it stands.
private struct SettlingDecider: Decider {
  func decide(_ item: WaitingItem, in state: RunState, head: ChainHead) async -> Decision? {
    guard item.kind == .unknown else {
      return item.kind == .failure && state.rollback == nil
        ? Decision(.rollBack(reason: "it failed"), by: "ana") : nil
    }
    if let confirmation = Decision.confirmation(of: item.step, in: state) { return confirmation }
    // What is unknown is settled by people first; then the rollback may be asked for.
    return Decision(
      state.rollback == nil
        ? .rollBack(reason: "nobody knows") : .skip(item.step, reason: "stands"),
      by: "bo"
    )
  }
}
