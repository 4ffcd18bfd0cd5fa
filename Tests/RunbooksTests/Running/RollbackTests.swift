import Testing

@testable import Runbooks

/// What a rollback undoes, in which order, and what it lets stand; against the outside world's ledger.
@Suite struct RollbackTests {
  @Test("what happened last is undone first, also across branches; reads are not undone")
  func reverse() async throws {
    let ledger = Ledger()
    let played = try await Undoing.play(
      [
        Fixtures.step("look", .check(Fixtures.check("look"))),
        Undoing.step("late", needs: ["early"], rollback: Undoing.undo("late")),
        Undoing.step("early", needs: ["look"], rollback: Undoing.undo("early")),
        Undoing.step("side", needs: ["look"], rollback: Undoing.undo("side")),
        Undoing.step("mark", needs: ["look"], rollback: nil),
        Fixtures.manual("stop", needs: ["late", "side", "mark"]),
      ],
      ledger
    )
    let done = ledger.lines.filter { !$0.hasPrefix("-") && $0 != "look" && $0 != "mark" }
    let undone = ledger.lines.filter { $0.hasPrefix("-") }
    #expect(done.count == 3)
    // The ledger is in the order the attempts began; the record says how they ended.
    let ends = played.state.rollback?.compensations.map(\.step.name) ?? []
    #expect(undone == ends.map { "-\($0)" })
    #expect(ends.firstIndex(of: "late")! < ends.firstIndex(of: "early")!)
    #expect(Set(ends) == ["late", "early", "side"])
    #expect(
      played.status
        == .ended(
          .aborted,
          summary: "rolled back by ana: the wrong window; 3 of 3 undone; stands: mark"
        )
    )
    #expect(played.state.rollback?.standing.map(\.why) == ["it has no rollback; undo it by hand"])
    #expect(played.state[StepID("late")]?.word == "succeeded", "its own result stays")
  }

  @Test("parallel branches are undone in the reverse order of their ends, not of the file")
  func ends() throws {
    let at = Fixtures.start
    let runbook = Fixtures.runbook(
      ["a", "b", "c"].map { Undoing.step($0, rollback: Undoing.undo($0)) }
    )
    for ends in [["a", "b", "c"], ["b", "c", "a"], ["c", "a", "b"], ["c", "b", "a"]] {
      var state = RunState(of: runbook)
      try state.apply(Fixtures.created(runbook))
      for id in ["a", "b", "c"] {
        try state.apply(
          .stepStarted(
            .init(
              step: StepID(id),
              attempt: 1,
              risk: .change,
              isRepeatable: false,
              by: "ana",
              at: at
            )
          )
        )
      }
      // All in the same millisecond: the journal's order counts, not the clock's.
      for id in ends {
        try state.apply(
          .stepEnded(.init(step: StepID(id), attempt: 1, outcome: .passed, summary: "", at: at))
        )
      }
      #expect(state.rollbackPlan(at: at).order.map(\.name) == ends.reversed())
    }
  }

  @Test("an unknown step is settled first: what is said to have happened is undone as well")
  func settledFirst() async throws {
    let steps = [
      Undoing.step("a", rollback: Undoing.undo("a")),
      Undoing.step("b", "lose", needs: ["a"], rollback: Undoing.undo("b")),
    ]
    let happened = Ledger()
    let first = try await Undoing.play(
      steps,
      happened,
      decider: RollingDecider { item, _ in .markDone(item.step, reason: "it is there") }
    )
    #expect(happened.lines == ["a", "b", "-b", "-a"])
    #expect(first.status.isOpen == false)
    let left = Ledger()
    let second = try await Undoing.play(
      steps,
      left,
      decider: RollingDecider { item, _ in .skip(item.step, reason: "not to be seen") }
    )
    #expect(left.lines == ["a", "b", "-a"])
    #expect(
      second.state.rollback?.standing.map(\.why)
        == ["nobody knows whether it happened (lost)"]
    )
  }

  @Test("what failed half way stands and is said; marked done before, it is undone")
  func half() async throws {
    let steps = [
      Undoing.step("a", rollback: Undoing.undo("a")),
      Undoing.step("b", "half", needs: ["a"], rollback: Undoing.undo("b")),
      Fixtures.manual("stop", needs: ["b"]),
    ]
    let ledger = Ledger()
    let played = try await Undoing.play(steps, ledger)
    #expect(ledger.lines == ["a", "b", "-a"])
    #expect(played.state.rollback?.standing.map(\.step.name) == ["b"])
    let marked = Ledger()
    struct Marking: Decider {
      func decide(_ item: WaitingItem, in state: RunState, head: ChainHead) async -> Decision? {
        item.kind == .failure
          ? Decision(.markDone(item.step, reason: "it is there"), by: "ana")
          : Decision(.rollBack(reason: "wrong"), by: "ana")
      }
    }
    _ = try await Undoing.play(steps, marked, decider: Marking())
    #expect(marked.lines == ["a", "b", "-b", "-a"])
  }

  @Test("what says that it cannot be undone, or not any more, stands")
  func reversibility() throws {
    let at = Fixtures.start
    let runbook = Fixtures.runbook([
      Undoing.step("never", rollback: Undoing.undo("never"), reversibility: .no),
      Undoing.step("hour", rollback: Undoing.undo("hour"), reversibility: .until(.seconds(3_600))),
    ])
    var state = RunState(of: runbook)
    try state.apply(Fixtures.created(runbook))
    for step in runbook.steps {
      try state.apply(
        .stepStarted(
          .init(step: step.id, attempt: 1, risk: .change, isRepeatable: true, by: "ana", at: at)
        )
      )
      try state.apply(
        .stepEnded(.init(step: step.id, attempt: 1, outcome: .passed, summary: "", at: at))
      )
    }
    #expect(state.rollbackPlan(at: at.advanced(by: .seconds(3_600))).order == [StepID("hour")])
    let late = state.rollbackPlan(at: at.advanced(by: .seconds(7_200)))
    #expect(late.order.isEmpty)
    #expect(
      late.standing.map(\.why) == [
        "it could be undone for 1h, and it ended 2h ago", "it cannot be undone",
      ]
    )
  }

  @Test("going back takes nothing back: what was done before is undone, with its outputs of then")
  func rewound() async throws {
    let ledger = Ledger()
    struct Rewinding: Decider {
      func decide(_ item: WaitingItem, in state: RunState, head: ChainHead) async -> Decision? {
        if state[StepID("a")]?.word == "succeeded", state.rollback == nil {
          return Decision(.rewind(to: StepID("gate"), reason: "again"), by: "ana")
        }
        if item.step == StepID("gate"), state.attemptCount(of: StepID("a")) == 0 {
          return Decision(.done(item.step, note: "", fields: [:]), by: "ana")
        }
        return Decision(.rollBack(reason: "wrong"), by: "ana")
      }
    }
    let played = try await Undoing.play(
      [
        Fixtures.manual("gate"),
        Undoing.step(
          "a",
          needs: ["gate"],
          rollback: .operation(
            OperationCall(
              operation: OperationName("undo"),
              arguments: ["text": .template(Fixtures.template("-${steps.a.count}"))],
              position: Fixtures.place
            )
          )
        ),
        Fixtures.manual("stop", needs: ["a"]),
      ],
      ledger,
      decider: Rewinding()
    )
    #expect(ledger.lines == ["a", "-1"])
    #expect(played.state[StepID("a")]?.word == "pending")
  }

  @Test("in a plan world it is shown and not done")
  func plan() async throws {
    let ledger = Ledger()
    try await Fixtures.withState { store in
      let runbook = Fixtures.runbook([
        Undoing.step("a", rollback: Undoing.undo("a")),
        Undoing.step("b", needs: ["a"], rollback: Undoing.byHand("lift it")),
        Fixtures.step("wait", .wait(.span(Fixtures.template("1h"))), needs: ["b"]),
      ])
      var state = RunState(of: runbook)
      try state.apply(Fixtures.created(runbook, .plan))
      let (engine, run) = try await Fixtures.engine(
        store,
        runbook,
        Undoing.operations(ledger),
        .plan
      )
      // Nothing of a plan waits for anybody, so the request comes between its steps.
      while await engine.state.attemptCount(of: StepID("b")) == 0 { _ = try await engine.advance() }
      try await engine.submit(.rollBack(reason: "show it"), by: "ana")
      #expect(
        try await engine.drive()
          == .ended(
            .aborted,
            summary: "rolled back by ana: show it; 0 of 2 undone; 2 shown and not undone"
          )
      )
      #expect(ledger.lines.isEmpty)
      let planned = try run.entries().compactMap { entry -> [String]? in
        if case .compensation(.started(let event)) = entry.event {
          event.actions.flatMap(\.argv)
        } else {
          nil
        }
      }
      #expect(planned == [[], ["ledger", "undo", "-a"]])
    }
  }

  @Test("in a simulated world the world is left as it was; a command line is shown only")
  func tabletop() async throws {
    let played = try await Undoing.play(
      [
        Undoing.step("a", rollback: Undoing.undo("a")),
        Undoing.step(
          "b",
          needs: ["a"],
          rollback: .command(
            CommandLine(arguments: [Fixtures.template("true")], position: Fixtures.place)
          )
        ),
        Fixtures.manual("stop", needs: ["b"]),
      ],
      .init(),
      .tabletop
    )
    #expect(
      played.status
        == .ended(
          .aborted,
          summary: "rolled back by ana: the wrong window; 1 of 2 undone; 1 shown and not undone"
        )
    )
  }
}
