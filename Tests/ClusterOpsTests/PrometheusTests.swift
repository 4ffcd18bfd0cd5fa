import Runbooks
import Testing

@testable import ClusterOps

/// The HTTP API of Prometheus 2.42, as it was seen to answer.
@Suite struct PrometheusTests {
  private static let up =
    #"{"status":"success","data":{"resultType":"vector","result":[{"metric":{"__name__":"up","#
    + #""instance":"127.0.0.1:29090","job":"prometheus"},"value":[1796048286.552,"1"]},{"metric":{"#
    + #""__name__":"up","instance":"127.0.0.1:29154","job":"postfix"},"value":[1796048286.552,"0"]}]}}"#
  private static let scalar =
    #"{"status":"success","data":{"resultType":"scalar","result":[1796048286.573,"2.5e-01"]}}"#
  private static let none =
    #"{"status":"success","data":{"resultType":"vector","result":[]}}"#
  private static let nan =
    #"{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"#
    + #""value":[1796048286.599,"NaN"]}]}}"#
  private static let matrix =
    #"{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"__name__":"up"},"#
    + #""values":[[1796048286.366,"1"]]}]}}"#
  private static let string =
    #"{"status":"success","data":{"resultType":"string","result":[1796048286.623,"hello"]}}"#
  private static let badQuery =
    #"{"status":"error","errorType":"bad_data","error":"invalid parameter \"query\": 1:4: parse "#
    + #"error: unexpected end of input inside braces"}"#
  private static let agent =
    #"{"status":"error","errorType":"execution","error":"unavailable with Prometheus Agent"}"#
  private static let targets =
    #"{"status":"success","data":{"activeTargets":[{"discoveredLabels":{"job":"postfix"},"#
    + #""labels":{"instance":"127.0.0.1:29154","job":"postfix"},"scrapePool":"postfix","#
    + #""scrapeUrl":"http://127.0.0.1:29154/metrics","lastError":"Get \"http://127.0.0.1:29154/"#
    + #"metrics\": dial tcp 127.0.0.1:29154: connect: connection refused","health":"down"},"#
    + #"{"discoveredLabels":{},"labels":{"instance":"127.0.0.1:29090","job":"prometheus"},"#
    + #""lastError":"","health":"up"},{"labels":{"instance":"n","job":"new"},"lastError":"","#
    + #""health":"unknown"}],"droppedTargets":[]}}"#
  private static let rules =
    #"{"status":"success","data":{"groups":[{"name":"t","file":"rules.yaml","rules":[{"state":"#
    + #""firing","name":"Down","query":"up == 0","duration":0,"alerts":[],"health":"ok","type":"#
    + #""alerting"},{"state":"pending","name":"PostfixDown","query":"x","health":"ok","type":"#
    + #""alerting"},{"state":"inactive","name":"Odd","query":"x","health":"err","lastError":"#
    + #""found duplicate series","type":"alerting"}],"interval":1}]}}"#

  private func perform(
    _ work: any CommandOperation,
    _ answer: Answer,
    _ values: [String: Value] = [:]
  ) async throws(OperationFailure) -> OperationResult {
    try await RecordedWorld { _ in answer }.perform(work, values)
  }

  @Test("a vector is told by value and series, with the least; a scalar is one value")
  func query() async throws {
    let world = RecordedWorld { _ in .fetched(Self.up) }
    let result = try await world.perform(PrometheusQuery())
    #expect(result.values["samples"] == .integer(2))
    #expect(result.values["empty"] == .boolean(false))
    #expect(result.values["value"] == .number(1))
    #expect(result.values["lowest"] == .number(0))
    #expect(result.values["highest"] == .number(1))
    #expect(
      result.values["lowest_series"]
        == .string(#"up{instance="127.0.0.1:29154", job="postfix"}"#)
    )
    #expect(result.values["names"] == .list([.string("up")]))
    #expect(result.values["values"] == .list([.string("1"), .string("0")]))
    let argv = world.asked.programs[0]
    #expect(
      argv.suffix(3) == ["--data-urlencode", "query=up", "http://127.0.0.1:9090/api/v1/query"]
    )
    #expect(argv[1] == "--disable")
    let scalar = try await perform(PrometheusQuery(), .fetched(Self.scalar))
    #expect(scalar.values["value"] == .number(0.25))
    #expect(scalar.values["series"] == .list([.string("{}")]))
  }

  @Test("no series is an answer of its own; a value that is no number is none")
  func empty() async throws {
    let result = try await perform(PrometheusQuery(), .fetched(Self.none))
    #expect(result.values["empty"] == .boolean(true))
    #expect(result.values["samples"] == .integer(0))
    #expect(result.summary == "No series has a value.")
    for text in ["NaN", "+Inf", "much"] {
      let failure = await #expect(throws: OperationFailure.self) {
        try await perform(PrometheusQuery(), .fetched(Self.nan.replacing("NaN", with: text)))
      }
      #expect(failure?.reason == .undetermined)
      #expect(failure?.message.contains(text) == true)
    }
  }

  @Test("what it warns of is a doubt, and hostile labels do not get out raw")
  func warnings() async throws {
    let doubtful = try await perform(
      PrometheusQuery(),
      .fetched(String(Self.up.dropLast()) + #","warnings":["remote read: timeout"]}"#)
    )
    #expect(doubtful.doubt?.words == "Prometheus warns: remote read: timeout")
    let hostile = try await perform(
      PrometheusQuery(),
      .fetched(Self.up.replacing(#""postfix""#, with: #""a\u001b[31m\n\u202e\"""#))
    )
    let series = try #require(hostile.values["lowest_series"]?.text)
    #expect(series.contains(#"a\u{1B}[31m\n\u{202E}"#), "\(series)")
    #expect(!series.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x202E })
  }

  @Test("an error of Prometheus is told in its words, and neither passes nor fails")
  func errors() async {
    let refusals: [(Answer, OperationFailure.Reason, String)] = [
      (.fetched(Self.badQuery, status: 400), .refused, "parse error"),
      (.fetched(Self.agent, status: 422), .refused, "unavailable with Prometheus Agent"),
      (.fetched(Self.badQuery), .refused, "parse error"),
      (.fetched("Service Unavailable\n", status: 503), .undetermined, "503: Service Unavailable"),
      (.fetched("404 page not found\n", status: 404), .undetermined, "404: 404 page not found"),
      (.fetched("Unauthorized\n", status: 401), .undetermined, "wants a login"),
    ]
    for (answer, reason, words) in refusals {
      let failure = await #expect(throws: OperationFailure.self) {
        try await perform(PrometheusQuery(), answer)
      }
      #expect(failure?.reason == reason, "\(failure?.message ?? "")")
      #expect(failure?.message.contains(words) == true, "\(failure?.message ?? "")")
    }
  }

  private static let silences: [Answer] = [
    Answer.unconnected, .fetched(""), .fetched("<html>"), .fetched(String(Self.up.dropLast(20))),
    .fetched(Self.matrix), .fetched(Self.string), .fetched(Self.up, exit: 63),
    .said("", stderr: "curl: (28) timed out\n", exit: 28),
    .said("", stderr: "sh: curl: not found\n", exit: 127),
  ]

  @Test(
    "no answer, and one that is cut, empty, too long or something else, is undetermined",
    arguments: Self.silences
  )
  func silent(answer: Answer) async {
    for work in [PrometheusQuery(), PrometheusTargets(), PrometheusRules()]
      as [any CommandOperation]
    {
      let failure = await #expect(throws: OperationFailure.self) {
        try await perform(work, answer)
      }
      #expect(failure?.reason == .undetermined, "\(work.declaration.name)")
    }
  }

  @Test("where it does not answer it is said how to reach it, or where to say it is elsewhere")
  func place() async throws {
    let failure = await #expect(throws: OperationFailure.self) {
      try await perform(PrometheusQuery(), .unconnected)
    }
    #expect(failure?.advice.contains("kubectl port-forward") == true)
    #expect(failure?.advice.contains("values: {prometheus: https://…}") == true)
    let world = RecordedWorld { _ in .fetched(Self.none) }
    _ = try await world.perform(
      PrometheusQuery(),
      [:],
      on: .test(values: ["prometheus": "https://metrics.gaudy.test/prometheus/"])
    )
    #expect(
      world.asked.programs[0].last == "https://metrics.gaudy.test/prometheus/api/v1/query"
    )
    for url in ["ftp://x", "http://a:b@c", "http://c/?x=", "-o/etc/x"] {
      let refused = await #expect(throws: OperationFailure.self) {
        try await perform(PrometheusQuery(), .fetched(Self.none), ["url": .string(url)])
      }
      #expect(refused?.reason == .refused)
    }
  }

  @Test("targets are up, down with the reason, or not asked yet; a job without one is missing")
  func targetList() async throws {
    let result = try await perform(
      PrometheusTargets(),
      .fetched(Self.targets),
      ["expect": .list([.string("postfix"), .string("dovecot")])]
    )
    #expect(result.values["total"] == .integer(3))
    #expect(result.values["up"] == .list([.string("prometheus 127.0.0.1:29090")]))
    #expect(
      result.values["down"] == .list([.string("postfix 127.0.0.1:29154: connection refused")])
    )
    #expect(result.values["unknown"] == .list([.string("new n")]))
    #expect(result.values["missing"] == .list([.string("dovecot")]))
  }

  @Test("alerts are loaded, fire, wait, or cannot be judged")
  func ruleList() async throws {
    let result = try await perform(
      PrometheusRules(),
      .fetched(Self.rules),
      ["expect": .list([.string("Down"), .string("BackupOld")])]
    )
    #expect(result.values["alerts"] == .list(["Down", "Odd", "PostfixDown"].map(Value.string)))
    #expect(result.values["firing"] == .list([.string("Down")]))
    #expect(result.values["pending"] == .list([.string("PostfixDown")]))
    #expect(result.values["unhealthy"] == .list([.string("Odd: found duplicate series")]))
    #expect(result.values["missing"] == .list([.string("BackupOld")]))
  }

  @Test("in a tabletop the scenario says what is down, what a query gives and what fires")
  func tabletop() async throws {
    let sample = Value.record(["value": .string("7")])
    var world = SimulatedWorld(
      state: [
        "prometheus": .record([
          "down": .list([.string("rspamd")]), "firing": .list([.string("RspamdDown")]),
          "metrics": .record(["sum(x)": .list([sample])]),
        ])
      ],
      now: 1_796_000_000,
      seed: 1
    )
    let catalogue = OperationCatalogue.standard()
    func perform(_ name: String, _ query: String? = nil) async throws -> [String: Value] {
      try await catalogue.operation(name).simulate(
        Arguments(query.map { ["query": .string($0)] } ?? [:]),
        in: &world
      ).values
    }
    #expect(try await perform("prometheus.query")["lowest"] == .number(0))
    #expect(try await perform("prometheus.query", "sum(x)")["value"] == .number(7))
    #expect(try await perform("prometheus.query", "sum(y)")["empty"] == .boolean(true))
    #expect(
      try await perform("prometheus.targets")["down"]
        == .list([.string("rspamd 127.0.0.1:11334: connection refused")])
    )
    #expect(try await perform("prometheus.rules")["firing"] == .list([.string("RspamdDown")]))
    world.state["prometheus"] = .record(["running": .boolean(false)])
    await #expect(throws: OperationFailure.self) { try await perform("prometheus.query") }
  }
}
