internal import ClusterOps
internal import Glibc
internal import Runbooks

/// Runs with a long past, recorded in large transactions because nothing has to be durable here.
///
/// The events are those that an engine would have recorded.
struct History {
  let run: OpenRun
  private let clock = SystemRunClock()
  private var pending: [RunEvent] = []
  private let now: Moment

  init(_ name: String, _ runbook: Runbook, state: String, _ bench: Bench) throws {
    let clock = SystemRunClock()
    now = clock.read().wall
    run = try RunStore(state: state).create(
      .init(
        run: RunID(name),
        runbook: runbook,
        site: try bench.tabletop(),
        mode: .tabletop,
        world: SimulatedWorld(state: [:], now: Int(now.milliseconds / 1_000), seed: 1),
        console: "bench",
        by: Bench.operatorName
      ),
      clock: clock
    )
    try add(
      .driverAttached(
        .init(by: Bench.operatorName, pid: getpid(), boot: clock.bootID, at: now)
      )
    )
  }

  mutating func add(_ event: RunEvent) throws {
    pending.append(event)
    if pending.count == 500 { try commit() }
  }

  /// One attempt, from its intent to its end.
  mutating func attempt(_ step: Int, _ number: Int, fails: Bool, repeatable: Bool) throws {
    let id = StepID("s\(step)")
    try add(
      .stepStarted(
        .init(
          step: id,
          attempt: number,
          actions: [PlannedAction(argv: ["kubectl", "exec", "mail", "--", "postqueue", "-j"])],
          risk: .read,
          isRepeatable: repeatable,
          by: Bench.operatorName,
          at: now
        )
      )
    )
    let failure = OperationFailure(
      .unreachable,
      "the cluster did not answer",
      advice: "Try again.",
      effect: .none
    )
    try add(
      .stepEnded(
        .init(
          step: id,
          attempt: number,
          outcome: fails ? .failed : .passed,
          summary: fails ? failure.message : "5000 messages",
          failure: fails ? failure : nil,
          outputs: fails ? [:] : ["total": .integer(5_000)],
          durationMilliseconds: 12,
          at: now
        )
      )
    )
  }

  /// Ends the run where its steps are through, and closes the journal.
  mutating func close(isComplete: Bool) throws {
    if isComplete {
      try add(.runEnded(.init(outcome: .completed, summary: "all steps done", at: now)))
    } else {
      try add(.driverDetached(.init(by: Bench.operatorName, reason: "the operator left")))
    }
    try commit()
    try run.close()
  }

  private mutating func commit() throws {
    guard !pending.isEmpty else { return }
    _ = try run.append(pending, by: Bench.operatorName, at: clock.read(), boot: clock.bootID)
    pending = []
  }
}
