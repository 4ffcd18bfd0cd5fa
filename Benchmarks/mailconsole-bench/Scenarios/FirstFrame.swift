internal import ClusterOps
internal import Runbooks

extension Scenario {
  /// From exec to the last byte of the first frame.
  static let firstFrame = Scenario("first-frame") { bench in
    var bytes: [Double] = []
    var memory: [Double] = []
    let state = try bench.workspace.folder("first-frame")
    let time = try bench.repeated(21, quick: 7) {
      let console = try ObservedConsole(bench, state: state)
      // What follows it, steps and standings, comes within the next two frames.
      let elapsed = try console.waitUntilShown(firstScreen)
      console.settle()
      bytes.append(Double(console.bytes))
      memory.append(console.memory)
      try console.leave()
      return elapsed.milliseconds
    }
    // What starting any program costs here, for a first frame cannot be faster.
    let floor = try bench.repeated(21, quick: 7) {
      try Child.run(["/bin/true"], environment: [:]).wall.milliseconds
    }
    let size = try Samples(bytes)
    return [
      Row(
        "first frame complete after exec",
        time.text("ms"),
        budget: "<= 20 ms",
        holds: time.median <= 20,
        peer: "tig 18 ms; true(1) here \(Text.number(floor.median)) ms"
      ),
      Row("first frame and what follows it, bytes", "\(Int(size.maximum)) B", peer: "tig 1,700 B"),
      Row(
        "resident after start",
        try Samples(memory).text("MB"),
        budget: "<= 64 MB",
        holds: try Samples(memory).maximum <= 64,
        peer: "tig 4 MB"
      ),
    ]
  }

  /// The same over a state directory of someone who has used the console for a while.
  static let firstFrameLater = Scenario("first-frame-later") { bench in
    let state = try bench.workspace.folder("first-frame-later")
    let runbook = try BenchRunbooks.chain(
      Array(repeating: "do: postfix.queue", count: 20),
      catalogue: .standard()
    )
    let runs = 100
    for number in 0..<runs {
      var history = try History("past-\(number)", runbook, state: state, bench)
      for step in 0..<20 { try history.attempt(step, 1, fails: false, repeatable: true) }
      try history.close(isComplete: true)
    }
    var whole: [Double] = []
    let time = try bench.repeated(11, quick: 5) {
      let console = try ObservedConsole(bench, state: state)
      let elapsed = try console.waitUntilShown(firstScreen)
      whole.append(try console.press("R", until: ["never run here"]).milliseconds)
      try console.leave()
      return elapsed.milliseconds
    }
    return [
      Row(
        "first frame with \(runs) ended runs on the disk",
        time.text("ms"),
        budget: "<= 20 ms",
        holds: time.median <= 20
      ),
      Row("  from R to where each runbook stands", try Samples(whole).text("ms")),
    ]
  }

  /// What a complete first screen shows: the badge of the world and the way to help.
  static let firstScreen = ["TABLETOP", "all keys"]
}
