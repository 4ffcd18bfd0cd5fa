internal import ClusterOps
internal import Foundation
internal import Runbooks

extension Scenario {
  /// The first frame over libraries and state directories of several sizes: it should not grow.
  static let firstFrameGrown = Scenario("first-frame-grown") { bench in
    let libraries = try Dictionary(
      uniqueKeysWithValues: [2, 60, 200].map { ($0, try library(of: $0, bench)) }
    )
    var rows: [Row] = []
    let state = try bench.workspace.folder("first-frame-grown")
    var recorded = 0
    for runs in bench.isQuick ? [0, 1_000] : [0, 1_000, 5_000] {
      for number in recorded..<runs { try record(number, state, bench) }
      recorded = runs
      if runs > 0 { rows += try listing(runs, state, bench) }
      for (count, directory) in libraries.sorted(by: { $0.key < $1.key }) {
        rows += try frames(count, directory, runs, state, bench)
      }
    }
    return rows
  }

  /// A folder with runbooks of 20 steps each.
  private static func library(of count: Int, _ bench: Bench) throws -> String {
    for number in 0..<count {
      let id = String(format: "generated-%03d", number)
      let text = BenchRunbooks.text(
        Array(repeating: "do: postfix.queue", count: 20),
        id: id,
        title: "Generated runbook \(number)"
      )
      try bench.workspace.write(text, to: "library-\(count)/operations/\(id).yaml")
    }
    return bench.workspace.path + "/library-\(count)"
  }

  /// A run of the first of them that has ended.
  private static func record(_ number: Int, _ state: String, _ bench: Bench) throws {
    let runbook = try BenchRunbooks.chain(
      ["do: postfix.queue", "do: postfix.queue"],
      id: "generated-000",
      catalogue: .standard()
    )
    var history = try History("past-\(number)", runbook, state: state, bench)
    for step in 0..<2 { try history.attempt(step, 1, fails: false, repeatable: true) }
    try history.close(isComplete: true)
  }

  /// The list of the runs as a command, before and after there is an index of them.
  private static func listing(_ runs: Int, _ state: String, _ bench: Bench) throws -> [Row] {
    let environment = bench.environment(state: state)
    // What changed less than two seconds ago is not relied on.
    Thread.sleep(forTimeInterval: 2.5)
    func list() throws -> Double {
      try Child.run([bench.program, "runs"], environment: environment).wall.milliseconds
    }
    try? FileManager.default.removeItem(atPath: state + "/runs.index")
    let first = try list()
    let later = try bench.repeated(11, quick: 5) { try list() }
    return [
      Row(
        "`runs` of \(runs) ended runs",
        later.text("ms"),
        peer: "without an index \(Text.number(first)) ms"
      )
    ]
  }

  private static func frames(
    _ count: Int,
    _ directory: String,
    _ runs: Int,
    _ state: String,
    _ bench: Bench
  ) throws -> [Row] {
    var whole: [Double] = []
    let time = try bench.repeated(15, quick: 7) {
      let console = try ObservedConsole(bench, ["--runbooks", directory], state: state)
      let elapsed = try console.waitUntilShown(firstScreen)
      whole.append(try console.press("R", until: ["never run here"]).milliseconds)
      try console.leave()
      return elapsed.milliseconds
    }
    let heads = try bench.repeated(15, quick: 7) {
      let start = ContinuousClock.now
      guard RunbookHead.all(in: directory).count == count else {
        throw BenchFailure("not all heads in \(directory) could be read")
      }
      return (ContinuousClock.now - start).milliseconds
    }
    return [
      Row(
        "first frame, \(count) runbooks, \(runs) ended runs",
        time.text("ms"),
        budget: "<= 20 ms",
        holds: time.median <= 20
      ),
      Row("  of it: the heads of the runbooks", heads.text("ms", digits: 2)),
      Row("  from R to where each runbook stands, all read", try Samples(whole).text("ms")),
    ]
  }
}
