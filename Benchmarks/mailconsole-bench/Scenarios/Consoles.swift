internal import Glibc
internal import Runbooks

extension Scenario {
  /// One run and twenty consoles on it: when all of them show what was recorded, and what they cost
  /// the runner.
  static let consoles = Scenario("consoles") { bench in
    let count = 20
    let state = try bench.workspace.folder("consoles")
    let driver = try waitingRun(bench, state: state)
    let run = try runName(in: state)
    let runner = try runner(of: run, in: state)
    try showJournal(driver)
    let alone = try note(driver, [], bench, runner, round: 0)
    var others: [ObservedConsole] = []
    for _ in 0..<count {
      let console = try ObservedConsole(bench, ["attach", run], state: state)
      try console.waitForFrame(["all keys", "drives"])
      try showJournal(console)
      others.append(console)
    }
    let together = try note(driver, others, bench, runner, round: 1)
    // What attaching set off comes to its end first.
    for console in others { console.settle(100) }
    sleep(2)
    let before = ProcessFacts.waits(of: runner)
    sleep(5)
    // Threads that ended meanwhile have taken their count with them.
    let waits = ProcessFacts.waits(of: runner).reduce(0) { $0 + $1.value - (before[$1.key] ?? 0) }
    for console in others { try console.leave() }
    try driver.leave()
    return [
      Row(
        "a note on \(count) consoles, from enter to the last screen",
        together.time.text("ms"),
        budget: "<= 200 ms",
        holds: together.time.median <= 200
      ),
      Row("  on the driver's screen alone", alone.time.text("ms")),
      Row(
        "processor time of the runner a note, 1 and \(count + 1) consoles",
        "\(Text.number(alone.processor, digits: 2)) -> \(Text.number(together.processor, digits: 2)) ms"
      ),
      Row(
        "the runner's waits in 5 s, nothing happening, \(count + 1) consoles",
        "\(waits)",
        budget: "0",
        holds: waits == 0
      ),
    ]
  }

  private struct Notes {
    let time: Samples
    /// Milliseconds of the runner a note.
    let processor: Double
  }

  private static func note(
    _ driver: ObservedConsole,
    _ others: [ObservedConsole],
    _ bench: Bench,
    _ runner: pid_t,
    round: Int
  ) throws -> Notes {
    var number = 0
    let before = ProcessFacts.processorTime(of: runner) ?? .zero
    let time = try bench.repeated(20, quick: 5) {
      number += 1
      let text = "note-\(round)-\(number)."
      // A note is written on the screen of the run, one level up.
      driver.press("\u{1B}")
      try driver.waitForFrame(["waits for your go"])
      driver.press("N")
      try driver.waitForFrame(["A note about"])
      driver.send(text)
      try driver.waitForFrame([text])
      for console in others { console.settle(0) }
      let start = ContinuousClock.now
      // Keys that come in one go decide nothing.
      driver.send("\r")
      driver.settle(20)
      driver.send("J")
      var last = start
      for console in [driver] + others { last = max(last, try console.waitForRow(text)) }
      return (last - start).milliseconds
    }
    let spent = (ProcessFacts.processorTime(of: runner) ?? .zero) - before
    return Notes(time: time, processor: spent.milliseconds / Double(number))
  }

  private static func showJournal(_ console: ObservedConsole) throws {
    console.press("J")
    try console.waitForFrame(["time (UTC)"])
  }

  private static func runName(in state: String) throws -> String {
    guard let name = try? RunStore(state: state).list().first?.name else {
      throw BenchFailure("there is no run in \(state)")
    }
    return name
  }

  private static func runner(of run: String, in state: String) throws -> pid_t {
    guard let directory = RunStore(state: state).directory(of: RunID(run)) else {
      throw BenchFailure("there is no run \(run)")
    }
    for entry in try JournalReader(directory).entries().reversed() {
      if case .driverAttached(let event) = entry.event { return event.pid }
    }
    throw BenchFailure("nobody drives \(run)")
  }
}
