import Testing

@testable import ClusterOps

/// Headers of mail by RFC 5322, RFC 5321 §4.4 and RFC 8601.
@Suite struct MailHeaderTests {
  @Test(
    "dates of headers, those of old programs among them",
    arguments: [
      ("Mon, 30 Nov 2026 17:56:37 +0000", 1_796_061_397),
      ("Mon,30 Nov 2026 17:56:37 +0000", 1_796_061_397),
      ("30 Nov 2026 17:56:37 GMT", 1_796_061_397), ("30 nov 26 17:56:37 UT", 1_796_061_397),
      ("Tue, 1 Dec 2026 04:26:37 +1030", 1_796_061_397),
      ("Mon, 30 Nov 2026 12:56:37 EST", 1_796_061_397),
      ("Mon, 30 Nov 2026 17:56 -0000", 1_796_061_360), ("1 Jan 1970 00:00:00 +0000", 0),
      ("29 Feb 2028 00:00:00 +0000", 1_835_395_200), ("1 Mar 2028 00:00:00 +0000", 1_835_481_600),
      ("31 Dec 99 23:59:60 +0000", 946_684_800),
    ]
  )
  func dates(text: String, seconds: Int) {
    #expect(MailDate.seconds(text) == seconds)
  }

  @Test(
    "what is no date is none",
    arguments: [
      "", "Mon", "30 Nov 2026", "30 Nov 2026 17:56:37", "31 Nov 2026 17:56:37 +0000",
      "29 Feb 2027 00:00:00 +0000", "0 Nov 2026 17:56:37 +0000", "30 Nov 2026 24:00:00 +0000",
      "30 Nov 2026 17:60:00 +0000", "30 Nov 2026 17:56:37 +2400", "30 Nov 2026 17:56:37 +00",
      "30 Nov 1899 17:56:37 +0000", "30 Brumaire 2026 17:56:37 +0000",
      "30 Nov 2026 -7:56:37 +0000", "30 Nov 2026 17:56:37 +0000 more",
      "30 Nov 99999999999999999999 17:56:37 +0000", String(repeating: "1", count: 200),
    ]
  )
  func noDates(text: String) {
    #expect(MailDate.seconds(text) == nil)
  }

  @Test("a date that is written is the one that is read")
  func roundTrip() {
    for seconds in [0, 951_782_400, 1_796_061_397, 4_102_444_799] {
      #expect(MailDate.seconds(MailDate.text(seconds)) == seconds)
    }
  }

  @Test("fields are unfolded and keep their order; the body is none; more than is read is told")
  func fields() {
    let header = MailHeader(
      Array("A: 1\r\nb:  two\r\n\tlines\r\nno field\r\nA: 2\r\n\r\nC: body\r\n".utf8)
    )
    #expect(header.fields.map(\.name) == ["a", "b", "a"])
    #expect(header["b"] == "two\tlines")
    #expect(header["a"] == "1")
    #expect(header["c"] == nil)
    #expect(!header.isCut)
    #expect(MailHeader(Array(String(repeating: "X: y\n", count: 500).utf8)).isCut)
    #expect(MailHeader(Array("X: \(String(repeating: "y", count: 70_000))\n".utf8)).isCut)
    #expect(MailHeader([]).fields.isEmpty)
  }

  @Test("comments and quotes are told apart from words, and hide what looks like a mark")
  func tokens() {
    #expect(
      FieldToken.tokens(#"a (one (two) \) ; =) "b;\"c" = d; (open"#) == [
        .word("a"), .comment("one (two) ) ; ="), .word("b;\"c"), .equals, .word("d"), .semicolon,
        .comment("open"),
      ]
    )
    #expect(FieldToken.tokens(String(repeating: "(", count: 20_000)).count == 1)
    #expect(FieldToken.tokens(String(repeating: "a ", count: 20_000)).count == 1_000)
  }

  @Test("a hop tells from whom, by whom, how and when")
  func hops() {
    let postfix = ReceivedHop(
      "from probe.mailconsole.invalid (unknown [198.51.100.77]) (using TLSv1.3 with cipher "
        + "TLS_AES_256_GCM_SHA384 (256/256 bits)) (No client certificate requested) by "
        + "Mail.Gaudy.test (Postfix) with ESMTPS id 4Vg1 for <by@gaudy.test>; Mon, 30 Nov 2026 "
        + "17:56:37 +0000 (UTC)"
    )
    #expect(postfix.from == "probe.mailconsole.invalid")
    #expect(postfix.host == "mail.gaudy.test")
    #expect(postfix.with == "ESMTPS")
    #expect(postfix.tls == "TLSv1.3")
    #expect(postfix.at == 1_796_061_397)
    let microsoft = ReceivedHop(
      "from A.prod.test (2603:10a6::1) by B.prod.test (2603::2) with Microsoft SMTP Server "
        + "(version=TLS1_2, cipher=TLS_ECDHE) id 15.20; Mon, 30 Nov 2026 17:56:38 +0000"
    )
    #expect(microsoft.tls == "TLSv1.2")
    #expect(microsoft.host == "b.prod.test")
    // A greeting cannot make itself another host's hop.
    let forged = ReceivedHop("from by (by x) by real.test with ESMTP; nonsense")
    #expect(forged.from == "by")
    #expect(forged.host == "real.test")
    #expect(forged.at == nil)
    #expect(ReceivedHop("").host == "")
    #expect(!ReceivedHop("from \u{1B}[2J by a; x").words.utf8.contains(0x1B))
  }

  @Test("verdicts are read by method; comments and properties are none")
  func results() throws {
    let results = try #require(
      AuthenticationResults(
        "Mail.gaudy.test 1; dkim=fail (dkim=pass; forged) header.d=a.test; dkim/1 = PASS "
          + "header.i=@b.test; spf=softfail (x) smtp.mailfrom=\"spf=pass\"; dmarc=none"
      )
    )
    #expect(results.authority == "mail.gaudy.test")
    #expect(results["dkim"] == "pass")
    #expect(results["spf"] == "softfail")
    #expect(results["dmarc"] == "none")
    #expect(results["arc"] == "")
    let none = try #require(AuthenticationResults("mail.gaudy.test; none"))
    #expect(none["spf"] == "")
    #expect(AuthenticationResults("") == nil)
    #expect(AuthenticationResults("(comment); spf=pass") == nil)
  }
}
