import Runbooks
import Testing

@testable import ClusterOps

/// Loki's API as its documentation has it (grafana.com/docs/loki, query_range).
@Suite struct LogsSearchTests {
  private static let found = #"""
    {"status":"success","data":{"resultType":"streams","result":[
    {"stream":{"program":"postfix","node":"mail-node"},"values":[
    ["1795999990500000000","postfix/qmgr[95]: 4F2C1A0B: removed"],
    ["1795999000000000000","to=<a\u001b]0;x\u0007@b.test>\nsecond \\ line"]]},
    {"stream":{"program":"dovecot"},"values":[["1795999995000000000","imap-login: Login",{}]]}],
    "stats":{"summary":{"totalLinesProcessed":3}}}}
    """#
  private static let none =
    #"{"status":"success","data":{"resultType":"streams","result":[],"stats":{}}}"#
  private static let matrix =
    #"{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[1,"2"]]}]}}"#

  private func perform(
    _ answer: Answer,
    _ values: [String: Value] = [:]
  ) async throws(OperationFailure) -> OperationResult {
    try await RecordedWorld { _ in answer }.perform(LogsSearch(), values)
  }

  @Test("lines of all streams are counted, the newest has its age, and nothing gets out raw")
  func lines() async throws {
    let world = RecordedWorld { _ in .fetched(Self.found) }
    let result = try await world.perform(LogsSearch(), ["since": .duration(.seconds(7_200))])
    #expect(result.values["lines"] == .integer(3))
    #expect(result.values["more"] == .boolean(false))
    #expect(result.values["newest_age"] == .duration(.seconds(5)))
    #expect(
      result.values["streams"]
        == .list(
          [#"{node="mail-node", program="postfix"}"#, #"{program="dovecot"}"#].map(Value.string)
        )
    )
    #expect(
      result.values["samples"]?.elements?.last
        == .string(#"to=<a\u{1B}]0;x\u{7}@b.test>\nsecond \\ line"#)
    )
    let argv = world.asked.programs[0]
    #expect(argv.contains(#"query={program="postfix"}"#))
    #expect(argv.contains("since=7200s"))
    #expect(argv.last == "http://127.0.0.1:3100/loki/api/v1/query_range")
  }

  @Test("no line is an answer, as old as it was looked back; many are told as at least so many")
  func edges() async throws {
    let none = try await perform(.fetched(Self.none))
    #expect(none.values["lines"] == .integer(0))
    #expect(none.values["newest_age"] == .duration(.seconds(3_600)))
    #expect(none.summary == "No line in the last 1h.")
    let many = try await perform(.fetched(Self.found), ["limit": .integer(3)])
    #expect(many.values["more"] == .boolean(true))
  }

  @Test("a line longer than is kept is shortened, and its time may lie ahead of our clock")
  func bounds() async throws {
    let long = String(repeating: "x\\u001b", count: 5_000)
    let text =
      #"{"status":"success","data":{"resultType":"streams","result":[{"stream":{},"values":["#
      + #"["1796000009000000000",""# + long + #""]]}]}}"#
    let result = try await perform(.fetched(text))
    let sample = try #require(result.values["samples"]?.elements?.first?.text)
    #expect(sample.count <= 200)
    #expect(result.values["newest_age"] == .duration(.zero))
  }

  private static let silences: [(answer: Answer, reason: OperationFailure.Reason)] = [
    (
      Answer.fetched(
        "parse error at line 1, col 2: syntax error: unexpected IDENTIFIER\n",
        status: 400
      ), OperationFailure.Reason.refused
    ),
    (.fetched("too many outstanding requests\n", status: 429), .undetermined),
    (.fetched("no org id\n", status: 401), .undetermined),
    (.fetched(Self.matrix), .undetermined), (.fetched("Ready\n"), .undetermined),
    (.fetched(""), .undetermined), (.fetched(String(Self.found.dropLast(60))), .undetermined),
    (.fetched(Self.found.replacing("1795999990500000000", with: "now")), .undetermined),
    (.fetched(Self.found, exit: 63), .undetermined), (.unconnected, .undetermined),
  ]

  @Test(
    "a query it does not take is refused in its words; what it does not tell is undetermined",
    arguments: Self.silences
  )
  func silent(answer: Answer, reason: OperationFailure.Reason) async {
    let failure = await #expect(throws: OperationFailure.self) { try await perform(answer) }
    #expect(failure?.reason == reason, "\(failure?.message ?? "")")
  }

  @Test("a time without measure and an empty query are refused")
  func refused() async {
    for values in [
      ["since": Value.duration(.zero)], ["since": .duration(.seconds(31 * 86_400))],
      ["query": .string("")],
    ] {
      let failure = await #expect(throws: OperationFailure.self) {
        try await perform(.fetched(Self.none), values)
      }
      #expect(failure?.reason == .refused)
    }
  }

  @Test("in a tabletop the scenario says which lines there are, and how old the newest is")
  func tabletop() async throws {
    let logs: [String: Value] = [
      "age": .integer(900), "lines": .list([.string("a"), .string("b\u{1B}")]),
    ]
    var world = SimulatedWorld(
      state: ["logs": .record(logs)],
      now: 1_796_000_000,
      seed: 1
    )
    let catalogue = OperationCatalogue.standard()
    let result = try await catalogue.operation("logs.search").simulate(Arguments([:]), in: &world)
    #expect(result.values["lines"] == .integer(2))
    #expect(result.values["newest_age"] == .duration(.seconds(900)))
    #expect(result.values["samples"]?.elements?.last == .string(#"b\u{1B}"#))
    world.state["logs"] = .record(["running": .boolean(false)])
    await #expect(throws: OperationFailure.self) {
      try await catalogue.operation("logs.search").simulate(Arguments([:]), in: &world)
    }
  }
}
