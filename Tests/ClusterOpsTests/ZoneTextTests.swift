import Runbooks
import Testing

@testable import ClusterOps

/// Lines of a zone as a step writes them, and data that is the same however it is written.
@Suite struct ZoneTextTests {
  private func sets(_ lines: String...) throws -> [RecordSet] {
    try ZoneText(lines, of: "gaudy.test").sets
  }

  @Test("what deploy/dns/render prints is read: origin, TTLs, absolute names, split texts")
  func rendered() throws {
    let sets = try sets(
      "$ORIGIN gaudy.test.",
      "$TTL 300",
      "; a remark",
      "",
      "mail.gaudy.test. 300 IN A 203.0.113.10",
      "mail.gaudy.test. 300 IN A 203.0.113.11",
      "gaudy.test. 3600 IN CAA 0 issue \"letsencrypt.org; validationmethods=dns-01\"",
      "www.gaudy.test. 3600 IN MX 0 .",
      "_imaps._tcp.gaudy.test. 3600 IN SRV 0 1 993 mail",
      "_25._tcp.mail IN TLSA 3 1 1 " + String(repeating: "AB", count: 32),
      "@ TXT \"v=spf1 \" \"mx -all\""
    )
    #expect(
      sets.flatMap(\.lines) == [
        "mail.gaudy.test. 300 IN A 203.0.113.10", "mail.gaudy.test. 300 IN A 203.0.113.11",
        "gaudy.test. 3600 IN CAA 0 issue \"letsencrypt.org; validationmethods=dns-01\"",
        "www.gaudy.test. 3600 IN MX 0 .",
        "_imaps._tcp.gaudy.test. 3600 IN SRV 0 1 993 mail.gaudy.test.",
        "_25._tcp.mail.gaudy.test. 300 IN TLSA 3 1 1 " + String(repeating: "ab", count: 32),
        "gaudy.test. 300 IN TXT \"v=spf1 \" \"mx -all\"",
      ]
    )
  }

  @Test("a text longer than 255 octets is split, quotes and octets that do not print are escaped")
  func texts() throws {
    let key = String(repeating: "k", count: 300)
    let set = try sets(#"s1._domainkey 300 IN TXT "p=\#(key)\"\\\200""#)[0]
    let (first, rest) = (String(repeating: "k", count: 253), String(repeating: "k", count: 47))
    #expect(set.data[0].text == #""p=\#(first)" "\#(rest)\"\\\200""#)
    let other = try sets(#"s1._domainkey 300 IN TXT "p=" "\#(key)" "\"" "\\\200""#)[0]
    #expect(set.data == other.data, "where a text is split does not matter")
    let letters = try sets(#"s1._domainkey 300 IN TXT "p=\#(key)\"\\\\200""#)[0]
    #expect(set.data != letters.data, "an octet is not the letters that stand for it")
    #expect(try sets("x 300 TXT \"\"")[0].data[0].text == "\"\"")
  }

  @Test(
    "what cannot be meant is refused, and named with what to do",
    arguments: [
      ("s1._domainkey 300 IN TXT v=DKIM1; k=rsa", "semicolon outside quotes"),
      ("mail.gaudy.test 300 IN A 192.0.2.1", "ends with the zone's and not with a dot"),
      ("@ 300 IN MX 10 mail.gaudy.test", "target that ends with the zone's name"),
      ("mail.other.test. 300 IN A 192.0.2.1", "outside the zone"),
      ("xgaudy.test. 300 IN A 192.0.2.1", "outside the zone"),
      ("@ 300 IN SOA ns1 host 1 2 3 4 5", "server's own"), ("@ 300 IN NS ns9", "server's own"),
      ("@ 300 IN DNSKEY 257 3 13 AAAA", "server's own"),
      ("@ 300 IN CNAME www", "alias of the whole zone"), ("mail IN A 192.0.2.1", "no time to live"),
      ("mail 99999999999 IN A 192.0.2.1", "no time to live"), ("mail 300 IN A", "no data"),
      ("mail 300 IN A 192.0.2.256", "no data"), ("mail 300 IN A 2001:db8::1", "no data"),
      ("mail 300 IN A 192.0.2.1 x", "no data"), ("@ 300 IN MX 70000 mail", "no data"),
      ("@ 300 IN TLSA 3 1 1 abc", "no data"), ("mail 300 IN HINFO a b", "not published here"),
      ("mail 300 IN TXT \"open", "ends within a text"), ("mail 300 IN TXT (\"a\")", "parentheses"),
      (" 300 IN A 192.0.2.1", "begins with a blank"), ("$INCLUDE /etc/passwd", "is not known"),
      ("mail 300", "has no type"), ("ma il 300 IN A 192.0.2.1", "not published here"),
      ("ma\nil 300 IN A 192.0.2.1", "do not print"),
      ("m\u{E4}il 300 IN A 192.0.2.1", "do not print"),
      ("m!il 300 IN A 192.0.2.1", "no plain name"), ("$ORIGIN other.test.", "outside the zone"),
    ]
  )
  func refusals(line: String, words: String) throws {
    let failure = try #require(throws: OperationFailure.self) { try sets(line) }
    #expect(failure.reason == .refused)
    #expect(failure.message.contains(words), "\(failure.message)")
    #expect(failure.message.hasPrefix("record 1 "))
    #expect(!failure.advice.isEmpty)
  }

  @Test("sets that cannot be there together are refused; the same record twice is one")
  func together() throws {
    #expect(try sets("a 300 A 192.0.2.1", "a 300 IN A 192.0.2.1")[0].data.count == 1)
    for lines in [
      ["a 300 A 192.0.2.1", "a 600 A 192.0.2.2"], ["a 300 CNAME b", "a 300 TXT \"x\""],
      ["a 300 CNAME b", "a 300 CNAME c"],
    ] {
      #expect(throws: OperationFailure.self, "\(lines)") {
        try ZoneText(lines, of: "gaudy.test")
      }
    }
  }

  @Test("sets that are to go are named by name and type")
  func removal() throws {
    let sets = try ZoneText.sets(
      ["s1._domainkey TXT", "mail.gaudy.test. a", "mail A"],
      of: "gaudy.test",
      "remove"
    )
    #expect(sets.map(\.set) == ["s1._domainkey.gaudy.test. TXT", "mail.gaudy.test. A"])
    for text in ["@ NS", "@ SOA", "mail", "mail A 192.0.2.1", "x.test. A", "mail.gaudy.test A"] {
      #expect(throws: OperationFailure.self, "\(text)") {
        try ZoneText.sets([text], of: "gaudy.test", "remove")
      }
    }
  }
}
