import Runbooks
import Testing

@testable import ClusterOps

/// Answers of block lists from the field (F05): most of them are no listing, and none of those is a
/// clean bill.
@Suite("Answers of block lists from the field") struct BlockListCaseTests {
  /// What the resolver says of the question.
  enum Reply: Sendable {
    case codes([String])
    case noName
    /// The name is there, and no address.
    case noAddress
    /// A return code other than NOERROR and NXDOMAIN.
    case failure(Int)
    case silence
  }

  /// What has to be concluded.
  enum Conclusion: Sendable {
    /// On the list: words of each listing.
    case listed([String])
    case clean
    /// Neither: the field that tells of it, words of its one line, and of the advice.
    case unknown(String, String, advice: String)
    /// It is not even asked, and why.
    case unasked(String)
  }

  struct Row: Sendable, CustomTestStringConvertible {
    let name: String
    let address: String
    /// The name that must be asked for.
    let query: String
    let reply: Reply
    let conclusion: Conclusion
    let reason: String
    /// Whether the list has its test point (127.0.0.2), and whether it has what it must not (127.0.0.1).
    let isFilled: Bool
    let isEndless: Bool

    init(
      _ name: String,
      of address: String = "192.0.2.25",
      _ query: String,
      _ reply: Reply,
      _ conclusion: Conclusion,
      reason: String = "",
      isFilled: Bool = true,
      isEndless: Bool = false
    ) {
      self.name = name
      self.address = address
      self.query = query
      self.reply = reply
      self.conclusion = conclusion
      self.reason = reason
      self.isFilled = isFilled
      self.isEndless = isEndless
    }

    var testDescription: String { name }

    /// The list's zone: the query without the four octets, or 32 nibbles, in front.
    var list: String {
      query.split(separator: ".").dropFirst(address.contains(":") ? 32 : 4).joined(separator: ".")
    }

    /// What the resolver knows.
    var zone: MailZone {
      var zone = MailZone()
      for point in ListTestPoint.all {
        if isFilled { zone.records["\(point.listed.reversed).\(list) A"] = ["127.0.0.2"] }
        if isEndless { zone.records["\(point.unlisted.reversed).\(list) A"] = ["127.0.0.2"] }
      }
      if !reason.isEmpty { zone.records["\(query) TXT"] = [reason] }
      switch reply {
      case .codes(let codes): zone.records["\(query) A"] = codes
      case .noName: break
      case .noAddress: zone.records["\(query) A"] = []
      case .failure(let code): zone.codes = ["\(query) A": code, "\(query) TXT": code]
      case .silence: zone.silent = ["\(query) A", "\(query) TXT"]
      }
      return zone
    }

    var values: [String: Value] {
      ["addresses": .list([.string(address)]), "lists": .list([.string(list)])]
    }
  }

  private static let zen = "25.2.0.192.zen.spamhaus.org"

  private static let refusing: [Row] = [
    Row(
      "a: a public resolver",
      zen,
      .codes(["127.255.255.254"]),
      .unknown("refused", "public resolvers", advice: "by another resolver"),
      reason: "Error: open resolver; https://check.spamhaus.org/returnc/pub/192.0.2.53/"
    ),
    Row(
      "b: a public resolver by IPv6",
      zen,
      .codes(["127.255.255.254"]),
      .unknown("refused", "public resolvers", advice: "by another resolver"),
      reason: "Error: open resolver; https://check.spamhaus.org/returnc/pub/2001:db8::53/"
    ),
    Row(
      "c: too many questions",
      zen,
      .codes(["127.255.255.255"]),
      .unknown("refused", "too many questions", advice: "less often"),
      reason: "Error: excessive number of queries"
    ),
    // The list is not one that is known here; the code alone says what is wrong.
    Row(
      "d: a misspelt list",
      "25.2.0.192.zenn.spamhaus.org",
      .codes(["127.255.255.252"]),
      .unknown("refused", "its name is misspelt", advice: "Write zen.spamhaus.org"),
      reason: "Error: typing error in DNSBL name"
    ),
  ]

  private static let rows: [Row] = refusing + others

  private static let others: [Row] = [
    Row(
      "e: SBL and DROP",
      zen,
      .codes(["127.0.0.2", "127.0.0.9"]),
      .listed(["127.0.0.2 SBL: ", "127.0.0.9 DROP: "])
    ), Row("f: CSS", zen, .codes(["127.0.0.3"]), .listed(["127.0.0.3 CSS: "])),
    Row("g: XBL", zen, .codes(["127.0.0.4"]), .listed(["127.0.0.4 XBL: "])),
    Row(
      "h: PBL by Spamhaus is no reputation",
      zen,
      .codes(["127.0.0.11"]),
      .listed(["127.0.0.11 PBL, by Spamhaus: should not send mail directly; no reputation"])
    ),
    Row(
      "i: PBL by the provider is no reputation",
      zen,
      .codes(["127.0.0.10"]),
      .listed(["127.0.0.10 PBL, by the provider: should not send mail directly; no reputation"])
    ), Row("j: no such name", zen, .noName, .clean),
    Row(
      "k: SERVFAIL",
      zen,
      .failure(2),
      .unknown("unreachable", "(SERVFAIL)", advice: "another resolver")
    ),
    Row(
      "l: REFUSED",
      zen,
      .failure(5),
      .unknown("refused", "(REFUSED)", advice: "another resolver")
    ),
    Row(
      "m: silence",
      zen,
      .silence,
      .unknown("unreachable", "did not answer within", advice: "another resolver")
    ),
    Row(
      "n: NOERROR without an address",
      zen,
      .noAddress,
      .unknown("unclear", "192.0.2.25 zen.spamhaus.org NODATA", advice: "again later")
    ),
    Row(
      "o: an address asked of a list of names",
      "25.2.0.192.dbl.spamhaus.org",
      .codes(["127.0.1.255"]),
      .unasked("it lists names, not addresses")
    ),
    // The code that says so, of a list that nobody here knows to be one of names.
    Row(
      "o: an address asked of an unknown list of names",
      "25.2.0.192.names.test",
      .codes(["127.0.1.255"]),
      .unknown("refused", "it lists names and was asked", advice: "Leave names.test out")
    ),
    Row(
      "p: blocked from asking",
      "25.2.0.192.multi.uribl.com",
      .codes(["127.0.0.1"]),
      .unasked("it lists names, not addresses")
    ),
    Row(
      "q: a list whose domain is known to be sold",
      "25.2.0.192.bl.spamcannibal.org",
      .codes(["192.0.2.117"]),
      .unasked("it was shut and its domain sold")
    ),
    Row(
      "q: a list whose domain was sold",
      "25.2.0.192.bl.sold.test",
      .codes(["192.0.2.117"]),
      .unknown("dead", "bl.sold.test: answers 192.0.2.117", advice: "Leave bl.sold.test out")
    ),
    Row(
      "r: a list that was shut",
      "25.2.0.192.dnsbl.sorbs.net",
      .noName,
      .unasked("it was shut")
    ),
    Row(
      "s: a list that has everything",
      "25.2.0.192.bl.dead.test",
      .codes(["127.0.0.2"]),
      .unknown(
        "dead",
        "lists everything (its 127.0.0.1 is listed)",
        advice: "Leave bl.dead.test out"
      ),
      isEndless: true
    ),
    Row(
      "t: a list that is empty",
      "25.2.0.192.bl.empty.test",
      .noName,
      .unknown(
        "dead",
        "is empty (its test point 127.0.0.2 is not listed)",
        advice: "Leave bl.empty.test out"
      ),
      isFilled: false
    ),
    Row(
      "u: a code that need not be bad",
      "25.2.0.192.hostkarma.junkemailfilter.com",
      .codes(["127.0.0.5"]),
      .unknown(
        "unclear",
        "192.0.2.25 hostkarma.junkemailfilter.com 127.0.0.5 (NOBL)",
        advice: "what 127.0.0.5 means"
      ),
      reason: "NOBL"
    ),
    Row(
      "v: the nibbles of an IPv6 address",
      of: "2001:db8::25",
      "5.2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.zen.spamhaus.org",
      .noName,
      .clean
    ),
    Row(
      "w: a list of the good",
      "25.2.0.192.list.dnswl.org",
      .codes(["127.0.5.2"]),
      .unasked("it lists the good, not the bad")
    ),
    Row(
      "x: a private address",
      of: "10.0.0.5",
      "5.0.0.10.zen.spamhaus.org",
      .noName,
      .unasked("No list has private addresses")
    ),
  ]

  @Test("a listing is one, and what is none is told for what it is", arguments: rows)
  func row(row: Row) async throws {
    let world = row.zone.world()
    if case .unasked(let why) = row.conclusion {
      let failure = await #expect(throws: OperationFailure.self) {
        try await world.perform(DNSBLCheck(), row.values)
      }
      #expect(failure?.reason == .refused)
      #expect(failure?.advice.contains(why) == true, "\(failure?.advice ?? "")")
      #expect(world.asked.programs.isEmpty)
      return
    }
    let result = try DNSBLCheck().declaration.checked(
      try await world.perform(DNSBLCheck(), row.values)
    )
    if row.isFilled, !row.isEndless {
      #expect(
        world.asked.input.last == "-q\n\(row.query).\n-t\nA\n-q\n\(row.query).\n-t\nTXT\n"
      )
    } else {
      #expect(!world.asked.input.joined().contains(row.query), "it is no evidence")
    }
    let place = "\(row.address) \(row.list)"
    var lines = ["listed": [String](), "clean": []]
    for field in ["refused", "dead", "unreachable", "unclear"] { lines[field] = [] }
    switch row.conclusion {
    case .listed(let words): lines["listed"] = words.map { "\(place) \($0)" }
    case .clean: lines["clean"] = [place]
    case .unknown(let field, let words, let advice):
      lines[field] = [words]
      #expect(result.doubt?.extent == .end, "no check passes, or fails, by it")
      #expect(result.doubt?.advice.contains(advice) == true, "\(result.doubt?.advice ?? "")")
    case .unasked: break
    }
    for (field, expected) in lines {
      let told = result.texts(field)
      #expect(told.count == expected.count, "\(field): \(told)")
      for (line, words) in zip(told, expected) {
        #expect(line.contains(words), "\(field): \(line)")
      }
    }
    let isKnown = lines["listed"] != [] || lines["clean"] != []
    #expect((result.doubt == nil) == isKnown, "\(String(describing: result.doubt))")
    #expect(result.values["clear"] == .boolean(lines["clean"] != []))
  }

  @Test(
    "a list that refuses is told once: by its test points, and not once for each address",
    arguments: refusing
  )
  func once(row: Row) async throws {
    var values = row.values
    values["addresses"] = .list([.string("192.0.2.25"), .string("192.0.2.26")])
    guard case .codes(let codes) = row.reply else {
      Issue.record("\(row.name) is no refusal")
      return
    }
    // It answers the addresses alone so, or everything.
    for isWhole in [false, true] {
      var zone = row.zone
      zone.records["26.2.0.192.\(row.list) A"] = codes
      if isWhole {
        for point in ListTestPoint.all {
          zone.records["\(point.listed.reversed).\(row.list) A"] = codes
          zone.records["\(point.unlisted.reversed).\(row.list) A"] = codes
        }
      }
      let result = try await zone.world().perform(DNSBLCheck(), values)
      #expect(result.texts("refused").count == 1, "\(result.texts("refused"))")
      #expect(result.texts("listed").isEmpty && result.texts("clean").isEmpty)
      #expect(result.texts("dead").isEmpty && result.texts("unclear").isEmpty)
      #expect(result.values["clear"] == .boolean(false))
    }
  }

  @Test(
    "what one list refuses leaves the listing by another, and the clean word of another in doubt"
  )
  func beside() async throws {
    let spamcop = "25.2.0.192.bl.spamcop.net"
    for codes in [["127.0.0.2"], []] {
      var zone = Self.refusing[0].zone
      zone.records["2.0.0.127.bl.spamcop.net A"] = ["127.0.0.2"]
      if !codes.isEmpty { zone.records["\(spamcop) A"] = codes }
      let result = try await zone.world().perform(
        DNSBLCheck(),
        [
          "addresses": .list([.string("192.0.2.25")]),
          "lists": .list([.string("zen.spamhaus.org"), .string("bl.spamcop.net")]),
        ]
      )
      #expect(result.texts("listed").count == codes.count)
      #expect(result.texts("clean").count == 1 - codes.count)
      #expect(result.values["clear"] == .boolean(false))
      #expect(result.doubt?.extent == .parts)
    }
  }
}
