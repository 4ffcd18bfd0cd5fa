internal import Runbooks

/// The API of Prometheus in a simulated world, as curl(1) fetches it.
struct PrometheusFacet: Facet {
  let programs: Set = ["curl"]

  func answer(_ command: Command, in scene: inout Scene) -> Answer? {
    guard command.program.first == "curl", let url = command.program.last else { return nil }
    let query = Scene.field("query", of: command.program) ?? ""
    switch url.firstRange(of: "/api/v1/").map({ url[$0.upperBound...] }) {
    case "query": return scene.prometheus { $0.metrics(query) }
    case "targets": return scene.prometheus { $0.targets() }
    case "rules": return scene.prometheus { $0.rules() }
    default: return nil
    }
  }
}

extension Scene {
  /// The text of a field that curl is told to send.
  static func field(_ name: String, of program: [String]) -> String? {
    program.first { $0.hasPrefix(name + "=") }.map { String($0.dropFirst(name.count + 1)) }
  }

  private var watch: Value { world.state["prometheus"] ?? .record([:]) }

  /// An answer of the API, where it runs.
  fileprivate func prometheus(_ data: (Scene) -> Value) -> Answer {
    guard watch.truth("running", true) else {
      return Answer(exit: 7, stderr: "curl: (7) Failed to connect\n")
    }
    return answer(.record(["status": .string("success"), "data": data(self)]))
  }

  /// Jobs and the places that are asked for them: the agent's, and those in `mail-web`.
  private static let places = [
    "postfix": "127.0.0.1:9154", "dovecot": "127.0.0.1:9900", "rspamd": "127.0.0.1:11334",
    "probe": "127.0.0.1:9199", "agent": "127.0.0.1:9095", "prometheus": "localhost:9090",
    "alertmanager": "alertmanager:9093",
  ]

  /// Some of those in `deploy/components/monitoring/prometheus/rules`.
  private static let alerts = [
    "PostfixDown", "QueueDeferredFlood", "DovecotDown", "RspamdDown", "BackupOld",
    "CertificateEnding", "MailPodGone", "ReverseNameWrong", "Watchdog",
  ]

  private func isUp(_ job: String) -> Bool { !watch.texts("down").contains(job) }

  /// Of a query what the scenario says; of `up` the jobs where it says nothing, of others none.
  fileprivate func metrics(_ query: String) -> Value {
    func point(_ labels: [String: Value], _ value: String) -> Value {
      .record([
        "metric": .record(labels), "value": .list([.integer(world.now), .string(value)]),
      ])
    }
    let jobs = Self.places.sorted { $0.key < $1.key }.map { job, place in
      point(
        ["__name__": .string("up"), "job": .string(job), "instance": .string(place)],
        isUp(job) ? "1" : "0"
      )
    }
    let given = watch["metrics"]?[query]?.elements?.map {
      point($0["labels"]?.fields ?? [:], $0.text("value", "0"))
    }
    return .record([
      "resultType": .string("vector"), "result": .list(given ?? (query == "up" ? jobs : [])),
    ])
  }

  fileprivate func targets() -> Value {
    let all = Self.places.sorted { $0.key < $1.key }.map { job, place -> Value in
      let error = "Get \"http://\(place)/metrics\": dial tcp \(place): connect: connection refused"
      return .record([
        "labels": .record(["job": .string(job), "instance": .string(place)]),
        "health": .string(isUp(job) ? "up" : "down"),
        "lastError": .string(isUp(job) ? "" : error),
      ])
    }
    return .record(["activeTargets": .list(all), "droppedTargets": .list([])])
  }

  fileprivate func rules() -> Value {
    let (names, firing) = (watch.texts("alerts"), watch.texts("firing"))
    let loaded = names.isEmpty ? Self.alerts : names
    let rules = Set(loaded + firing).sorted().map { name -> Value in
      .record([
        "name": .string(name), "health": .string("ok"), "type": .string("alerting"),
        "state": .string(firing.contains(name) ? "firing" : "inactive"),
      ])
    }
    let group = Value.record(["name": .string("mail"), "rules": .list(rules)])
    return .record(["groups": .list([group])])
  }
}
