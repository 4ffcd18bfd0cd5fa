internal import ClusterOps
internal import Glibc
internal import Runbooks

extension Scenario {
  /// Going on with a run of 500 steps of which 499 are done.
  static let attach = Scenario("attach") { bench in
    let runbook = try BenchRunbooks.chain(
      Array(repeating: "do: postfix.queue", count: 499) + ["manual: Look at it."],
      catalogue: .standard()
    )
    func history(_ number: Int) throws -> String {
      let state = try bench.workspace.folder("attach-\(number)")
      var history = try History("attached", runbook, state: state, bench)
      for step in 0..<499 { try history.attempt(step, 1, fails: false, repeatable: true) }
      try history.close(isComplete: false)
      return state
    }
    var number = 0
    // Attaching is recorded, so each time gets a run of its own.
    let screen = try bench.repeated(9, quick: 3) {
      number += 1
      let console = try ObservedConsole(bench, ["attach", "attached"], state: try history(number))
      let time = try console.waitForFrame(["TABLETOP", "all keys", "drives", "Step 498"])
      try console.leave()
      return time.milliseconds
    }
    let state = try history(0)
    let site = try bench.tabletop()
    let catalogue = OperationCatalogue.standard()
    let replay = try await bench.repeated(9, quick: 3) {
      let start = ContinuousClock.now
      let checked = try await RunStore(state: state).open(
        RunID("attached"),
        by: Bench.operatorName,
        on: site,
        signatures: SSHVerifier(),
        load: { source in
          try RunbookLoader(operations: catalogue.declarations, readsPinned: true)
            .read(text: source.text, path: source.path).get()
        }
      )
      _ = try RunEngine(
        checked.record,
        checked.history,
        RunSetting(
          runbook: runbook,
          site: site,
          catalogue: catalogue,
          driver: Bench.operatorName,
          processID: getpid()
        )
      )
      let time = ContinuousClock.now - start
      try checked.record.close()
      return time.milliseconds
    }
    return [
      Row(
        "attach to a 500-step run, exec to frame",
        screen.text("ms"),
        budget: "< 100 ms",
        holds: screen.median < 100
      ),
      Row("  of it: read, check and replay 1,000 events, open", replay.text("ms")),
      try attachToRunner(bench),
    ]
  }

  /// Attaching to the living runner of a run with 500 steps and 50,000 events.
  private static func attachToRunner(_ bench: Bench) throws -> Row {
    let state = try bench.workspace.folder("attach-long")
    try recordLong(in: state, bench)
    // The first console starts the runner and stays.
    let first = try ObservedConsole(bench, ["attach", "long"], state: state)
    try first.waitForFrame(["all keys", "drives", "Step 498"], within: .seconds(60))
    let time = try bench.repeated(9, quick: 3) {
      let console = try ObservedConsole(bench, ["attach", "long"], state: state)
      let time = try console.waitForFrame(["all keys", "drives", "Step 498"])
      try console.leave()
      return time.milliseconds
    }
    try first.leave()
    return Row(
      "attach to the runner of 500 steps, 50,000 events",
      time.text("ms"),
      budget: "<= 100 ms",
      holds: time.median <= 100
    )
  }
  /// 499 steps with 50 attempts each and one that waits; the lock goes with the history.
  private static func recordLong(in state: String, _ bench: Bench) throws {
    let attempts = 50
    let step = "do: postfix.queue\n    retry: {attempts: \(attempts), backoff: 1s}"
    let runbook = try BenchRunbooks.chain(
      Array(repeating: step, count: 499) + ["manual: Look at it."],
      catalogue: .standard()
    )
    var history = try History("long", runbook, state: state, bench)
    for step in 0..<499 {
      for number in 1...attempts {
        try history.attempt(step, number, fails: number < attempts, repeatable: true)
      }
    }
    try history.close(isComplete: false)
  }
}
