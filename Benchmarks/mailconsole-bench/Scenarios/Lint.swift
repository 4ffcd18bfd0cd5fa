extension Scenario {
  /// `mailconsole lint` without paths: everything that is shipped.
  static let lint = Scenario("lint") { bench in
    let environment = bench.environment(state: try bench.workspace.folder("lint"))
    let time = try bench.repeated(21, quick: 7) {
      try Child.run([bench.program, "lint"], environment: environment).wall.milliseconds
    }
    return [
      Row(
        "lint of everything shipped",
        time.text("ms"),
        budget: "< 150 ms",
        holds: time.median < 150
      )
    ]
  }
}
