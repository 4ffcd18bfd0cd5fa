extension Scenario {
  /// How often a console wakes up while nothing happens.
  static let idle = Scenario("idle") { bench in
    let state = try bench.workspace.folder("idle")
    let first = try ObservedConsole(bench, state: state)
    try first.waitForFrame(firstScreen)
    let run = try waitingRun(bench, state: state)
    return [
      try row("idle wake-ups in 5 s, first screen", first),
      try row("idle wake-ups in 5 s, run that waits for a person", run),
    ]
  }

  private static func row(_ name: String, _ console: ObservedConsole) throws -> Row {
    // What was begun at the start may still come to its end.
    console.settle(1_000)
    let before = console.wakeUps
    let bytes = console.bytes
    console.settle(5_000)
    let wakeUps = console.wakeUps - before
    guard console.bytes == bytes else {
      throw BenchFailure("the console wrote something while it should have been idle")
    }
    try console.leave()
    return Row(name, "\(wakeUps)", budget: "0", holds: wakeUps == 0, peer: "tig 0")
  }
}
