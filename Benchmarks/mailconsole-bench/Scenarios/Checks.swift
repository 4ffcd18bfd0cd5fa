internal import Foundation

extension Scenario {
  /// All shipped checks on the tabletop: what the console itself adds to what the world takes to answer.
  ///
  /// The budget is one against the lab's cluster, which a benchmark does not bring up: no verdict here.
  static let checks = Scenario("checks") { bench in
    let environment = bench.environment(state: try bench.workspace.folder("checks"))
    let files = try FileManager.default.contentsOfDirectory(
      atPath: bench.share + "/runbooks/checks"
    )
    let count = files.count { $0.hasSuffix(".yaml") }
    let time = try bench.repeated(11, quick: 3) {
      // Of the tabletop some fail by design.
      try Child.run(
        [bench.program, "checks", "--world", "tabletop"],
        environment: environment,
        allowing: [0, 1, 3]
      ).wall.milliseconds
    }
    return [
      Row("`checks`, all \(count), on the tabletop", time.text("ms"), peer: "lab: see below")
    ]
  }
}
