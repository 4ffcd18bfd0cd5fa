import Testing

@testable import Runbooks

/// Runbooks whose steps can be undone.
enum Undoing {
  static func step(
    _ id: String,
    _ call: String = "do",
    needs: [String] = [],
    rollback: Action?,
    reversibility: Reversibility = .yes,
    onFailure: FailurePolicy = .ask
  ) -> Step {
    Step(
      id: StepID(id),
      title: id,
      body: .operation(Fixtures.call(call, id)),
      needs: needs.map { Need(step: StepID($0), position: Fixtures.place) },
      risk: .change,
      onFailure: onFailure,
      rollback: rollback,
      reversibility: reversibility,
      position: Fixtures.place
    )
  }

  /// An operation that writes `-NAME` to the ledger.
  static func undo(_ id: String, _ call: String = "undo") -> Action {
    .operation(Fixtures.call(call, "-\(id)"))
  }

  static func byHand(_ text: String) -> Action {
    .manual(ManualTask(instructions: Fixtures.template(text)))
  }

  static func operations(
    _ ledger: Ledger,
    repeatable: Bool = false,
    undo: FakeOperation.Behaviour = .passes
  ) -> [any Operation] {
    [
      FakeOperation("do", ledger), FakeOperation("undo", repeatable: repeatable, ledger, undo),
      FakeOperation("look", risk: .read, ledger),
      FakeOperation(
        "fail",
        ledger,
        .fails(OperationFailure(.failed, "no", advice: "", effect: .none))
      ),
      FakeOperation(
        "lose",
        ledger,
        .fails(OperationFailure(.unreachable, "lost", advice: "", effect: .unknown))
      ),
      FakeOperation(
        "half",
        repeatable: true,
        ledger,
        .fails(OperationFailure(.unreachable, "half", advice: "", effect: .unknown))
      ),
    ]
  }

  /// Plays a run, rolls it back, and looks whether its journal replays and is sound.
  static func play(
    _ steps: [Step],
    _ ledger: Ledger = Ledger(),
    _ mode: World = .live,
    operations: [any Operation]? = nil,
    decider: any Decider = RollingDecider()
  ) async throws -> (status: RunStatus, state: RunState, types: [String]) {
    try await Fixtures.withState { store in
      let runbook = Fixtures.runbook(steps)
      let (engine, run) = try await Fixtures.engine(
        store,
        runbook,
        operations ?? Undoing.operations(ledger),
        mode
      )
      let status = try await engine.drive(decider: decider)
      let state = await engine.state
      let entries = try run.entries()
      let again = RunState(of: runbook, site: Fixtures.site.record)
      #expect(try again.replaying(entries) == state, "the journal replays to the same state")
      if state.ended != nil {
        try run.close()
        let verdict = Verification(of: run.directory) { _ in runbook }
        #expect(verdict.isSound, "\(verdict.findings)")
      }
      return (status, state, entries.map(\.event.type))
    }
  }
}

/// Rolls the run back at the first thing that waits, and answers as it is told from then on.
struct RollingDecider: Decider {
  var compensations: @Sendable (WaitingItem, RunState) -> RunCommand? = { _, _ in nil }

  func decide(_ item: WaitingItem, in state: RunState, head: ChainHead) async -> Decision? {
    guard state.rollback != nil else {
      return Decision(.rollBack(reason: "the wrong window"), by: "ana")
    }
    if let confirmation = Decision.confirmation(of: item.step, in: state) { return confirmation }
    return compensations(item, state).map { Decision($0, by: "bo") }
  }
}
