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
    let replay = try bench.repeated(9, quick: 3) {
      let start = ContinuousClock.now
      let run = try RunStore(state: state).open(RunID("attached"), by: Bench.operatorName)
      _ = try RunEngine(
        run,
        entries: try run.entries(),
        RunSetting(
          runbook: runbook,
          site: site,
          catalogue: .standard(),
          driver: Bench.operatorName,
          processID: getpid()
        )
      )
      let time = ContinuousClock.now - start
      try run.close()
      return time.milliseconds
    }
    return [
      Row(
        "attach to a 500-step run, exec to frame",
        screen.text("ms"),
        budget: "< 100 ms",
        holds: screen.median < 100
      ),
      Row("  of it: open, read 1,000 events, replay", replay.text("ms")),
    ]
  }
}
