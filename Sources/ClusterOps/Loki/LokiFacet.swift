internal import Runbooks

/// The API of Loki in a simulated world, as curl(1) fetches it.
struct LokiFacet: Facet {
  let programs: Set = ["curl"]

  func answer(_ command: Command, in scene: inout Scene) -> Answer? {
    guard command.program.first == "curl",
      command.program.last?.hasSuffix("/loki/api/v1/query_range") == true
    else { return nil }
    return scene.loki()
  }
}

extension Scene {
  /// What a scenario has under `logs`, whatever the query; a few lines of Postfix where it has none.
  fileprivate func loki() -> Answer {
    let logs = world.state["logs"] ?? .record([:])
    guard logs.truth("running", true) else {
      return Answer(exit: 7, stderr: "curl: (7) Failed to connect\n")
    }
    let lines =
      logs["lines"]?.elements?.compactMap(\.text) ?? [
        "postfix/smtpd[211]: disconnect from probe.example[192.0.2.9] quit=1 commands=1",
        "postfix/qmgr[95]: 4F2C1A0B: removed",
      ]
    // Lines keep coming, as long after they were written as the scenario says, unless they stopped.
    let newest = logs["newest"]?.int ?? world.now - span("age", in: logs, 20)
    let values = lines.enumerated().map { place, line -> Value in
      .list([.string("\(newest - place)000000000"), .string(line)])
    }
    let stream = Value.record([
      "stream": .record(["program": .string("postfix"), "node": .string(site.node)]),
      "values": .list(values),
    ])
    return answer(
      .record([
        "status": .string("success"),
        "data": .record([
          "resultType": .string("streams"), "result": .list(lines.isEmpty ? [] : [stream]),
        ]),
      ])
    )
  }
}
