import Runbooks
import Testing

@testable import ClusterOps

/// How long an older answer may still be kept, by what resolvers and servers of the zone tell.
@Suite struct DNSWaitTests {
  private static let soa = "ns1.gaudy.test. hostmaster.gaudy.test. 7 3600 900 604800 600"

  /// One message as kdig 3.2.6 prints it.
  private static func message(
    _ type: String,
    _ data: [String],
    ttl: Int,
    code: Int = 0,
    isAuthority: Bool = false,
    negative: Int? = nil
  ) -> String {
    func record(_ type: String, _ data: String, _ ttl: Int) -> String {
      #"{"NAME":"\#(type == "SOA" ? "gaudy.test." : "s3.gaudy.test.")","TYPEname":"\#(type)","#
        + #""TTL":\#(ttl),"rdata\#(type)":"\#(data.replacing("\"", with: "\\\""))"}"#
    }
    let answers = data.map { record(type, $0, ttl) }.joined(separator: ",")
    let authority = negative.map { #","authorityRRs":[\#(record("SOA", soa, $0))]"# } ?? ""
    return #"{"QR":1,"AA":\#(isAuthority ? 1 : 0),"TC":0,"RCODE":\#(code),"#
      + #""QNAME":"\#(type == "SOA" ? "gaudy.test." : "s3.gaudy.test.")","QTYPEname":"\#(type)""#
      + (data.isEmpty ? "" : #","answerRRs":[\#(answers)]"#) + authority + "}\n"
  }

  /// What a server says of the record and of the zone.
  private static func said(
    _ data: [String],
    ttl: Int = 300,
    code: Int = 0,
    isAuthority: Bool = false,
    negative: Int? = nil
  ) -> Answer {
    .said(
      message(
        "TXT",
        data.map { "\"\($0)\"" },
        ttl: ttl,
        code: code,
        isAuthority: isAuthority,
        negative: negative
      ) + message("SOA", [soa], ttl: isAuthority ? 3_600 : 40, isAuthority: isAuthority)
    )
  }

  private static let silence = Answer.said(
    "{\n}\n",
    stderr: ";; WARNING: response timeout for 192.0.2.2@53(UDP)\n"
      + ";; ERROR: failed to query server 192.0.2.2@53(UDP)\n",
    exit: 1
  )

  /// The zone's server, then two resolvers.
  private func wait(
    _ authority: Answer = said(["new"], isAuthority: true),
    _ first: Answer = said(["new"], ttl: 200),
    _ second: Answer = said(["new"], ttl: 100),
    _ more: [String: Value] = [:]
  ) async throws -> OperationResult {
    var values: [String: Value] = [
      "name": .string("s3.gaudy.test"), "type": .string("TXT"), "expect": .list([.string("new")]),
      "authorities": .list([.string("192.0.2.53")]),
      "resolvers": .list([.string("192.0.2.1"), .string("192.0.2.2")]),
    ]
    values.merge(more) { $1 }
    let world = RecordedWorld(now: 1_796_000_000) { command in
      command.program.contains("@192.0.2.53")
        ? authority : command.program.contains("@192.0.2.1") ? first : second
    }
    let result = try await world.perform(DNSWait(), values)
    return try DNSWait().declaration.checked(result)
  }

  @Test("seen everywhere, others may still keep what was there: the longest of the times counts")
  func everywhere() async throws {
    let result = try await wait()
    #expect(result.values["seen_everywhere"] == .boolean(true))
    #expect(result.values["published"] == .boolean(true))
    // min(SOA minimum 600, SOA TTL 3600) is more than the record's 300.
    #expect(result.values["wait"] == .duration(.seconds(600)))
    #expect(result.values["negative_ttl"] == .integer(600))
    #expect(result.values["ttl"] == .integer(300))
    #expect(result.text("until") == "2026-11-30T01:03:20Z")
    #expect(result.texts("stale").isEmpty)
    #expect(result.doubt == nil)
    let longer = try await wait(
      Self.said(["new"], isAuthority: true),
      Self.said(["new"]),
      Self.said(["new"]),
      ["kept": .duration(.seconds(86_400))]
    )
    #expect(longer.values["wait"] == .duration(.seconds(86_400)))
  }

  @Test(
    "a resolver with the old record, with another beside, or with nothing is stale, each its way"
  )
  func stale() async throws {
    let result = try await wait(
      Self.said(["new"], isAuthority: true),
      Self.said(["old"], ttl: 3_412),
      Self.said([], code: 3, negative: 120)
    )
    #expect(result.values["seen_everywhere"] == .boolean(false))
    #expect(result.values["published"] == .boolean(true))
    #expect(
      result.texts("stale") == [
        "192.0.2.1: old, for 3412 s more",
        "192.0.2.2: no such name (NXDOMAIN), for 120 s more",
      ]
    )
    #expect(result.values["wait"] == .duration(.seconds(3_412)))
    #expect(result.doubt == nil)
    let both = try await wait(
      Self.said(["new"], isAuthority: true),
      Self.said(["new", "old"]),
      Self.said([], negative: 50)
    )
    #expect(
      both.texts("stale") == [
        "192.0.2.1: new, old, for 300 s more",
        "192.0.2.2: nothing of that type (NODATA), for 50 s more",
      ]
    )
  }

  @Test("what the zone's own server does not have is not published, whatever resolvers say")
  func unpublished() async throws {
    let result = try await wait(Self.said(["old"], isAuthority: true))
    #expect(result.values["published"] == .boolean(false))
    #expect(result.values["seen_everywhere"] == .boolean(false))
    #expect(result.summary.contains("it is not published"))
  }

  @Test("a server that does not say makes it undetermined, and never done")
  func silent() async throws {
    for answer in [Self.silence, Self.said([], code: 2), Self.said([], code: 5)] {
      let result = try await wait(
        Self.said(["new"], isAuthority: true),
        Self.said(["new"]),
        answer
      )
      #expect(result.values["seen_everywhere"] == .boolean(false))
      #expect(result.texts("silent") == ["192.0.2.2"])
      #expect(result.doubt?.extent == .end)
    }
    let authority = try await wait(Self.said(["new"], isAuthority: false))
    #expect(authority.values["published"] == .boolean(false), "it is no server of the zone")
    #expect(authority.doubt?.extent == .end)
    for answer in MailZone.failures.prefix(3) {
      await #expect(throws: OperationFailure.self) { try await wait(answer) }
    }
  }

  @Test("that nothing is there any more is seen where both NXDOMAIN and NODATA say so")
  func removed() async throws {
    let gone: [String: Value] = ["expect": .list([])]
    let result = try await wait(
      Self.said([], code: 3, isAuthority: true, negative: 600),
      Self.said([], negative: 30),
      Self.said(["old"], ttl: 77),
      gone
    )
    #expect(result.texts("seen") == ["192.0.2.53", "192.0.2.1"])
    #expect(result.texts("stale") == ["192.0.2.2: old, for 77 s more"])
    #expect(result.values["published"] == .boolean(true))
    #expect(result.values["wait"] == .duration(.seconds(600)))
  }

  @Test("without the zone's servers its SOA minimum bounds how long nothing is kept")
  func resolversAlone() async throws {
    let result = try await wait(
      Self.said(["new"]),
      Self.said(["new"]),
      Self.said(["new"]),
      ["authorities": .list([])]
    )
    #expect(result.values["negative_ttl"] == .integer(600), "not the 40 s that are left of the SOA")
    #expect(result.values["published"] == .boolean(true))
    let message = Self.message("TXT", ["\"new\""], ttl: 300)
    let unknown = try await wait(
      .said(""),
      .said(message),
      .said(message),
      ["authorities": .list([])]
    )
    #expect(unknown.values["negative_ttl"] == .integer(-1))
    #expect(unknown.doubt?.extent == .parts)
  }

  @Test("a name outside the zone, and asking nobody, are refused")
  func refusals() async throws {
    for values in [
      ["name": .string("mail.other.test")], ["name": .string("-x")],
      ["authorities": .list([]), "resolvers": .list([])], ["kept": .duration(.seconds(-1))],
    ] as [[String: Value]] {
      await #expect(throws: OperationFailure.self, "\(values)") {
        try await wait(Self.silence, Self.silence, Self.silence, values)
      }
    }
  }
}
