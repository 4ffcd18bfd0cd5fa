import Runbooks
import Testing

@testable import ClusterOps

/// The operations on the DNS, with a recorded kdig and in a simulated world.
@Suite struct DNSTwinTests {
  private let fake: FakeKdig
  private let site = Site.dns()
  private static let resolver = "127.0.0.3"

  /// What was recorded, as a scenario writes it.
  private let state: Value = .record([
    "validates": .boolean(false), "ttl": .integer(3_600),
    "records": .record([
      "gaudy.test SOA": .list([
        .string("ns1.gaudy.test hostmaster.gaudy.test 2026112201 3600 900 604800 300")
      ]),
      "gaudy.test TXT": .list([
        .string(#"first part second part; "quoted" back\slash"#), .string("v=spf1 mx -all"),
      ]),
      "gaudy.test CAA": .list([.string(#"0 issue "letsencrypt.org""#)]),
      "www.gaudy.test CNAME": .list([.string("mail.gaudy.test")]),
      "_25._tcp.mail.gaudy.test TLSA": .list([
        .string("3 1 1 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")
      ]),
      "_imaps._tcp.gaudy.test SRV": .list([.string("0 1 993 mail.gaudy.test")]),
      "198.51.100.26 PTR": .list([.string("a.gaudy.test"), .string("b.gaudy.test")]),
      "2001:db8::25 PTR": .list([]),
    ]),
    "resolvers": .record([
      "127.0.0.4": .string("servfail"), "127.0.0.77": .string("timeout"),
    ]),
    "lists": .record([
      "bl.test": .record([
        "listed": .record(["198.51.100.25": .string("127.0.0.2")]),
        "reason": .string("listed: https://bl.test/?ip=198.51.100.25"),
      ]),
      "gone.test": .record(["dead": .boolean(true)]),
      "all.test": .record(["everything": .boolean(true)]),
      "ref.test": .record(["refusing": .boolean(true)]),
    ]),
  ])

  init() throws { fake = try FakeKdig() }

  private func texts(_ texts: String...) -> Value { .list(texts.map(Value.string)) }

  private func simulate(
    _ name: String,
    _ values: [String: Value],
    _ state: Value? = nil
  ) async throws -> OperationResult {
    let world = SimulatedWorld(state: ["dns": state ?? self.state], now: 0, seed: 1)
    let context = OperationContext(
      site: site,
      timeout: .seconds(60),
      simulation: Simulation(world)
    ) { _ in }
    return try await OperationCatalogue.standard().operation(name)
      .perform(Arguments(values), in: context)
  }

  private func perform(
    _ name: String,
    _ values: [String: Value]
  ) async throws -> OperationResult {
    let context = OperationContext(site: site, timeout: .seconds(60)) { _ in }
    return try await fake.catalogue.operation(name).perform(Arguments(values), in: context)
  }

  /// Performs and simulates; both must say the same, and what was planned is what was called.
  private func both(_ name: String, _ values: [String: Value]) async throws -> OperationResult {
    fake.directory.write("calls", "")
    let real = try await perform(name, values)
    let twin = try await simulate(name, values)
    #expect(real.values == twin.values)
    #expect(real.summary == twin.summary)
    #expect(real.doubt == twin.doubt)
    let plan = try fake.catalogue.operation(name).plan(Arguments(values), for: site)
    for call in fake.calls {
      #expect(
        plan.contains { action in
          let argv = action.argv
          let program = argv.first == "xargs" ? Array(argv.drop { $0 != "kdig" }) : argv
          return call.hasPrefix(program.joined(separator: " "))
        },
        "\(call)"
      )
    }
    return real
  }

  @Test("a lookup says the same in both worlds, and where servers answer nothing in words")
  func lookup() async throws {
    let found = try await both(
      "dns.lookup",
      ["type": .string("MX"), "resolvers": texts(Self.resolver), "authorities": texts("127.0.0.2")]
    )
    #expect(found.values["status"] == .string("NOERROR"))
    #expect(found.values["answers"] == texts("10 mail.gaudy.test"))
    #expect(found.values["agree"] == .boolean(true))
    #expect(found.values["kept"] == .duration(.seconds(3_600)), "a wait may take it as it is")
    #expect(found.doubt == nil)
    #expect(found.summary == "gaudy.test MX: 10 mail.gaudy.test, as 2 servers say.")
    for (name, type, status) in [
      ("nope.gaudy.test", "A", "NXDOMAIN"), ("mail.gaudy.test", "MX", "NODATA"),
      ("www.gaudy.test", "A", "NOERROR"), ("gaudy.test", "TXT", "NOERROR"),
    ] {
      let result = try await both(
        "dns.lookup",
        ["name": .string(name), "type": .string(type), "resolvers": texts(Self.resolver)]
      )
      #expect(result.values["status"] == .string(status))
    }
  }

  @Test("a silent resolver is a doubt that names it; what others said is told")
  func silence() async throws {
    let mail: Value = .string("mail.gaudy.test")
    let some = try await both(
      "dns.lookup",
      ["name": mail, "resolvers": texts(Self.resolver, "127.0.0.77", "127.0.0.4")]
    )
    #expect(some.values["answers"] == texts("198.51.100.25"))
    #expect(some.values["silent"] == texts("127.0.0.77", "127.0.0.4"))
    #expect(some.doubt?.extent == .parts)
    #expect(some.doubt?.words.contains("127.0.0.77 did not answer within 4 s") == true)
    #expect(some.doubt?.advice.contains("port 53") == true)
    let none = try await both("dns.lookup", ["name": mail, "resolvers": texts("127.0.0.77")])
    #expect(none.values["status"] == .string("TIMEOUT"))
    #expect(none.doubt?.extent == .end)
    let broken = try await both("dns.lookup", ["name": mail, "resolvers": texts("127.0.0.4")])
    #expect(broken.values["status"] == .string("SERVFAIL"))
    #expect(broken.doubt?.advice.contains("DNSSEC") == true)
    let way = try await perform(
      "dns.lookup",
      ["name": mail, "resolvers": texts("nosuch.gaudy.test")]
    )
    #expect(way.values["status"] == .string("UNREACHABLE"))
    #expect(way.doubt?.words.contains("Name or service not known") == true)
  }

  @Test("a resolver that still has the old address is told, and who says what")
  func stale() async throws {
    let state: Value = .record([
      "resolvers": .record(["192.0.2.53": .string("stale")]),
      "stale": .record(["mail.gaudy.test A": texts("198.51.100.20")]),
    ])
    let result = try await simulate(
      "dns.lookup",
      ["name": .string("mail.gaudy.test"), "resolvers": texts("system", "192.0.2.53")],
      state
    )
    #expect(result.values["status"] == .string("MIXED"))
    #expect(result.values["agree"] == .boolean(false))
    #expect(result.doubt == nil)
    #expect(result.summary.contains("192.0.2.53 says 198.51.100.20"))
  }

  @Test("a zone file that is published has every record; one that is not says which and where")
  func compare() async throws {
    let names = ["_imaps._tcp", "gaudy.test.\t3600\tIN\t", "_25._tcp", "mail.gaudy.test.\t", "www"]
    let lines = DNSRecorded.zone.split(separator: "\n").filter { line in
      names.contains { line.hasPrefix($0) } && !line.contains("\tCNAME\t")
    }.map(String.init)
    fake.directory.write("zone", lines.joined(separator: "\n") + "\n")
    let same = try await perform(
      "dns.compare",
      ["file": .string("dns/zone.db"), "resolvers": texts(Self.resolver)]
    )
    #expect(same.values["matches"] == .boolean(true), "\(same.values)")
    #expect(same.values["records"] == .integer(lines.count))
    #expect(same.values["same"] == .integer(lines.count))
    let changed =
      lines.map { $0.replacing("198.51.100.25", with: "198.51.100.99") }
      + [
        "gaudy.test.\t300\tIN\tMX\t20 mx2.gaudy.test.", "nope.gaudy.test.\t300\tIN\tA\t192.0.2.7",
      ]
    let less = changed.filter { !$0.contains("v=spf1") }
    fake.directory.write("zone", less.joined(separator: "\n") + "\n")
    var fields = state.fields
    fields["files"] = .record(["dns/zone.db": .list(less.map(Value.string))])
    let values: [String: Value] = [
      "file": .string("dns/zone.db"), "resolvers": texts(Self.resolver),
    ]
    let real = try await perform("dns.compare", values)
    let twin = try await simulate("dns.compare", values, .record(fields))
    #expect(real.values == twin.values)
    #expect(real.values["matches"] == .boolean(false))
    #expect(
      real.values["different"]
        == texts("mail.gaudy.test A: 198.51.100.25 instead of 198.51.100.99 (127.0.0.3)")
    )
    #expect(
      Set(real.values["missing"]?.elements?.compactMap(\.text) ?? []) == [
        "gaudy.test MX: 20 mx2.gaudy.test (127.0.0.3)", "nope.gaudy.test A: 192.0.2.7 (127.0.0.3)",
      ]
    )
    #expect(real.values["extra"] == texts("gaudy.test TXT: v=spf1 mx -all (127.0.0.3)"))
    #expect(real.summary.contains("2 missing, 1 different, 1 extra"))
    #expect(real.doubt == nil)
  }

  @Test("a zone file that cannot be read, or lies elsewhere, is told as such")
  func zoneFiles() async throws {
    fake.directory.write(
      "ldns-read-zone",
      "#!/bin/sh\necho \"Syntax error, could not parse the RR's rdata at line 3\" >&2\nexit 1\n",
      executable: true
    )
    let failure = try await #require(throws: OperationFailure.self) {
      try await perform("dns.compare", ["file": .string("dns/zone.db")])
    }
    #expect(failure.message.contains("at line 3"))
    for path in ["/etc/passwd", "../other", "a/../../b", ""] {
      let refused = try await #require(throws: OperationFailure.self) {
        try await perform("dns.compare", ["file": .string(path)])
      }
      #expect(refused.reason == .refused)
    }
  }

  @Test("a healthy simulated site is confirmed, compares equal and is on no list")
  func healthy() async throws {
    let state = Value.record([:])
    let pointers = try await simulate("ptr.check", [:], state)
    #expect(pointers.values["confirmed"] == .boolean(true), "\(pointers.summary)")
    let zone = try await simulate("dns.compare", ["file": .string("zone.db")], state)
    #expect(zone.values["matches"] == .boolean(true), "\(zone.summary)")
    let lists = try await simulate("dnsbl.check", [:], state)
    #expect(lists.values["clear"] == .boolean(true), "\(lists.summary)")
    let lookup = try await simulate("dns.lookup", ["type": .string("MX")], state)
    #expect(lookup.values["authenticated"] == .boolean(true))
  }

  @Test("PTR records: none, two, another name, and a name that does not lead back")
  func pointers() async throws {
    let result = try await both(
      "ptr.check",
      [
        "addresses": texts("198.51.100.25", "198.51.100.26", "2001:db8::25"),
        "resolvers": texts(Self.resolver),
      ]
    )
    #expect(result.values["confirmed"] == .boolean(false))
    #expect(result.values["unconfirmed"] == texts("198.51.100.26", "2001:db8::25"))
    let problems = result.values["problems"]?.elements?.compactMap(\.text) ?? []
    #expect(problems.contains { $0.contains("198.51.100.26 has 2 PTR records") })
    #expect(problems.contains { $0.contains("a.gaudy.test A does not lead to 198.51.100.26") })
    #expect(problems.contains { $0.contains("2001:db8::25 has no PTR record") })
    #expect(problems.contains { $0.contains("the provider") })
    let other = try await both(
      "ptr.check",
      [
        "addresses": texts("198.51.100.25"), "host": .string("mx.gaudy.test"),
        "resolvers": texts(Self.resolver),
      ]
    )
    #expect(other.summary.contains("is called mail.gaudy.test, not mx.gaudy.test"))
  }

  @Test("lists: listed with code and words; dead, refusing and endless ones are no evidence")
  func lists() async throws {
    let result = try await both(
      "dnsbl.check",
      [
        "addresses": texts("198.51.100.25", "198.51.100.26"), "resolver": .string(Self.resolver),
        "lists": texts("bl.test", "gone.test", "all.test", "ref.test"),
      ]
    )
    #expect(result.values["listed"] == texts("198.51.100.25 bl.test 127.0.0.2 listed"))
    #expect(result.values["clean"] == texts("198.51.100.26 bl.test"))
    #expect(result.values["clear"] == .boolean(false))
    #expect(
      result.values["dead"]
        == texts(
          "gone.test: is empty (its test point 127.0.0.2 is not listed)",
          "all.test: lists everything (its 127.0.0.1 is listed)"
        )
    )
    #expect(result.values["refused"]?.elements?.count == 1)
    #expect(result.doubt?.extent == .parts)
    let evidence = String(decoding: result.evidence[0].bytes, as: UTF8.self)
    #expect(evidence.contains("the list says: listed: https://bl.test/?ip=198.51.100.25"))
    // Lists that are no evidence are not asked for addresses.
    #expect(!fake.calls.contains { $0.contains("25.100.51.198.all.test") })
  }

  @Test(
    "a listing names its meaning and the page to have it taken off; a silent resolver clears nobody"
  )
  func listings() async throws {
    let state: Value = .record([
      "lists": .record([
        "zen.spamhaus.org": .record(["listed": .record(["198.51.100.25": .string("127.0.0.11")])])
      ])
    ])
    let result = try await simulate("dnsbl.check", [:], state)
    #expect(result.summary.contains("198.51.100.25 zen.spamhaus.org 127.0.0.11 PBL, by Spamhaus"))
    #expect(result.summary.contains("https://check.spamhaus.org/"))
    #expect(
      result.values["clean"]?.elements?.contains(.string("2001:db8::25 zen.spamhaus.org")) == true
    )
    let silent: Value = .record(["resolvers": .record(["system": .string("timeout")])])
    let none = try await simulate("dnsbl.check", [:], silent)
    #expect(none.values["clear"] == .boolean(false))
    #expect(none.doubt?.extent == .end)
    #expect(none.values["unreachable"]?.elements?.count == 5)
  }

  @Test("codes that say no listing are not one")
  func codes() {
    let zen = BlockList.of("zen.spamhaus.org")
    #expect(zen.verdict("127.0.0.9") == .listed("DROP: a hijacked network"))
    #expect(zen.verdict("127.255.255.252") == .refused("its name is misspelt"))
    #expect(zen.verdict("192.0.2.117") == .foreign)
    #expect(zen.verdict("127.0.0.77") == .unclear)
    let other = BlockList.of("hostkarma.example")
    #expect(other.verdict("127.0.0.5") == .unclear)
    #expect(other.verdict("127.0.0.2") == .listed("listed"))
    #expect(other.verdict("127.255.255.200") == .refused("it answers with an error"))
  }

  @Test("what must not be asked is refused before anything is")
  func refusals() async throws {
    let refused: [(String, [String: Value])] = [
      ("dnsbl.check", ["addresses": texts("10.0.0.5")]),
      ("dnsbl.check", ["lists": texts("dbl.spamhaus.org")]),
      ("dnsbl.check", ["lists": texts("dnsbl.sorbs.net")]),
      ("dnsbl.check", ["resolver": .string("+tcp")]), ("ptr.check", ["addresses": texts("x")]),
      ("dns.lookup", ["name": .string("@192.0.2.1")]), ("dns.lookup", ["name": .string("-h")]),
      ("dns.lookup", ["resolvers": texts("a b")]), ("dns.lookup", ["type": .string("AXFR")]),
      ("dns.lookup", ["resolvers": texts("192.0.2.1#99999")]),
      ("dns.lookup", ["resolvers": .list([]), "authorities": .list([])]),
    ]
    for (name, values) in refused {
      let failure = try await #require(throws: OperationFailure.self, "\(values)") {
        try await perform(name, values)
      }
      #expect(failure.reason == .refused, "\(values)")
    }
    #expect(fake.calls.isEmpty)
  }

  @Test("the site's own resolvers and servers are asked where a step names none")
  func defaults() throws {
    let site = Site.dns(values: [
      "dns_resolvers": "192.0.2.53, system", "dns_servers": "ns1.gaudy.test",
    ])
    let plan = try OperationCatalogue.standard().operation("dns.lookup").plan(
      Arguments([:]),
      for: site
    )
    let base = ["kdig", "+json", "+edns", "+adflag", "+timeout=2", "+retry=1"]
    let question = ["-q", "gaudy.test.", "-t", "A"]
    #expect(
      plan.map(\.argv) == [
        base + ["@192.0.2.53"] + question, base + question,
        base + ["@ns1.gaudy.test", "+norecurse"] + question,
      ]
    )
  }

  @Test("what kdig prints and cannot be read is malformed, in every operation")
  func garbled() async throws {
    fake.garble("{\"RCODE\": \"zero\"}")
    for (name, values) in [
      ("dns.lookup", [:]), ("ptr.check", [:]), ("dnsbl.check", [:]),
      ("dns.compare", ["file": .string("z")]),
    ] as [(String, [String: Value])] {
      let failure = try await #require(throws: OperationFailure.self) {
        try await perform(name, values)
      }
      // xargs(1) hides nothing of it.
      #expect(failure.reason == .malformed, "\(name): \(failure.message)")
    }
  }
}
