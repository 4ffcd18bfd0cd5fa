import Foundation
import Runbooks
import Synchronization
import Testing

@testable import ClusterOps

/// Changes of a zone by Cloudflare's API: its answers as curl 7.88 gives them, the simulated one, and
/// curl itself against a server on loopback.
@Suite struct CloudflareTests {
  private static let id = "023e105f4ecef8ad9ca31a8372d0c353"
  private static let mark = SecretMark(Digest(of: "token"))
  private static let active =
    #"{"result":{"id":"1","status":"active"},"success":true,"errors":[],"messages":[{"code":10000,"#
    + #""message":"This API Token is valid and active","type":null}]}"#
  private static let zones =
    #"{"result":[{"id":"\#(id)","name":"gaudy.test","status":"active"}],"success":true,"errors":[]}"#

  private static func record(
    _ number: Int,
    _ type: String,
    _ name: String,
    _ content: String,
    ttl: Int = 300,
    _ more: String = ""
  ) -> String {
    #"{"id":"\#(String(repeating: "a", count: 30))\#(number)","type":"\#(type)","name":"\#(name)","#
      + #""content":"\#(content.replacing("\"", with: "\\\""))","ttl":\#(ttl)\#(more)}"#
  }

  private static func page(_ records: [String], pages: Int = 1, total: Int? = nil) -> String {
    #"{"result":[\#(records.joined(separator: ","))],"success":true,"errors":[],"messages":[],"#
      + #""result_info":{"page":1,"per_page":500,"count":\#(records.count),"#
      + #""total_count":\#(total ?? records.count),"total_pages":\#(pages)}}"#
  }

  private static func error(_ code: Int, _ message: String) -> String {
    #"{"success":false,"errors":[{"code":\#(code),"message":"\#(message)"}],"messages":[],"result":null}"#
  }

  private static let values: [String: Value] = [
    "provider": .string("cloudflare"), "token": .secret(mark),
    "records": .list([.string(#"s3._domainkey 300 IN TXT "v=DKIM1; k=rsa; p=AAAA""#)]),
  ]

  /// The zone before.
  private static let before = [
    record(10, "A", "mail.gaudy.test", "198.51.100.25"),
    record(11, "MX", "gaudy.test", "mail.gaudy.test", #","priority":10"#),
    record(12, "TXT", "gaudy.test", "v=spf1 mx -all"),
    record(13, "LOC", "gaudy.test", "x", #","data":{"altitude":0,"port":"none"}"#),
  ]
  private static let key = record(
    14,
    "TXT",
    "s3._domainkey.gaudy.test",
    "\"v=DKIM1; k=rsa; \" \"p=AAAA\""
  ).replacing("\\\\", with: "\\")

  private static func record(
    _ number: Int,
    _ type: String,
    _ name: String,
    _ content: String,
    _ more: String
  ) -> String { record(number, type, name, content, ttl: 300, more) }

  /// Answers in the order of the commands; what is asked after the last gets the last again.
  private func world(_ answers: [Answer]) -> RecordedWorld {
    let place = Counter()
    return RecordedWorld { _ in answers[min(place.next(), answers.count - 1)] }
  }

  private func publish(
    _ world: RecordedWorld,
    _ values: [String: Value] = values
  ) async throws(OperationFailure) -> OperationResult {
    let result = try await world.perform(DNSPublish(), values)
    return try DNSPublish().declaration.checked(result)
  }

  private static func answers(
    _ before: [String] = before,
    _ batch: Answer = .fetched(#"{"success":true,"errors":[],"result":{}}"#),
    then after: [String] = before + [key]
  ) -> [Answer] {
    [
      .fetched(active), .fetched(zones), .fetched(page(before)), batch, .fetched(page(after)),
    ]
  }

  @Test("what is not there is posted in one request; the token is on standard input alone")
  func added() async throws {
    let world = world(Self.answers())
    let result = try await publish(world)
    #expect(
      result.texts("added") == ["s3._domainkey.gaudy.test TXT: v=DKIM1; k=rsa; p=AAAA (TTL 300)"]
    )
    #expect(result.values["serial_before"] == .integer(-1))
    #expect(result.texts("withdraw") == ["s3._domainkey.gaudy.test. TXT"])
    let programs = world.asked.programs
    #expect(programs[0].last == "https://api.cloudflare.com/client/v4/user/tokens/verify")
    #expect(
      programs[1].suffix(3) == [
        "--data-urlencode", "name=gaudy.test", "https://api.cloudflare.com/client/v4/zones",
      ]
    )
    #expect(programs.allSatisfy { $0.contains("--config") && !$0.joined().contains("Bearer") })
    let header = #"header = "Authorization: Bearer \#(Self.mark)""# + "\n"
    #expect(world.asked.input.allSatisfy { $0.hasPrefix(header) })
    let base = "https://api.cloudflare.com/client/v4/zones/\(Self.id)/dns_records"
    #expect(
      world.asked.input[2] == header + "url = \"\(base)?per_page=500&page=1\"\n"
    )
    #expect(
      world.asked.input[3] == header + "url = \"\(base)/batch\"\n"
        + #"header = "Content-Type: application/json""# + "\n"
        + #"data-raw = "{\"posts\":[{\"content\":\"\\\"v=DKIM1; k=rsa; p=AAAA\\\"\",\"name\":\"s3._domainkey.gaudy.test\",\"ttl\":300,\"type\":\"TXT\"}]}""#
        + "\n"
    )
    #expect(world.asked.said.first?.contains("+ s3._domainkey.gaudy.test TXT") == true)
  }

  @Test("a host that the records name is not left proxied, and a TTL is the one that was said")
  func unproxied() async throws {
    let proxied = Self.record(
      10,
      "A",
      "mail.gaudy.test",
      "198.51.100.25",
      ttl: 1,
      #","proxied":true"#
    )
    let old = Self.record(11, "A", "mail.gaudy.test", "198.51.100.99", ttl: 1, #","proxied":true"#)
    var values = Self.values
    values["records"] = .list([.string("mail 300 IN A 198.51.100.25")])
    let world = world(
      Self.answers(
        [proxied, old],
        then: [Self.record(10, "A", "mail.gaudy.test", "198.51.100.25")]
      )
    )
    let result = try await publish(world, values)
    #expect(
      result.texts("changed") == [
        "mail.gaudy.test A: no more 198.51.100.99; not proxied any more"
      ]
    )
    let body = world.asked.input[3]
    #expect(body.contains(#"\"deletes\":[{\"id\":\"\#(String(repeating: "a", count: 30))11\"}]"#))
    #expect(body.contains(#"\"proxied\":false,\"ttl\":300}]"#))
    #expect(!body.contains("posts"))
    // It says that it did, and it did not.
    let failure = try await #require(throws: OperationFailure.self) {
      try await publish(self.world(Self.answers([proxied], then: [proxied])), values)
    }
    #expect(failure.reason == .failed)
  }

  @Test("records that send mail to a proxied host are refused; a proxied mail host is told else")
  func proxiedHost() async throws {
    let proxied = Self.record(
      10,
      "A",
      "mail.gaudy.test",
      "198.51.100.25",
      ttl: 1,
      #","proxied":true"#
    )
    for line in ["@ 300 IN MX 10 mail", "_25._tcp.mail 300 IN TLSA 3 1 1 abcd"] {
      var values = Self.values
      values["records"] = .list([.string(line)])
      let world = world(Self.answers([proxied]))
      let failure = try await #require(throws: OperationFailure.self) {
        try await publish(world, values)
      }
      #expect(failure.message.contains("mail.gaudy.test A is proxied"))
      #expect(failure.effect == .none)
      #expect(world.asked.programs.count == 3)
    }
    let result = try await publish(world(Self.answers([proxied], then: [proxied, Self.key])))
    #expect(result.texts("proxied") == ["mail.gaudy.test A"])
    #expect(result.summary.contains("mail does not pass there"))
  }

  @Test(
    "a token that is not good is told in words, and nothing is changed",
    arguments: [
      (0, 401, error(1_000, "Invalid API Token"), "does not know the token"),
      (0, 400, error(6_003, "Invalid request headers"), "does not know the token"),
      (0, 200, active.replacing(#""active""#, with: #""expired""#), "is expired"),
      (1, 403, error(9_109, "Unauthorized"), "does not let the token see its zones"),
      (1, 200, #"{"result":[],"success":true,"errors":[]}"#, "sees no zone gaudy.test"),
      (2, 403, error(10_000, "Authentication error"), "does not let the token list its records"),
      (2, 429, error(971, "Please wait"), "asked too often"),
      (2, 500, "", "it answers 500"), (2, 200, "<html>", "is not understood"),
      (2, 200, page(before, total: 9), "4 of 9 records came"),
      (2, 200, page(before, pages: 11, total: 5_001), "more than are read"),
      (2, 200, #"{"result":[],"success":true}"#, "how many records there are"),
      (3, 403, error(10_000, "Authentication error"), "does not let the token change its records"),
      (3, 400, error(9_005, "Content for A record is invalid."), "Content for A record is invalid"),
      (3, 400, error(81_058, "An identical record already exists."), "not as it was read"),
    ]
  )
  func refused(place: Int, status: Int, body: String, words: String) async throws {
    var answers = Self.answers()
    answers[place] = .fetched(body, status: status)
    let world = world(answers)
    let failure = try await #require(throws: OperationFailure.self) { try await publish(world) }
    #expect(failure.message.contains(words), "\(failure.message)")
    #expect(failure.effect == .none)
    #expect(!failure.advice.isEmpty)
    #expect(world.asked.programs.count == place + 1)
  }

  @Test("an answer that was lost is made up for by reading")
  func lost() async throws {
    for batch in [
      Answer.said("", stderr: "curl: (28) timeout\n", exit: 28), .fetched("", status: 502),
    ] {
      let result = try await publish(world(Self.answers(Self.before, batch)))
      #expect(result.texts("added").count == 1)
      let failure = try await #require(throws: OperationFailure.self) {
        try await publish(world(Self.answers(Self.before, batch, then: Self.before)))
      }
      #expect(failure.reason == .undetermined)
      #expect(failure.effect == .unknown)
    }
    let unsent = try await #require(throws: OperationFailure.self) {
      try await publish(world(Self.answers(Self.before, .unconnected)))
    }
    #expect(unsent.effect == .none)
  }

  @Test("every page is read, and a record that is not understood is nobody's to change")
  func pages() async throws {
    let pages = world([
      .fetched(Self.active), .fetched(Self.zones),
      .fetched(Self.page(Self.before, pages: 2, total: 5)),
      .fetched(
        Self.page(
          [Self.record(14, "TXT", "s3._domainkey.gaudy.test", "v=DKIM1; k=rsa; p=AAAA")],
          pages: 2,
          total: 5
        )
      ),
    ])
    let result = try await publish(pages)
    #expect(result.texts("unchanged") == ["s3._domainkey.gaudy.test TXT"])
    #expect(pages.asked.input[3].contains("page=2"))
    let odd = Self.record(14, "MX", "s3._domainkey.gaudy.test", "x")
    var values = Self.values
    values["records"] = .list([.string("s3._domainkey 300 IN MX 10 mail")])
    let failure = try await #require(throws: OperationFailure.self) {
      try await publish(world(Self.answers([odd])), values)
    }
    #expect(failure.reason == .undetermined)
  }

  @Test("records of every type come back as they were given")
  func types() throws {
    let lines = [
      "a 300 A 192.0.2.1", "a 300 AAAA 2001:db8::1", "b 300 CNAME a", "@ 300 MX 10 a",
      "n 300 MX 0 .", #"t 300 TXT "a \"b\" \\ c""#, #"@ 300 CAA 0 issue "x.test; a=b""#,
      "_imaps._tcp 300 SRV 0 1 993 a", "_25._tcp.a 300 TLSA 3 1 1 abcd", "d 300 DS 1 13 2 abcd",
      "p 300 PTR a", "sub 300 NS ns.sub",
    ]
    for set in try ZoneText(lines, of: "gaudy.test").sets {
      let data = set.data[0]
      var fields = CloudflareRecord.body(set.question, data, ttl: 300).fields
      if set.question.type == .tlsa || set.question.type == .ds {
        // As the API lists them.
        fields["content"] = .string(data.text)
      }
      let json = Data(JSONBytes.text(.record(fields)))
      let record = try JSONDecoder().decode(CloudflareRecord.self, from: json)
      #expect(record.question == set.question)
      #expect(record.record == data, "\(data.text)")
    }
  }

  @Test("where its API is may only be https, or loopback")
  func addresses() throws {
    for url in [
      "http://api.cloudflare.com", "http://127.0.0.1.evil.test", "http://[::1", "ftp://x",
    ] {
      var values = Self.values
      values["api"] = .string(url)
      let call = Call(arguments: Arguments(values), site: .test)
      #expect(throws: OperationFailure.self, "\(url)") { try DNSPublish().commands(call) }
    }
    for url in ["http://127.0.0.1:8080/client/v4", "http://[::1]:8080", "https://cf.test/v4"] {
      var values = Self.values
      values["api"] = .string(url)
      let call = Call(arguments: Arguments(values), site: .test)
      #expect(try DNSPublish().commands(call).count == 5, "\(url)")
    }
  }

  // MARK: Simulated

  private static func world(_ cloudflare: [String: Value]) -> SimulatedWorld {
    SimulatedWorld(
      state: [
        "dns": .record([
          "ttl": .integer(300), "cloudflare": .record(cloudflare),
          "records": .record(["a.gaudy.test A": .list([.string("192.0.2.1")])]),
        ])
      ],
      now: 0,
      seed: 1
    )
  }

  @Test("in a simulated world what is published is what a lookup then answers, and a proxy goes")
  func simulated() async throws {
    var world = Self.world(["proxied": .list([.string("a.gaudy.test")])])
    let publish = try OperationCatalogue.standard().operation("dns.publish")
    var values: [String: Value] = [
      "provider": .string("cloudflare"), "token_file": .string("/etc/token"),
      "records": .list([
        .string("a 300 A 192.0.2.1"), .string(#"s3._domainkey 600 TXT "v=DKIM1; p=AAAA""#),
      ]),
    ]
    let first = try await publish.simulate(Arguments(values), in: &world)
    #expect(first.values["changed"] == .list([.string("a.gaudy.test A: not proxied any more")]))
    #expect(first.values["added"]?.elements?.count == 1, "\(first.summary)")
    let second = try await publish.simulate(Arguments(values), in: &world)
    #expect(second.values["unchanged"]?.elements?.count == 2)
    let lookup = try OperationCatalogue.standard().operation("dns.lookup")
    let asked: [String: Value] = ["name": .string("a.gaudy.test")]
    let found = try await lookup.simulate(Arguments(asked), in: &world)
    #expect(found.values["answers"] == .list([.string("192.0.2.1")]))
    values["records"] = .list([])
    values["remove"] = .list([.string("a A")])
    let removed = try await publish.simulate(Arguments(values), in: &world)
    #expect(removed.values["restore"] == .list([.string("a.gaudy.test. 300 IN A 192.0.2.1")]))
    let gone = try await lookup.simulate(Arguments(asked), in: &world)
    #expect(gone.values["status"] == .string("NXDOMAIN"))
  }

  @Test(
    "in a simulated world a token fails as a real one does",
    arguments: [
      (["token": Value.string("disabled")], "is disabled"),
      (["token": .string("unknown")], "does not know the token"),
      (["zone": .boolean(false)], "sees no zone"), (["limited": .boolean(true)], "too often"),
      (["forbidden": .boolean(true)], "list its records"),
      (["read_only": .boolean(true)], "change its records"),
    ]
  )
  func simulatedRefusals(state: [String: Value], words: String) async throws {
    var world = Self.world(state)
    let publish = try OperationCatalogue.standard().operation("dns.publish")
    let failure = try await #require(throws: OperationFailure.self) {
      try await publish.simulate(Arguments(Self.values), in: &world)
    }
    #expect(failure.message.contains(words), "\(failure.message)")
  }
}

/// Counts on, from any task.
private final class Counter: Sendable {
  private let count = Mutex(0)

  func next() -> Int {
    count.withLock { count in
      defer { count += 1 }
      return count
    }
  }
}
