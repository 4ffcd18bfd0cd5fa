import Runbooks
import Testing

@testable import ClusterOps

/// What kdig and ldns-read-zone print, and what is made of it.
@Suite struct DNSReplyTests {
  private static func replies(
    _ stdout: String,
    stderr: String = "",
    exit: Int = 0,
    to name: String = "mail.gaudy.test",
    _ type: DNSType = .a,
    of server: String = "127.0.0.3",
    isAuthority: Bool = false
  ) throws(OperationFailure) -> DNSReply {
    let question = DNSQuestion(name: name, type: type)
    let server = DNSServer(text: server, isAuthority: isAuthority)
    let outcome = CommandOutcome(
      ending: .exited(exit),
      stdout: Array(stdout.utf8),
      isTruncated: false,
      stderr: Array(stderr.utf8)
    )
    return try DNSReplies(
      outcome,
      to: [question],
      of: server,
      by: Command(here: Kdig.argv(server, [question]))
    )[question]
  }

  /// The recorded reply to a question.
  private func recorded(_ key: String) throws -> DNSReply {
    let answer = try #require(DNSRecorded.answers[key])
    let words = key.split(separator: " ").map(String.init)
    return try Self.replies(
      answer.stdout,
      stderr: answer.stderr,
      exit: answer.exit,
      to: DNSName.canonical(words[1]),
      try #require(DNSType(rawValue: words[2])),
      of: words[0].hasPrefix("+") ? String(words[0].dropFirst()) : words[0],
      isAuthority: words[0].hasPrefix("+")
    )
  }

  @Test(
    "data, no data, no name, SERVFAIL, REFUSED, silence and no way there are kept apart",
    arguments: [
      ("127.0.0.3 mail.gaudy.test. A", DNSReply.Status.found),
      ("127.0.0.3 mail.gaudy.test. MX", .noData), ("127.0.0.3 nope.gaudy.test. A", .noName),
      ("127.0.0.4 mail.gaudy.test. A", .serverFailure), ("127.0.0.2 other.example. A", .refused),
      ("127.0.0.77 mail.gaudy.test. A", .timeout), ("192.0.2.1 mail.gaudy.test. A", .unreachable),
      ("nosuch.gaudy.test mail.gaudy.test. A", .unreachable),
      ("+127.0.0.2 mail.gaudy.test. A", .found), ("+127.0.0.3 mail.gaudy.test. A", .refused),
    ]
  )
  func statuses(_ key: String, _ status: DNSReply.Status) throws {
    #expect(try recorded(key).status == status)
  }

  @Test("data of every type is read in one form")
  func data() throws {
    let expected: [String: [String]] = [
      "mail.gaudy.test. A": ["198.51.100.25"], "mail.gaudy.test. AAAA": ["2001:db8::25"],
      "gaudy.test. MX": ["10 mail.gaudy.test"], "gaudy.test. NS": ["ns1.gaudy.test"],
      "gaudy.test. CAA": [#"0 issue "letsencrypt.org""#],
      "gaudy.test. TXT": [#"first part second part; "quoted" back\slash"#, "v=spf1 mx -all"],
      "gaudy.test. SOA": ["ns1.gaudy.test hostmaster.gaudy.test 2026112201 3600 900 604800 300"],
      "_imaps._tcp.gaudy.test. SRV": ["0 1 993 mail.gaudy.test"],
      "_25._tcp.mail.gaudy.test. TLSA": [
        "3 1 1 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
      ],
      // What rings a terminal's bell is shown as its number.
      "utf.gaudy.test. TXT": [#"caf\195\169 \007bell"#],
      // Behind an alias.
      "www.gaudy.test. A": ["198.51.100.25"],
    ]
    for (question, data) in expected {
      #expect(try recorded("127.0.0.3 " + question).answers == data, "\(question)")
    }
    #expect(try recorded("127.0.0.3 mail.gaudy.test. A").ttl == 3_600)
  }

  @Test("a reply that is cut even over TCP is no verdict")
  func truncated() throws {
    let reply = try Self.replies(DNSRecorded.truncated, to: "big.gaudy.test", .txt)
    #expect(reply.isTruncated)
    #expect(!reply.status.isVerdict)
  }

  @Test("a server that answers for a zone it does not have, and a referral, are no verdicts")
  func lame() throws {
    let answer = try #require(DNSRecorded.answers["127.0.0.3 mail.gaudy.test. A"])
    #expect(try Self.replies(answer.stdout, isAuthority: true).status == .lame)
    let referral =
      #"{"RCODE":0,"AA":0,"QNAME":"mail.gaudy.test.","QTYPEname":"A","authorityRRs":"#
      + #"[{"NAME":"gaudy.test.","TYPEname":"NS","TTL":1,"rdataNS":"ns1.gaudy.test."}]}"#
    #expect(try Self.replies(referral).status == .lame)
  }

  @Test(
    "what is no answer of kdig is malformed in words, never a crash and never an answer",
    arguments: [
      "garbage", "{", "}", "[1]", #"{"RCODE":"0"}"#, #"{"RCODE":0,"answerRRs":{}}"#,
      #"{"QNAME":"a"} trailing"#, String(repeating: "{", count: 100_000),
      #"{"a":""#, #"{"RCODE":99999999999999999999}"#,
    ]
  )
  func hostile(_ text: String) throws {
    let failure = try #require(throws: OperationFailure.self) { try Self.replies(text) }
    #expect(failure.reason == .malformed)
    #expect(failure.message.contains("127.0.0.3"))
    #expect(failure.advice.contains("knot-dnsutils"))
  }

  @Test("answers to what was not asked, and records without data, change nothing")
  func tolerant() throws {
    let other = try #require(DNSRecorded.answers["127.0.0.3 nope.gaudy.test. A"])
    #expect(try Self.replies(other.stdout).status == .timeout)
    let odd =
      #"{"RCODE":0,"QNAME":"MAIL.gaudy.test.","QTYPEname":"A","more":[{}],"answerRRs":"#
      + #"[{},{"TYPEname":"A"},{"TYPEname":"A","rdataA":"198.51.100.25"}]}"#
    #expect(try Self.replies(odd).answers.contains("198.51.100.25"))
    let many = (0..<5_000).map { #"{"TYPEname":"TXT","rdataTXT":"\"\#($0)\""}"# }
    let flood =
      #"{"RCODE":0,"QNAME":"mail.gaudy.test.","QTYPEname":"TXT","answerRRs":["#
      + many.joined(separator: ",") + "]}"
    #expect(try Self.replies(flood, .txt).answers.count == DNSReply.limit)
  }

  @Test("a kdig that does not know its options is told from a server that is silent")
  func old() throws {
    let failure = try #require(throws: OperationFailure.self) {
      try Self.replies("", stderr: ";; ERROR: invalid option: +json\n", exit: 1)
    }
    #expect(failure.reason == .failed)
    #expect(failure.advice.contains("kdig 3.2"))
  }

  @Test("the same name and the same data are the same however they are escaped")
  func canonical() {
    #expect(DNSName.canonical(#"\+plus.\109ail.Gaudy.TEST."#) == "+plus.mail.gaudy.test")
    #expect(DNSName.canonical(#"a\.b.test."#) == #"a\.b.test"#)
    #expect(DNSName.canonical(".") == ".")
    #expect(DNSText.words("TXT", #""a" "b;c" d"#) == "ab;cd")
    #expect(DNSText.words("MX", "0 .") == "0 .")
    #expect(DNSText.words("AAAA", "2001:DB8:0::25") == "2001:db8::25")
    #expect(DNSText.words("TXT", "\"" + String(repeating: "x", count: 9_000) + "\"").count == 4_097)
  }

  @Test("addresses give their names in reverse trees and lists (RFC 5782 §2)")
  func reversed() throws {
    #expect(IPAddress("192.0.2.25")?.pointer == "25.2.0.192.in-addr.arpa")
    let name = try #require(IPAddress("2001:db8::25")?.reversed)
    #expect(name == "5.2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2")
    #expect(
      ["10.1.2.3", "fd00::1", "fe80::1", "::1"].allSatisfy { IPAddress($0)?.isPrivate == true }
    )
    #expect(["192.0.2.25", "2001:db8::25"].allSatisfy { IPAddress($0)?.isPrivate == false })
  }

  @Test("every record of a zone file as ldns-read-zone prints it has a set and a form")
  func zone() {
    let zone = ZoneLines(DNSRecorded.zone)
    #expect(zone.strange == 0)
    #expect(zone.skipped.isEmpty)
    let texts = zone.sets.first { $0.question == DNSQuestion(name: "gaudy.test", type: .txt) }
    #expect(texts?.data.contains(#"first part second part; "quoted" back\slash"#) == true)
    let odd = ZoneLines(
      "a.test.\t1\tIN\tSSHFP\t1 1 00\n@evil.test.\t1\tIN\tA\t192.0.2.1\nnonsense\n"
    )
    #expect(odd.skipped == ["a.test SSHFP", "@evil.test A"])
    #expect(odd.strange == 1)
  }
}
