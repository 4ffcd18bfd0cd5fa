extension Scenario {
  /// The answer to cursor keys on the first screen and on that of a run.
  static let keystrokes = Scenario("keystrokes") { bench in
    let state = try bench.workspace.folder("keystrokes")
    let first = try ObservedConsole(bench, state: state)
    try first.waitForFrame(firstScreen)
    let run = try waitingRun(bench, state: state)
    return try rows("first screen", first, bench) + rows("run screen", run, bench)
  }

  /// A console on a run of the shipped triage that waits for a person's go.
  static func waitingRun(_ bench: Bench, state: String) throws -> ObservedConsole {
    let console = try ObservedConsole(bench, ["run", "queue-triage"], state: state)
    try console.waitForFrame(["TABLETOP", "all keys", "drives", "waits for your go"])
    return console
  }

  private static func rows(
    _ screen: String,
    _ console: ObservedConsole,
    _ bench: Bench
  ) throws -> [Row] {
    var bytes: [Double] = []
    // The first screen has few rows: one down, one up.
    var isDown = true
    let time = try bench.repeated(30, quick: 10) {
      let answer = try console.answer(to: isDown ? "j" : "k")
      isDown.toggle()
      bytes.append(Double(answer.bytes))
      return answer.firstByte.milliseconds
    }
    let size = try Samples(bytes)
    try console.leave()
    return [
      Row(
        "key to first byte, \(screen)",
        time.text("ms", digits: 2),
        budget: "<= 2 ms",
        holds: time.median <= 2,
        peer: "tig 0.4 ms"
      ),
      Row(
        "bytes a keystroke, \(screen)",
        size.text("B", digits: 0),
        // Both screens tell of the selected row below the list.
        budget: "<= 700 B",
        holds: size.maximum <= 700,
        peer: "tig 243 B"
      ),
    ]
  }
}
