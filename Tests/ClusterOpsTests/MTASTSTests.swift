import Runbooks
import Testing

@testable import ClusterOps

/// MTA-STS by RFC 8461, as kdig 3.2 and curl 7.88 tell of it.
@Suite struct MTASTSTests {
  private static let good =
    "version: STSv1\r\nmode: enforce\r\nmx: mail.gaudy.test\r\nmax_age: 604800\r\n"

  private static func facts(
    _ status: Int = 200,
    type: String = "text/plain; charset=utf-8",
    redirect: String = "null"
  ) -> String {
    #"{"certs":"","content_type":"\#(type)","errormsg":null,"exitcode":0,"http_code":\#(status),"#
      + #""redirect_url":\#(redirect),"remote_ip":"203.0.113.10","response_code":\#(status),"#
      + #""time_total":0.005695}"# + "\n"
  }

  private let zone = MailZone(records: [
    "_mta-sts.gaudy.test TXT": ["v=STSv1; id=20261130T1;"],
    "gaudy.test MX": ["10 mail.gaudy.test."],
  ])

  private static func served(_ body: String) -> Answer { .said(body, stderr: facts()) }

  private func fetch(_ zone: MailZone? = nil, _ answer: Answer) async throws -> OperationResult {
    let result = try await (zone ?? self.zone).world { _ in answer }.perform(MTASTSFetch())
    return try MTASTSFetch().declaration.checked(result)
  }

  @Test("a policy that names every MX is valid, and how it was asked for is what senders do")
  func good() async throws {
    let world = zone.world { _ in Self.served(Self.good) }
    let result = try await world.perform(MTASTSFetch(), ["roots": .string("/etc/roots.pem")])
    #expect(result.values["valid"] == .boolean(true))
    #expect(result.text("id") == "20261130T1")
    #expect(result.text("mode") == "enforce")
    #expect(result.values["max_age"] == .integer(604_800))
    #expect(result.texts("mx") == ["mail.gaudy.test"])
    #expect(result.texts("uncovered").isEmpty)
    #expect(result.texts("problems").isEmpty, "\(result.texts("problems"))")
    let argv = world.asked.programs[1]
    #expect(argv.last == "https://mta-sts.gaudy.test/.well-known/mta-sts.txt")
    #expect(argv.contains("65536"))
    #expect(argv.contains("/etc/roots.pem"))
    #expect(!argv.contains("--insecure") && !argv.contains("--location"))
  }

  @Test(
    "policies: which senders take, and what is wrong",
    arguments: [
      ("version: STSv1\nmode: enforce\nmx: a.test\nmax_age: 86400", true, ""),
      ("mx: a.test\nmax_age:86400  \nmode:testing\nversion:STSv1\n", true, ""),
      ("version: STSv1\nmode: none\nmax_age: 86400\n", true, ""),
      ("version: STSv1\nmode: enforce\nmx: *.a.test\nmax_age: 0\nnew.field: x\n", true, ""),
      ("version: STSv1\nmode: none\nmode: enforce\nmax_age: 1\n", true, "`mode` more than once"),
      ("version: STSv1\nmode: testing\nmx: a.test\nmax_age: 31557601\n", true, "more than a year"),
      ("version: STSv1\r\nmode: enforce\nmx: a.test\r\nmax_age: 86400", true, ""),
      ("version: STSv1\nmode: none\nmx: a.test\nmax_age: 31557600\n", true, ""),
      ("version: STSv1\nmode: none\nmax_age: 0000604800\n", true, ""),
      ("version: STSv1\nmode: none\nmax_age: 9999999999\n", true, "more than a year"),
      ("version: STSv1\nmode: none\nmax_age: 1\nx-y_z.9: anything: at all\n", true, ""),
      ("version: STSv1\nmode: enforce\nmx: a.test\nmx: A.test\nmx: *.a.test\nmax_age: 1", true, ""),
      ("version: stsv1\nmode: none\nmax_age: 1\n", false, "does not say `version: STSv1`"),
      ("\u{FEFF}version: STSv1\nmode: none\nmax_age: 1\n", false, "line 1 of the policy"),
      ("version: STSv1\nmode : none\nmax_age: 1\n", false, "line 2 of the policy"),
      ("version: STSv1\nMode: none\nmax_age: 1\n", false, "no `mode`"),
      ("version: STSv1\nmode: none\nmax_age: 1.5\n", false, "`max_age: 1.5`"),
      ("version: STSv1\nmode: none\nmax_age: 1\n_x: y\n", false, "line 4 of the policy"),
      ("version: STSv1\nmode: enforce\nmx: *.*.test\nmax_age: 1\n", false, "*.*.test"),
      ("version: STSv1\nmode: enforce\nmx: a.test b.test\nmax_age: 1\n", false, "a.test b.test"),
      ("version: STSv1\nmode: enforce\nmax_age: 86400\n", false, "names no `mx`"),
      ("version: STSv2\nmode: none\nmax_age: 86400\n", false, "does not say `version: STSv1`"),
      ("mode: none\nmax_age: 86400\n", false, "does not say `version: STSv1`"),
      ("version: STSv1\nmode: Enforce\nmx: a.test\nmax_age: 1\n", false, "`mode: Enforce`"),
      ("version: STSv1\nmx: a.test\nmax_age: 1\n", false, "no `mode`"),
      ("version: STSv1\nmode: none\n", false, "no `max_age`"),
      ("version: STSv1\nmode: none\nmax_age: 1d\n", false, "`max_age: 1d`"),
      ("version: STSv1\nmode: none\nmax_age: -1\n", false, "`max_age: -1`"),
      ("version: STSv1\nmode: none\nmax_age: 12345678901\n", false, "is no number of seconds"),
      ("version: STSv1\nmode: enforce\nmx: mail.*.test\nmax_age: 1\n", false, "mail.*.test"),
      ("version: STSv1\nmode: enforce\nmx: m*.a.test\nmax_age: 1\n", false, "m*.a.test"),
      ("version: STSv1\nmode: enforce\nmx: *\nmax_age: 1\n", false, "`mx: *`"),
      ("version: STSv1\nmode: enforce\nmx:\nmax_age: 1\n", false, "`mx: `"),
      ("version: STSv1\n\nmode: none\nmax_age: 1\n", false, "line 2 of the policy"),
      (" version: STSv1\nmode: none\nmax_age: 1\n", false, "line 1 of the policy"),
      ("version: STSv1\rmode: none\rmax_age: 1\r", false, "does not say `version: STSv1`"),
      ("<html>404</html>\n", false, "is no `key: value`"), ("", false, "does not say `version"),
    ]
  )
  func policies(text: String, isValid: Bool, problem: String) {
    let policy = MTASTSPolicy(Array(text.utf8))
    #expect(policy.isValid == isValid, "\(policy.problems)")
    #expect(policy.problems.isEmpty == problem.isEmpty, "\(policy.problems)")
    if !problem.isEmpty {
      #expect(policy.problems.contains { $0.contains(problem) }, "\(policy.problems)")
    }
  }

  @Test(
    "a star stands for the first label, whole and alone",
    arguments: [
      ("mail.a.test", "mail.a.test", true), ("MAIL.a.test", "mail.a.test", true),
      ("*.a.test", "mail.a.test", true), ("*.a.test", "a.test", false),
      ("*.a.test", "b.mail.a.test", false), ("a.test", "mail.a.test", false),
      ("*.a.test", "maila.test", false),
    ]
  )
  func covers(pattern: String, host: String, expected: Bool) {
    let text = "version: STSv1\nmode: enforce\nmx: \(pattern)\nmax_age: 1\n"
    #expect(MTASTSPolicy(Array(text.utf8)).covers(host) == expected)
  }

  @Test("an MX that no line names is told: enforced, no mail comes to it")
  func uncovered() async throws {
    var zone = zone
    zone.records["gaudy.test MX"] = ["10 mail.gaudy.test.", "20 mx2.gaudy.test."]
    let result = try await fetch(zone, Self.served(Self.good))
    #expect(result.texts("uncovered") == ["mx2.gaudy.test"])
    #expect(result.texts("problems").first?.contains("does not name mx2.gaudy.test") == true)
    #expect(result.values["valid"] == .boolean(true))
    // Without MX the domain itself takes the mail; with the null MX nobody does.
    zone.records["gaudy.test MX"] = []
    #expect(try await fetch(zone, Self.served(Self.good)).texts("uncovered") == ["gaudy.test"])
    zone.records["gaudy.test MX"] = ["0 ."]
    #expect(try await fetch(zone, Self.served(Self.good)).texts("uncovered").isEmpty)
    // A policy of none keeps mail from no host.
    zone.records["gaudy.test MX"] = ["20 mx2.gaudy.test."]
    let none = "version: STSv1\nmode: none\nmx: mail.gaudy.test\nmax_age: 86400\n"
    let off = try await fetch(zone, Self.served(none))
    #expect(off.values["valid"] == .boolean(true))
    #expect(off.texts("uncovered").isEmpty && off.texts("problems").isEmpty)
    // By the star any one label is, and no other.
    zone.records["gaudy.test MX"] = ["10 mx.gaudy.test.", "20 a.mx.gaudy.test.", "30 gaudy.test."]
    let star = "version: STSv1\nmode: testing\nmx: *.gaudy.test\nmax_age: 86400\n"
    let wild = try await fetch(zone, Self.served(star))
    #expect(Set(wild.texts("uncovered")) == ["a.mx.gaudy.test", "gaudy.test"])
  }

  @Test(
    "the record: one that begins with its version, with an id of letters and digits",
    arguments: [
      (["v=STSv1;id=a1"], "a1", ""), (["v=STSv1; id=a1; x=y"], "a1", ""),
      (["v=STSv1; \u{1F}id=a\u{1F}1;"], "a1", ""), (["v=stsv1; id=a1"], "", "has no TXT record"),
      (["id=a1; v=STSv1"], "", "has no TXT record"), (["v=STSv1; id=a1", "v=spf1 -all"], "a1", ""),
      ([], "", "has no TXT record that begins with `v=STSv1;`"),
      (["v=STSv1"], "", "has no TXT record"), (["v=STSv2; id=1"], "", "has no TXT record"),
      ([" v=STSv1; id=1"], "", "has no TXT record"),
      (["v=STSv1; id=1", "v=STSv1; id=2"], "", "has 2 records"),
      (["v=STSv1;"], "", "has no `id`"), (["v=STSv1; id=2026-11"], "", "has no `id`"),
      (["v=STSv1; id=123456789012345678901234567890123"], "", "has no `id`"),
    ]
  )
  func records(texts: [String], id: String, problem: String) async throws {
    var zone = zone
    zone.records["_mta-sts.gaudy.test TXT"] = texts
    let result = try await fetch(zone, Self.served(Self.good))
    #expect(result.text("id") == id)
    #expect(result.values["valid"] == .boolean(!id.isEmpty))
    let problems = result.texts("problems").joined()
    #expect(problem.isEmpty ? problems.isEmpty : problems.contains(problem), "\(problems)")
  }

  @Test("a page that is no policy, or not to be trusted, is a finding")
  func pages() async throws {
    let cases: [(Answer, String)] = [
      (.said("", stderr: Self.facts(404)), "answers 404 instead of 200"),
      (
        .said("", stderr: Self.facts(301, redirect: #""https://gaudy.test/x""#)),
        "to https://gaudy.test/x, and senders follow no redirect"
      ),
      (
        .said("", stderr: "curl: (60) SSL certificate problem\n" + Self.facts(0), exit: 60),
        "is not trusted there"
      ),
      (.said("", stderr: "curl: (63) Exceeded\n" + Self.facts(), exit: 63), "longer than 64 KB"),
      (
        .said(String(repeating: "x: y\n", count: 20_000), stderr: Self.facts()), "longer than 64 KB"
      ),
    ]
    for (answer, words) in cases {
      let result = try await fetch(nil, answer)
      #expect(result.values["valid"] == .boolean(false))
      #expect(
        result.texts("problems").contains { $0.contains(words) },
        "\(result.texts("problems"))"
      )
      #expect(result.summary.contains("senders get no MTA-STS policy"))
    }
    let html = try await fetch(nil, .said(Self.good, stderr: Self.facts(type: "text/html")))
    #expect(html.values["valid"] == .boolean(true))
    #expect(
      html.texts("problems") == ["the policy is served as ‘text/html’: serve it as text/plain"]
    )
  }

  @Test("who does not answer leaves nothing to say", arguments: [6, 7, 28, 35])
  func unanswered(exit: Int) async {
    let answer = Answer.said("", stderr: "curl: (\(exit)) x\n" + Self.facts(0), exit: exit)
    let page = await #expect(throws: OperationFailure.self) { try await fetch(nil, answer) }
    #expect(page?.reason == .undetermined)
    for name in ["_mta-sts.gaudy.test TXT", "gaudy.test MX"] {
      var zone = zone
      zone.silent = [name]
      let dns = await #expect(throws: OperationFailure.self) {
        try await fetch(zone, Self.served(Self.good))
      }
      #expect(dns?.reason == .undetermined)
    }
  }

  @Test("without kdig or curl, or with what they do not print, nothing is known")
  func strange() async {
    for answer in MailZone.failures {
      await #expect(throws: OperationFailure.self) {
        try await RecordedWorld { _ in answer }.perform(MTASTSFetch())
      }
    }
    for answer in [
      Answer.said("", stderr: "sh: curl: not found\n", exit: 127), .said(Self.good, stderr: "{}"),
    ] {
      await #expect(throws: OperationFailure.self) { try await fetch(nil, answer) }
    }
  }

  @Test("in a tabletop the page is the scenario's, and the record is there")
  func tabletop() async throws {
    let url = "https://mta-sts.gaudy.test/.well-known/mta-sts.txt"
    let page = Value.record(["body": .string(Self.good)])
    var world = SimulatedWorld(state: ["http": .record([url: page])], now: 0, seed: 1)
    let result = try await OperationCatalogue.standard().operation("mta_sts.fetch")
      .simulate(Arguments([:]), in: &world)
    #expect(result.values["valid"] == .boolean(true))
    #expect(result.texts("problems").isEmpty)
  }
}
