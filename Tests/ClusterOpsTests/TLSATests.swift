import Foundation
import Runbooks
import Testing

@testable import ClusterOps

/// TLSA records by RFC 6698, RFC 7671 and RFC 7672, with certificates that OpenSSL was seen to serve.
@Suite struct TLSATests {
  private typealias Seen = TLSARecorded

  /// What a host serves to those that ask for a kind of key, what is published and mounted.
  private struct Host: Sendable {
    var records: [String]
    var isSigned = true
    var validates = true
    var rsa: [String] = [Seen.rsa, Seen.authority]
    var ecdsa: [String] = [Seen.ec, Seen.authority]
    var mounted: [String] = [Seen.rsa, Seen.authority, Seen.ec, Seen.authority]

    func world(now: Int = 1_796_100_000) -> RecordedWorld {
      RecordedWorld(now: now) { command in
        let program = Probe.inner(command.program)
        switch (program.first, program.dropFirst().first) {
        case ("kdig", _): return said
        case ("cat", _): return .inPod(mounted.joined())
        case (_, "x509"):
          return Seen.facts(String(decoding: command.input, as: UTF8.self)).map { .said($0) }
            ?? .said("", stderr: "Could not read certificate from <stdin>\n", exit: 1)
        default:
          let chain = program.contains { $0.hasPrefix("RSA") } ? rsa : ecdsa
          return chain.isEmpty
            ? .said(Seen.noCertificate, stderr: Seen.noCertificateError, exit: 1)
            : .said(Seen.session(chain))
        }
      }
    }

    /// The two messages of kdig: the records, and the root.
    private var said: Answer {
      func message(_ name: String, _ type: String, _ data: [String], _ isVouchedFor: Bool) -> String
      {
        let answers = data.map {
          #"{"NAME":"\#(name)","TYPEname":"\#(type)","TTL":300,"rdata\#(type)":"\#($0)"}"#
        }
        return #"{"AA":0,"TC":0,"AD":\#(isVouchedFor ? 1 : 0),"RCODE":\#(data.isEmpty ? 3 : 0),"#
          + #""QNAME":"\#(name)","QTYPEname":"\#(type)""#
          + (answers.isEmpty
            ? "}\n" : #","answerRRs":[\#(answers.joined(separator: ","))]}"# + "\n")
      }
      return .said(
        message("_25._tcp.mail.gaudy.test.", "TLSA", records, isSigned && validates)
          + message(".", "SOA", ["a. b. 1 2 3 4 5"], validates)
      )
    }
  }

  private func compare(
    _ host: Host,
    _ values: [String: Value] = [:],
    now: Int = 1_796_100_000
  ) async throws -> OperationResult {
    let result = try await host.world(now: now).perform(TLSACompare(), values)
    return try TLSACompare().declaration.checked(result)
  }

  private static let both = ["3 1 1 \(Seen.rsaKey)", "3 1 1 \(Seen.ecKey)"]

  @Test(
    "every form of a record is of the bytes that it names",
    arguments: [
      ("3 1 1 \(Seen.ecKey)", true), ("3 1 1 \(Seen.ecKey.uppercased())", true),
      ("3 0 1 \(Seen.ecCertificate)", true), ("3 1 2 \(Seen.ecKey512)", true),
      ("3 0 2 \(Seen.ecCertificate512)", true), ("3 1 0 \(Seen.ecKeyWhole)", true),
      ("2 1 1 \(Seen.authorityKey)", true), ("2 0 1 \(Seen.authorityCertificate)", true),
      // The right bytes under the wrong numbers.
      ("3 0 1 \(Seen.ecKey)", false), ("3 1 1 \(Seen.ecCertificate)", false),
      ("3 1 1 \(Seen.authorityKey)", false), ("2 1 1 \(Seen.ecKey)", false),
      ("1 1 1 \(Seen.ecKey)", false), ("3 1 1 \(Seen.nextKey)", false),
    ]
  )
  func forms(record: String, isMatching: Bool) async throws {
    let host = Host(records: [record], rsa: [], mounted: [])
    let result = try await compare(host)
    #expect(result.texts("matching").count == (isMatching ? 1 : 0), "\(result.summary)")
    #expect(result.values["holds"] == .boolean(isMatching))
    #expect(result.texts("keys") == [Seen.ecKey])
  }

  @Test("each kind of certificate that is served needs a record, as senders choose among them")
  func kinds() async throws {
    let good = try await compare(Host(records: Self.both))
    #expect(good.values["holds"] == .boolean(true))
    #expect(good.values["signed"] == .boolean(true))
    #expect(good.values["next_ready"] == .boolean(false))
    #expect(good.texts("matching").count == 2)
    #expect(good.texts("problems") == [])
    #expect(good.values["kept"] == .duration(.seconds(300)))
    let half = try await compare(Host(records: [Self.both[0]]))
    #expect(half.values["holds"] == .boolean(false))
    #expect(half.texts("matching") == [Self.both[0]])
    #expect(half.texts("problems")[0].contains("no record is of the ECDSA certificate"))
    #expect(half.texts("problems")[0].contains(Seen.ecKey))
    // One of the authority is of both.
    let authority = try await compare(Host(records: ["2 1 1 \(Seen.authorityKey)"]))
    #expect(authority.values["holds"] == .boolean(true))
    #expect(authority.values["next_ready"] == .boolean(true))
  }

  @Test("of usage 2 name, time and order count; of usage 3 none of them")
  func authority() async throws {
    let record = "2 1 1 \(Seen.authorityKey)"
    let late = 2_200_000_000
    for (records, isGood) in [([record], false), (Self.both, true)] {
      let old = try await compare(Host(records: records), now: late)
      #expect(old.values["holds"] == .boolean(isGood), "\(records)")
    }
    // The authority has to be served, and after the certificate.
    let alone = try await compare(Host(records: [record], rsa: [], ecdsa: [Seen.ec]))
    #expect(alone.values["holds"] == .boolean(false))
    let astray = Host(records: [record], rsa: [], ecdsa: [Seen.authority, Seen.ec])
    #expect(try await compare(astray).values["holds"] == .boolean(false))
    let chain = [Seen.ec, Seen.authority].compactMap { pem in
      CertificateFacts(Seen.facts(pem) ?? "").map { NamedCertificate(facts: $0, der: []) }
    }
    #expect(TLSARecord(record).accepts(chain, for: "mail.gaudy.test", now: 0))
    #expect(!TLSARecord(record).accepts(chain, for: "mx.gaudy.test", now: 0))
  }

  @Test(
    "what senders leave aside is told with its reason, and counts for nothing",
    arguments: [
      ("0 1 1 \(Seen.ecKey)", "usage 0"), ("1 0 1 \(Seen.ecCertificate)", "usage 1"),
      ("4 1 1 \(Seen.ecKey)", "no usage that is known"), ("3 2 1 \(Seen.ecKey)", "selector"),
      ("3 1 3 \(Seen.ecKey)", "matching type"), ("3 1 1 abcd", "4 digits"),
      ("3 1 2 \(Seen.ecKey)", "64 digits"), ("3 1 1 ", "no hexadecimal digits"),
      ("3 1 0 abc", "no hexadecimal digits"),
      ("3 1 1 \(String(repeating: "g", count: 64))", "no hex"),
      ("x y z w", "no usage"), ("", "no usage"),
    ]
  )
  func unusable(record: String, words: String) async throws {
    let result = try await compare(Host(records: [record] + Self.both))
    #expect(result.texts("unusable").count == 1)
    #expect(result.texts("stale") == [])
    #expect(result.texts("matching").count == 2)
    #expect(result.values["holds"] == .boolean(true))
    #expect(result.texts("problems").first?.contains(words) == true, "\(result.texts("problems"))")
    let alone = try await compare(Host(records: [record]))
    #expect(alone.values["holds"] == .boolean(false))
  }

  @Test("a record of nothing served, mounted or to come is stale; of the next key it is readiness")
  func rollover() async throws {
    let records = Self.both + ["3 1 1 \(Seen.nextKey)"]
    let stale = try await compare(Host(records: records))
    #expect(stale.texts("stale") == [records[2]])
    #expect(stale.values["next_ready"] == .boolean(false))
    #expect(stale.values["holds"] == .boolean(true))
    let mounted = try await compare(Host(records: records, mounted: [Seen.rsa, Seen.next]))
    #expect(mounted.texts("stale") == [])
    #expect(mounted.values["next_ready"] == .boolean(true))
    let next: [String: Value] = ["next": .list([.string(Seen.nextKey.uppercased())])]
    let named = try await compare(Host(records: records), next)
    #expect(named.texts("stale") == [])
    #expect(named.values["next_ready"] == .boolean(true))
    let missing = try await compare(Host(records: Self.both), next)
    #expect(missing.values["next_ready"] == .boolean(false))
    // The key changed and its record did not.
    let late = try await compare(Host(records: Self.both, rsa: [], ecdsa: [Seen.next]))
    #expect(late.values["holds"] == .boolean(false))
    #expect(late.texts("matching") == [])
    #expect(late.texts("stale") == [])
  }

  @Test("no record is no DANE, and nothing is connected to")
  func absent() async throws {
    for isSigned in [true, false] {
      let world = Host(records: [], isSigned: isSigned, validates: isSigned).world()
      let result = try await world.perform(TLSACompare())
      #expect(result.texts("records") == [])
      #expect(result.values["signed"] == .boolean(isSigned))
      #expect(result.values["holds"] == .boolean(false))
      #expect(result.texts("problems").count == 1)
      #expect(world.asked.programs.count == 1)
      _ = try TLSACompare().declaration.checked(result)
    }
  }

  @Test("records that are not signed are told; a resolver that validates nothing tells nothing")
  func unsigned() async throws {
    let result = try await compare(Host(records: Self.both, isSigned: false))
    #expect(result.values["signed"] == .boolean(false))
    #expect(result.values["holds"] == .boolean(true))
    #expect(result.texts("problems")[0].contains("not signed"))
    let failure = await #expect(throws: OperationFailure.self) {
      try await compare(Host(records: Self.both, validates: false))
    }
    #expect(failure?.reason == .undetermined)
    #expect(failure?.message.contains("does not validate") == true)
  }

  @Test(
    "what is asked: the records, a session for each kind of key, the files, each certificate once"
  )
  func asked() async throws {
    let world = Host(records: Self.both).world()
    _ = try await world.perform(TLSACompare())
    let programs = world.asked.programs
    #expect(
      programs[0].suffix(8) == [
        "-q", "_25._tcp.mail.gaudy.test.", "-t", "TLSA", "-q", ".", "-t", "SOA",
      ]
    )
    for (program, kind) in zip(programs[1...2], ["RSA-PSS+SHA256", "ECDSA+SHA256"]) {
      #expect(
        program.prefix(6) == [
          "timeout", "15", "openssl", "s_client", "-connect", "mail.gaudy.test:25",
        ]
      )
      #expect(program.contains("-showcerts"))
      #expect(program.last?.hasPrefix(kind) == true)
    }
    #expect(programs[3] == ["cat", "/etc/tls/rsa/tls.crt", "/etc/tls/ecdsa/tls.crt"])
    #expect(programs.dropFirst(4).count == 3)
    let other = Host(records: Self.both).world()
    _ = try? await other.perform(TLSACompare(), ["host": .string("mx.north.test")])
    #expect(!other.asked.programs.contains { $0.first == "cat" })
  }

  @Test("no answer of DNS, port, pod or openssl is no evidence")
  func unanswered() async {
    for answer in MailZone.failures {
      await #expect(throws: OperationFailure.self) {
        try await RecordedWorld { _ in answer }.perform(TLSACompare())
      }
    }
    let good = Host(records: Self.both).world()
    let failures: [(String, Answer)] = [
      ("s_client", .said("", exit: 124)),
      ("s_client", .said("", stderr: "connect:errno=111\n", exit: 1)),
      ("s_client", .said(Seen.noCertificate, stderr: Seen.noCertificateError, exit: 1)),
      ("s_client", .said("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")),
      ("ECDSA", .said("", exit: 124)),
      ("cat", .said(Seen.rsa)), ("cat", .inPod("", stderr: "cat: x: No such file\n", exit: 1)),
      ("x509", .said("", exit: 1)), ("x509", .said("subject=CN=x\n")),
    ]
    for (word, answer) in failures {
      let world = RecordedWorld(now: good.now) { command in
        command.program.contains { $0.hasPrefix(word) } ? answer : good.answer(command)
      }
      let failure = await #expect(throws: OperationFailure.self, "\(word)") {
        try await world.perform(TLSACompare())
      }
      #expect(failure.map { $0.reason != .failed && $0.effect == .none } == true, "\(word)")
    }
  }

  @Test("hostile records are bounded and have no control characters")
  func hostile() async throws {
    let long = "3 1 0 " + String(repeating: "ab", count: 6_000)
    let many = (0..<300).map { "3 1 1 \(String($0, radix: 16))" } + [#"3 1 1 \\027[2J"#]
    let result = try await compare(Host(records: many))
    #expect(result.texts("records").count == 50)
    #expect(result.summary.utf8.count < 900)
    #expect(!result.summary.utf8.contains(0x1B))
    let cut = try await compare(Host(records: [long] + Self.both))
    #expect(cut.doubt?.extent == .parts)
    #expect(cut.texts("records").allSatisfy { $0.count <= 400 })
  }

  @Test(
    "arguments that cannot be meant are refused",
    arguments: [
      ("host", Value.string("198.51.100.25")), ("host", .string("-x")),
      ("port", .integer(0)), ("files", .list([.string("tls.crt")])),
      ("next", .list([.string("abcd")])), ("next", .list([.string("")])),
    ]
  )
  func refused(name: String, value: Value) async {
    let failure = await #expect(throws: OperationFailure.self) {
      try await compare(Host(records: []), [name: value])
    }
    #expect(failure?.reason == .refused)
  }

  // MARK: In a simulated world

  private func simulate(
    _ state: [String: Value],
    _ values: [String: Value] = [:]
  ) async throws -> OperationResult {
    let ports = Value.record(["listeners": .list([.string("0.0.0.0:25")])])
    var world = SimulatedWorld(
      state: state.merging(["kubernetes": ports]) { $1 },
      now: 1_796_000_000,
      seed: 1
    )
    return try await OperationCatalogue.standard().operation("tlsa.compare")
      .simulate(Arguments(values), in: &world)
  }

  private static func key(_ name: String) -> String {
    Digest(of: SimulatedKey.bytes(name)).hex
  }

  @Test("a healthy site's records hold; a renewal with the same key keeps them, another does not")
  func tabletop() async throws {
    let healthy = try await simulate([:])
    #expect(healthy.values["holds"] == .boolean(true))
    #expect(healthy.values["signed"] == .boolean(true))
    #expect(healthy.texts("keys") == [Self.key("site")])
    let certificate = Value.record(["name": .string("new"), "served": .string("new")])
    let renewed = try await simulate(["postfix": .record(["certificate": certificate])])
    #expect(renewed.values["holds"] == .boolean(true))
    let keys = Value.record(["keys": .record(["new": .string("other")])])
    let changed = try await simulate([
      "postfix": .record(["certificate": certificate]), "tls": keys,
    ])
    #expect(changed.values["holds"] == .boolean(false))
    #expect(changed.texts("stale").count == 1)
    // Published ahead, mounted and not served yet.
    let both = ["site", "other"].map { Value.string("3 1 1 " + Self.key($0)) }
    let ready = try await simulate([
      "postfix": .record([
        "certificate": .record(["name": .string("new"), "served": .string("current")])
      ]),
      "tls": keys,
      "dns": .record([
        "records": .record(["_25._tcp.mail.gaudy.test TLSA": .list(both)])
      ]),
    ])
    #expect(ready.values["holds"] == .boolean(true))
    #expect(ready.values["next_ready"] == .boolean(true))
    #expect(ready.texts("stale") == [])
  }

  @Test("a zone that is not signed, and a resolver that does not validate, are told apart")
  func tabletopUnsigned() async throws {
    let unsigned = try await simulate(["dns": .record(["signed": .boolean(false)])])
    #expect(unsigned.values["signed"] == .boolean(false))
    let failure = await #expect(throws: OperationFailure.self) {
      try await simulate(["dns": .record(["validates": .boolean(false)])])
    }
    #expect(failure?.reason == .undetermined)
  }
}
