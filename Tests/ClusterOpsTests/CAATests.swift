import Runbooks
import Testing

@testable import ClusterOps

/// CAA records by RFC 8659, and the record of TLS reporting by RFC 8460, with a recorded kdig.
@Suite struct CAATests {
  private static let ours = #"0 issue "letsencrypt.org" "#

  /// CAA records by name, the host, whether letsencrypt.org may, where they were found, who may.
  private static let cases: [([String: [String]], String, Bool, String, [String])] = [
    ([:], "mail.a.test", true, "", []),
    (["a.test": [ours]], "mail.a.test", true, "a.test", ["letsencrypt.org"]),
    (
      ["a.test": [#"0 issue "LetsEncrypt.org; validationmethods=dns-01""#]], "a.test", true,
      "a.test",
      ["letsencrypt.org"]
    ),
    (["test": [#"0 issue "other.test""#]], "mail.a.test", false, "test", ["other.test"]),
    // The nearest records count alone.
    (
      ["mail.a.test": [ours], "a.test": [#"0 issue ";""#]], "mail.a.test", true, "mail.a.test",
      ["letsencrypt.org"]
    ),
    (
      ["mail.a.test": [#"0 issue ";""#], "a.test": [ours]], "mail.a.test", false, "mail.a.test", []
    ),
    (["a.test": [#"0 issue """#]], "a.test", false, "a.test", []),
    (["a.test": [#"0 issue "%%%""#]], "a.test", false, "a.test", []),
    (["a.test": [#"0 iodef "mailto:x@a.test""#]], "a.test", true, "a.test", []),
    (
      ["a.test": [ours, #"0 issue "other.test""#]], "a.test", true, "a.test",
      ["letsencrypt.org", "other.test"]
    ),
    // Of a wildcard issuewild counts where there is one.
    (["a.test": [ours, #"0 issuewild ";""#]], "*.a.test", false, "a.test", []),
    (["a.test": [ours, #"0 issuewild ";""#]], "mail.a.test", true, "a.test", ["letsencrypt.org"]),
    (["a.test": [ours]], "*.a.test", true, "a.test", ["letsencrypt.org"]),
    (["a.test": [#"0 issuewild "other.test""#]], "a.test", true, "a.test", []),
    // What is critical and not understood forbids.
    (["a.test": [ours, #"128 tbs "x""#]], "a.test", false, "a.test", ["letsencrypt.org"]),
    (["a.test": [ours, #"0 tbs "x""#]], "a.test", true, "a.test", ["letsencrypt.org"]),
    (["a.test": [#"128 issue "letsencrypt.org""#]], "a.test", true, "a.test", ["letsencrypt.org"]),
  ]

  private static func zone(_ records: [String: [String]]) -> MailZone {
    MailZone(records: Dictionary(uniqueKeysWithValues: records.map { ($0 + " CAA", $1) }))
  }

  @Test("who may issue, by the nearest name that has records", arguments: cases)
  func permits(
    records: [String: [String]],
    host: String,
    isPermitted: Bool,
    place: String,
    issuers: [String]
  ) async throws {
    let result = try await Self.zone(records).world()
      .perform(CAACheck(), ["host": .string(host)])
    #expect(result.values["permitted"] == .boolean(isPermitted), "\(result.summary)")
    #expect(result.text("found_at") == place)
    #expect(result.texts("issuers") == issuers)
    _ = try CAACheck().declaration.checked(result)
  }

  @Test(
    "what is wrong with a record is told",
    arguments: [
      (#"0 issue "letsencrypt.org""#, ""), (#"0 issue ";""#, ""),
      (#"0 contactemail "x@a.test""#, ""), (#"0 iodef "https://a.test/x""#, ""),
      (#"0 iodef "x@a.test""#, "`iodef` names ‘x@a.test’"),
      (#"0 issue "a b""#, "`issue` names ‘a b’, which is no issuer"),
      (#"128 future "x""#, "`future` is critical"),
      (#"0 isue "x""#, "`isue` is known to no issuer"),
    ]
  )
  func problems(record: String, words: String) async throws {
    let problems = try await Self.zone(["a.test": [record]]).world()
      .perform(CAACheck(), ["host": .string("a.test")]).texts("problems")
    #expect(problems.count == (words.isEmpty ? 0 : 1), "\(problems)")
    #expect(problems.first?.contains(words) ?? words.isEmpty, "\(problems)")
  }

  @Test("a name that does not answer leaves nothing to say, unless a nearer one has records")
  func silence() async throws {
    var zone = Self.zone(["a.test": [Self.ours]])
    zone.silent = ["mail.a.test CAA"]
    let failure = await #expect(throws: OperationFailure.self) {
      try await zone.world().perform(CAACheck(), ["host": .string("mail.a.test")])
    }
    #expect(failure?.reason == .undetermined)
    zone.silent = ["test CAA"]
    let world = zone.world()
    let found = try await world.perform(CAACheck(), ["host": .string("mail.a.test")])
    #expect(found.values["permitted"] == .boolean(true))
    #expect(world.asked.programs[0].filter { $0 == "-q" }.count == 3)
    for answer in MailZone.failures {
      await #expect(throws: OperationFailure.self) {
        try await RecordedWorld { _ in answer }.perform(CAACheck())
      }
    }
  }

  @Test(
    "TLS reporting: one record, with an address that reports can be sent to",
    arguments: [
      (["v=TLSRPTv1; rua=mailto:t@a.test"], true, ""),
      (["v=TLSRPTv1;rua=mailto:t@a.test,https://b.test/x;"], true, ""),
      (["v=TLSRPTv1; rua=mailto:t@a.test", "v=spf1 -all"], true, ""),
      ([], false, "has no TXT record that begins with `v=TLSRPTv1;`"),
      (["v=TLSRPTv1"], false, "has no TXT record"),
      (["v=tlsrptv1; rua=mailto:t@a.test"], false, "has no TXT record"),
      (
        ["v=TLSRPTv1; rua=mailto:a@a.test", "v=TLSRPTv1; rua=mailto:b@a.test"], false,
        "has 2 records"
      ),
      (["v=TLSRPTv1;"], false, "names no address in `rua`"),
      (["v=TLSRPTv1; rua="], false, "names no address in `rua`"),
      (["v=TLSRPTv1; rua=t@a.test"], false, "which is no mailto: or https:"),
      (["v=TLSRPTv1; rua=http://a.test/x"], false, "which is no mailto: or https:"),
      (["v=TLSRPTv1; rua=mailto:t"], false, "which is no whole address"),
      (["v=TLSRPTv1; rua=mailto:t@a.test,mailto:"], true, "which is no whole address"),
    ]
  )
  func tlsrpt(texts: [String], isFound: Bool, problem: String) async throws {
    let zone = MailZone(records: ["_smtp._tls.gaudy.test TXT": texts])
    let result = try await zone.world().perform(TLSRPTCheck())
    #expect(result.values["found"] == .boolean(isFound), "\(result.summary)")
    let problems = result.texts("problems")
    #expect(problems.count == (problem.isEmpty ? 0 : 1), "\(problems)")
    #expect(problems.first?.contains(problem) ?? problem.isEmpty, "\(problems)")
    _ = try TLSRPTCheck().declaration.checked(result)
  }

  @Test("no answer on TLS reporting is no evidence", arguments: MailZone.failures)
  func unanswered(answer: Answer) async {
    await #expect(throws: OperationFailure.self) {
      try await RecordedWorld { _ in answer }.perform(TLSRPTCheck())
    }
  }

  @Test("hostile text of a record is bounded and has no control characters")
  func hostile() async throws {
    let text = "v=TLSRPTv1; rua=" + String(repeating: "x", count: 5_000) + #"\027[2J"#
    let zone = MailZone(records: ["_smtp._tls.gaudy.test TXT": [text]])
    let result = try await zone.world().perform(TLSRPTCheck())
    #expect(result.summary.count < 600)
    #expect(result.text("record").count <= 1_000)
    #expect(!result.summary.utf8.contains(0x1B))
  }

  @Test("in a tabletop the site names its issuer, and asks for reports")
  func tabletop() async throws {
    var world = SimulatedWorld(state: [:], now: 0, seed: 1)
    let catalogue = OperationCatalogue.standard()
    let caa = try await catalogue.operation("caa.check").simulate(Arguments([:]), in: &world)
    #expect(caa.values["permitted"] == .boolean(true))
    #expect(caa.text("found_at") == "gaudy.test")
    let wild = try await catalogue.operation("caa.check")
      .simulate(Arguments(["host": .string("*.gaudy.test")]), in: &world)
    #expect(wild.values["permitted"] == .boolean(false))
    let reports = try await catalogue.operation("tlsrpt.check")
      .simulate(Arguments([:]), in: &world)
    #expect(reports.texts("rua") == ["mailto:tlsrpt@gaudy.test"])
  }
}
