import Testing

@testable import ClusterOps

/// A delay reason and what it means; a row of the table without a line here is an error.
struct ReasonLine: Sendable, CustomTestStringConvertible {
  let text: String
  let reason: ReasonClass
  let host: String
  let code: String

  init(_ text: String, _ reason: ReasonClass, _ host: String = "", _ code: String = "") {
    self.text = text
    self.reason = reason
    self.host = host
    self.code = code
  }

  /// What a host says.
  init(said reply: String, _ reason: ReasonClass, _ code: String) {
    self.init("host mx.x.test[192.0.2.1] said: \(reply)", reason, "mx.x.test", code)
  }

  var testDescription: String { text }

  static let refused: [Self] = [
    Self(
      "SASL authentication failed; server smtp.relay.test[192.0.2.1] said: 535-5.7.8 Username and "
        + "Password not accepted. For more information, go to?535 5.7.8  https://relay.test/?p=Bad "
        + "98e67ed59e1d1-309f77521cfsm9763797a91.14 - gsmtp",
      .relayRefusesUs,
      "smtp.relay.test",
      "5.7.8"
    ),
    Self(
      "delivery temporarily suspended: SASL authentication failed; server smtp.relay.test[192.0.2.1] "
        + "said: 451 Authentication failed: Maximum credits exceeded",
      .relayRefusesUs,
      "smtp.relay.test",
      "451"
    ),
    Self(
      "SASL authentication failed; cannot authenticate to server smtp.relay.test[192.0.2.1]: no "
        + "mechanism available",
      .relayRefusesUs,
      "smtp.relay.test"
    ),
    Self(
      "SASL authentication failed: server smtp.relay.test[192.0.2.1] offered no compatible "
        + "authentication mechanisms for this type of connection security",
      .relayRefusesUs,
      "smtp.relay.test"
    ),
    Self(said: "530 5.7.0 Authentication required", .relayRefusesUs, "5.7.0"),
    Self(said: "454 Throttling failure: Daily message quota exceeded.", .relayLimit, "454"),
    Self(said: "550 5.4.5 Daily user sending limit exceeded.", .relayLimit, "5.4.5"),
  ]

  static let services: [Self] = [
    Self(
      "host mail[private/dovecot-lmtp] said: 451 4.2.0 Internal error",
      .local,
      "mail",
      "4.2.0"
    ),
    Self(
      "host mail[private/dovecot-lmtp] said: 452 4.2.2 Quota exceeded (mailbox for user is full)",
      .mailboxFull,
      "mail",
      "4.2.2"
    ),
    Self(
      "host mail[private/dovecot-lmtp] said: 552 Mailbox is full",
      .mailboxFull,
      "mail",
      "552"
    ),
    Self(
      "host dovecot[172.22.1.250] said: 550 5.1.1 <a@x.test> not known here",
      .recipientUnknown,
      "dovecot",
      "5.1.1"
    ),
    Self(
      "host dovecot[172.22.1.250] said: 550 <a@x.test> User doesn't exist: a@x.test",
      .recipientUnknown,
      "dovecot",
      "550"
    ),
    Self("connect to mail[private/dovecot-lmtp]: No such file or directory", .local, "mail"),
    Self("connect to 127.0.0.1[127.0.0.1]:10024: Connection refused", .local, "127.0.0.1"),
    Self(
      "host localhost[::1] refused to talk to me: 421 4.3.2 too many connections",
      .local,
      "localhost",
      "4.3.2"
    ),
    Self(
      "host policy.mail.svc[10.43.0.9] said: 451 4.3.5 quota-status is not there",
      .local,
      "policy.mail.svc",
      "4.3.5"
    ),
    Self("mail transport unavailable", .local), Self("service unavailable: milter failed", .local),
  ]

  static let standing: [Self] = [
    Self(
      "host mx.x.test[192.0.2.1] refused to talk to me: 554 5.7.1 no",
      .reputation,
      "mx.x.test",
      "5.7.1"
    ),
    Self(
      "host mx.x.test[192.0.2.1] refused to talk to me: 521 mx.x.test does not accept mail",
      .rejected,
      "mx.x.test",
      "521"
    ),
    Self(
      said:
        "554 5.7.1 Service unavailable; Client host [192.0.2.25] blocked using zen.spamhaus.org; "
        + "https://www.spamhaus.org/query/ip/192.0.2.25",
      .reputation,
      "5.7.1"
    ),
    Self(said: "550 denied, https://check.spamhaus.org/?ip=192.0.2.25", .reputation, "550"),
    Self(
      said: "421-4.7.0 [192.0.2.25      15] Our system has detected that this message is 421-4.7.0 "
        + "suspicious due to the very low reputation of the sending IP address. 421-4.7.0 To protect "
        + "our users from spam, mail sent from your IP address has 421-4.7.0 been temporarily rate "
        + "limited. Please visit 421 4.7.0  https://g.test/188131 for more information. a7si25p - g",
      .reputation,
      "4.7.0"
    ),
    Self(
      said: "421-4.7.28 [192.0.2.25       4] Our system has detected an unusual rate of 421-4.7.28 "
        + "unsolicited mail originating from your IP address.",
      .addressRate,
      "4.7.28"
    ),
    Self(
      said: "421-4.7.28 Gmail has detected an unusual rate of mail originating from your SPF "
        + "421-4.7.28 domain [example.test      36]. To protect our users from 421-4.7.28 spam",
      .domainRate,
      "4.7.28"
    ),
    Self(
      said:
        "550 5.7.26 Unauthenticated email from x.test is not accepted due to domain's DMARC policy.",
      .dmarc,
      "5.7.26"
    ),
    Self(
      said: "421-4.7.0 This message does not pass authentication checks (SPF and DKIM both do "
        + "421-4.7.0 not pass).",
      .unauthenticated,
      "4.7.0"
    ),
    Self(said: "550 5.7.26 This mail has been blocked", .unauthenticated, "5.7.26"),
    Self(said: "550 5.7.27 not accepted", .spf, "5.7.27"),
    Self(said: "550 SPF check failed", .spf, "550"),
    Self(said: "550 5.7.30 not accepted", .dkim, "5.7.30"),
    Self(said: "550 No valid DKIM signature", .dkim, "550"),
    Self(said: "450 4.7.25 Client host rejected", .ourPTR, "4.7.25"),
    Self(
      said: "450 4.7.1 Client host rejected: cannot find your reverse hostname, [2001:db8::2]",
      .ourPTR,
      "4.7.1"
    ),
    Self(
      said: "450 4.5.2 <15b0717dc4c2>: Helo command rejected: need fully-qualified hostname",
      .ourHelo,
      "4.5.2"
    ),
    Self(said: "450 4.1.8 <root@pve.test>: Sender address rejected", .senderDomain, "4.1.8"),
    Self(
      said: "451 <root@pve.test>: Sender address rejected: Domain not found",
      .senderDomain,
      "451"
    ),
  ]

  static let recipients: [Self] = [
    Self(
      said:
        "450-4.2.1 The user you are trying to contact is receiving mail at a rate that 450-4.2.1 "
        + "prevents additional messages from being delivered.",
      .recipientBusy,
      "4.2.1"
    ),
    Self(said: "450 4.2.1 rate limited for this user", .recipientBusy, "4.2.1"),
    Self(said: "452 4.2.2 no more room", .mailboxFull, "4.2.2"),
    Self(said: "452 The recipient's inbox is out of storage space", .mailboxFull, "452"),
    Self(said: "552 5.2.3 user is over quota.", .mailboxFull, "5.2.3"),
    Self(said: "550 5.1.1 <a@x.test>", .recipientUnknown, "5.1.1"),
    Self(said: "550 #5.1.0 <a@x.test>: No such user", .recipientUnknown, "5.1.0"),
    Self(said: "550 5.2.1 no", .recipientDisabled, "5.2.1"),
    Self(said: "554 Mailbox disabled", .recipientDisabled, "554"),
  ]

  static let waiting: [Self] = [
    Self(
      said: "450 4.2.0 <a@x.test>: Recipient address rejected: Greylisted for 30 seconds",
      .greylisted,
      "4.2.0"
    ),
    Self(said: "451 4.7.1 Try again later (in reply to end of DATA command)", .greylisted, "4.7.1"),
    Self(said: "451 4.7.1   (in reply to end of DATA command)", .putOff, "4.7.1"),
    Self(said: "421 4.7.0 Try again later", .throttled, "4.7.0"),
    Self(said: "450 4.7.28 Unusual rate of unsolicited mail", .throttled, "4.7.28"),
    Self(said: "451 4.7.1 Too many messages, slow down", .throttled, "4.7.1"),
    Self(
      "host mx.x.test[192.0.2.1] refused to talk to me: 421 Too many connections",
      .throttled,
      "mx.x.test",
      "421"
    ),
    Self(said: "421 Promise timed out after 15000 milliseconds", .putOff, "421"),
    Self(said: "450 4.1.1 user lookup failed", .putOff, "4.1.1"),
    Self(
      said:
        "450 4.7.1 <user@full.test>: Recipient address rejected: see https://mx.full.test/policy "
        + "for full details and migrate to an accurate sender",
      .putOff,
      "4.7.1"
    ),
    Self(said: "550 5.7.1 Message refused by policy", .rejected, "5.7.1"),
  ]

  static let events: [Self] = [
    Self("", .none),
    Self("connect to mx.d.test[192.0.2.5]:25: Connection refused", .connectionRefused, "mx.d.test"),
    Self(
      "delivery temporarily suspended: connect to mx.d.test[192.0.2.5]:25: Connection timed out",
      .timeout,
      "mx.d.test"
    ),
    Self("connect to mx.x.test[2001:db8::1]:25: Network is unreachable", .noRoute, "mx.x.test"),
    Self("connect to mx.x.test[192.0.2.1]:25: No route to host", .noRoute, "mx.x.test"),
    Self(
      "conversation with mx.x.test[192.0.2.1] timed out while receiving the initial server greeting",
      .timeout,
      "mx.x.test"
    ),
    Self("lost connection with mx.x.test[192.0.2.1] while sending RCPT TO", .timeout, "mx.x.test"),
    Self(
      "lost connection with mx.x.test[192.0.2.1] while receiving the initial server greeting",
      .droppedGreeting,
      "mx.x.test"
    ),
    Self(
      "Host or domain name not found. Name service error for name=x.test type=MX: Host not found, "
        + "try again",
      .dns
    ),
    Self("Host or domain name not found", .dns),
    Self("unable to look up host: Host not found", .dns),
    Self("Server certificate not trusted", .tls),
    Self("TLS is required, but was not offered by host mx.x.test[192.0.2.1]", .tls, "mx.x.test"),
    Self("user quota reached", .mailboxFull), Self("a timeout of the delivery agent", .timeout),
    Self("something nobody has seen", .other), Self("host", .other), Self("(", .other),
    Self("host x[", .other, "x"), Self("host x[y] said: 4", .other, "x"),
    Self("host x[y] said: ", .other, "x"), Self("host x[y] said: 250 fine", .other, "x", "250"),
  ]

  static let all = refused + services + standing + recipients + waiting + events
}

@Suite struct ReasonRuleTests {
  @Test("each text has its class, its host and its code", arguments: ReasonLine.all)
  func classes(line: ReasonLine) {
    let bytes = Array(line.text.utf8)
    let found = bytes.withUnsafeBytes { ReasonClassifier.classify($0) }
    #expect(found.reasonClass == line.reason)
    #expect(String(decoding: bytes[found.host], as: UTF8.self) == line.host)
    #expect(String(decoding: bytes[found.code], as: UTF8.self) == line.code)
  }

  @Test("every row of the table decides one of the texts")
  func rows() {
    var used: Set<Int> = []
    for line in ReasonLine.all where !line.text.isEmpty {
      Array(line.text.utf8).withUnsafeBytes { bytes in
        guard let base = bytes.baseAddress else { return }
        let text = ReasonBytes(base: base, count: bytes.count)
        var wording = ReasonWording()
        wording.read(text, ReasonFrame(text))
        if let row = ReasonRule.row(for: wording) { used.insert(row) }
      }
    }
    let unused = ReasonRule.table.indices.filter { !used.contains($0) }.map { index in
      let rule = ReasonRule.table[index]
      return "\(index): \(rule.reasonClass) \(rule.hops.rawValue) \(rule.replies) \(rule.statuses)"
    }
    #expect(unused == [])
  }

  @Test("words of a row stand between blanks, in lower case, and marks are words")
  func table() {
    for rule in ReasonRule.table {
      for word in (rule.words + rule.also).map({ "\($0)" }) {
        #expect(word.hasPrefix(" ") && word.hasSuffix(" ") && word == word.lowercased(), "\(word)")
      }
    }
  }

  @Test("every class says whose fault it is and what to do; no two share a word")
  func meanings() {
    #expect(Set(ReasonClass.allCases.map(\.word)).count == ReasonClass.allCases.count)
    for reason in ReasonClass.allCases {
      #expect(ReasonClass(word: reason.word) == reason)
      #expect(!reason.says.isEmpty && reason.advice.hasSuffix("."))
      // What we mend does not pass by itself, and what passes is nobody's.
      #expect(!(reason.fault == .us && reason.isPutOff))
      #expect(reason.fault != .nobody || reason.isPutOff)
    }
  }
}

@Suite struct ReasonWordingTests {
  private func read(_ reasons: [String]) -> QueueReport {
    ClusterOpsTests.read(
      reasons.enumerated().map { number, reason in
        queueLine("A\(100_000 + number)", to: [("r@d\(number).test", reason)])
      }.joined()
    )
  }

  @Test("a folded reply is shown once and on one line, however its lines were joined")
  func folded() throws {
    let report = read(
      [
        "host mx.g.test[192.0.2.1] said: 421-4.7.28 [192.0.2.25    4] An unusual rate of 421-4.7.28 "
          + "421-4.7.28 mail from your IP address. Visit 421 4.7.28  https://g.test/x z1si96.401 - g "
          + "(in reply to end of DATA command)"
      ]
    )
    let group = try #require(report.groups(by: .reason).groups.first)
    #expect(
      group.sample
        == "host mx.g.test[192.0.2.1] said: 421-4.7.28 [192.0.2.25 4] An unusual rate of mail from "
        + "your IP address. Visit https://g.test/x z1si96.401 - g (in reply to end of DATA command)"
    )
    #expect(group.code == "4.7.28")
  }

  @Test("the log's ?, a line break and a blank join the same reply")
  func joints() {
    func wording(_ text: String) -> [UInt8] {
      Array(text.utf8).withUnsafeBytes { bytes in
        guard let base = bytes.baseAddress else { return [] }
        let text = ReasonBytes(base: base, count: bytes.count)
        var wording = ReasonWording()
        wording.read(text, ReasonFrame(text))
        return wording.bytes
      }
    }
    let frame = "SASL authentication failed; server s.test[192.0.2.1] said: 535-5.7.8 No. Go to"
    let blank = wording(frame + " 535 5.7.8  https://s.test/a 98e6-309 - g")
    #expect(wording(frame + "?535 5.7.8  https://s.test/b 5b1f-43b - g") == blank)
    #expect(wording(frame + "\n535 5.7.8 https://s.test/c 7 - g") == blank)
    #expect(wording(frame + " 535 5.7.8  https://s.test/a 98e6 - other") != blank)
  }

  @Test("texts that differ only in ids, addresses and counters keep one example")
  func variable() {
    let report = read(
      (0..<500).map {
        "host mx\($0 % 7).g.test[192.0.2.\($0 % 9)] said: 421 4.7.28 [198.51.100.\($0 % 250)  \($0)] "
          + "unusual rate of mail for <u\($0)@g.test>, see https://g.test/?id=\($0) q\($0)x.\($0) - g"
      }
    )
    #expect(report.samples.count == 1)
    #expect(report.groups(by: .reason).groups.map(\.messages) == [500])
  }

  @Test("decisive words after column 400 decide")
  func late() {
    let padding = String(repeating: "words that say nothing of it ", count: 16)
    let report = read(["host mx.x.test[192.0.2.1] said: 450 4.0.0 \(padding) Greylisted"])
    #expect(report.groups(by: .reason).groups.map(\.key) == ["greylisted"])
  }
}
