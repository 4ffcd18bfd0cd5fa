internal import ClusterOps
internal import Runbooks

extension Scenario {
  /// `mailconsole verify` of runs with 10,000 and 100,000 events: 500 steps, 10 or 100 attempts each.
  static let verification = Scenario("verify") { bench in
    [
      try measure(bench, attempts: 10, "10,003", limit: 500, runs: 7),
      try measure(bench, attempts: 100, "100,003", limit: 5_000, runs: 3),
    ]
  }

  private static func measure(
    _ bench: Bench,
    attempts: Int,
    _ events: String,
    limit: Double,
    runs: Int
  ) throws -> Row {
    let name = "verified-\(attempts)"
    let state = try bench.workspace.folder(name)
    let step = "do: postfix.queue\n    retry: {attempts: \(attempts), backoff: 1s}"
    let runbook = try BenchRunbooks.chain(
      Array(repeating: step, count: 500),
      catalogue: .standard()
    )
    var history = try History(name, runbook, state: state, bench)
    for step in 0..<500 {
      for number in 1...attempts {
        try history.attempt(step, number, fails: number < attempts, repeatable: true)
      }
    }
    try history.close(isComplete: true)
    let environment = bench.environment(state: state)
    let time = try bench.repeated(runs, quick: min(runs, 3)) {
      try Child.run([bench.program, "verify", name], environment: environment).wall.milliseconds
    }
    return Row(
      "verify of \(events) events, 500 steps",
      time.text("ms", digits: 0),
      budget: "< \(Text.count(Int(limit))) ms",
      holds: time.median < limit
    )
  }
}
