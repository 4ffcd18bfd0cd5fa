internal import ClusterOps
internal import Runbooks

extension Scenario {
  /// `mailconsole verify` of a run with 10,000 events: 500 steps, ten attempts each.
  static let verification = Scenario("verify") { bench in
    let state = try bench.workspace.folder("verify")
    let runbook = try BenchRunbooks.chain(
      Array(repeating: "do: postfix.queue\n    retry: {attempts: 10, backoff: 1s}", count: 500),
      catalogue: .standard()
    )
    var history = try History("verified", runbook, state: state, bench)
    for step in 0..<500 {
      for number in 1...10 {
        try history.attempt(step, number, fails: number < 10, repeatable: true)
      }
    }
    try history.close(isComplete: true)
    let environment = bench.environment(state: state)
    let time = try bench.repeated(7, quick: 3) {
      try Child.run([bench.program, "verify", "verified"], environment: environment)
        .wall.milliseconds
    }
    return [
      Row(
        "verify of 10,003 events, 500 steps",
        time.text("ms", digits: 0),
        budget: "< 1,000 ms",
        holds: time.median < 1_000
      )
    ]
  }
}
