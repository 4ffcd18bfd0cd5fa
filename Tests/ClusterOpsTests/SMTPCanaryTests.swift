import Foundation
import Runbooks
import Synchronization
import Testing

@testable import ClusterOps

/// A message that is sent and found again: swaks 20201014 and Dovecot 2.3.19 as they were seen to print.
@Suite struct SMTPCanaryTests {
  private static let id = "20261130175637.016277@vm"
  private static let user =
    "field\tvalue\nuid\t5000\ngid\t5000\nhome\t/var/vmail/gaudy.test/postmaster\n\n"

  /// The session; lines of the message end with CRLF.
  private static func session(
    _ end: String = "<-  250 2.0.0 Ok: queued as 4Vg1Xr2Zz8z1",
    id: String = id
  ) -> String {
    """
    === Trying 127.0.0.1:24026...
    === Connected to 127.0.0.1.
    === response in 0.000s
    <-  220 mail.gaudy.test ESMTP Postfix
     -> EHLO probe.mailconsole.invalid
    === response in 0.046s
    <-  250-mail.gaudy.test
    <-  250 8BITMIME
     -> MAIL FROM:<>
    === response in 0.000s
    <-  250 2.1.0 Ok
     -> RCPT TO:<postmaster@gaudy.test>
    === response in 0.000s
    <-  250 2.1.0 Ok
     -> DATA
    === response in 0.000s
    <-  354 End data with <CR><LF>.<CR><LF>
     -> From: mailconsole probe <probe@mailconsole.invalid>\r
     -> Date: Mon, 30 Nov 2026 17:56:37 +0000\r
     -> Message-ID: <\(id)>\r
     -> \r
     -> A message.\r
     -> \r
     -> .
    === response in 0.000s
    \(end)
     -> QUIT
    === response in 0.000s
    <-  221 2.0.0 Bye
    === Connection closed with remote host.

    """
  }

  /// A header in the form that the platform writes it, by its configuration.
  static let header = """
    Return-Path: <>
    Delivered-To: postmaster@gaudy.test
    Received: from mail.gaudy.test
    \tby mail.gaudy.test with LMTP
    \tid kF1bOJ6kDGrxAQAAxQ2Nkw
    \t(envelope-from <>)
    \tfor <postmaster@gaudy.test>; Mon, 30 Nov 2026 17:56:39 +0000
    Received: from probe.mailconsole.invalid (unknown [198.51.100.77])
    \t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)
    \t key-exchange X25519 server-signature ECDSA (P-256) server-digest SHA256)
    \t(No client certificate requested)
    \tby mail.gaudy.test (Postfix) with ESMTPS id 4Vg1Xr2Zz8z1
    \tfor <postmaster@gaudy.test>; Mon, 30 Nov 2026 17:56:38 +0000 (UTC)
    Authentication-Results: mail.gaudy.test;
    \tdkim=none;
    \tspf=pass (mail.gaudy.test: domain of probe designates 198.51.100.77) smtp.helo=probe;
    \tdmarc=none
    X-Spamd-Result: default: False [1.30 / 15.00];
    \tMIME_GOOD(-0.10)[text/plain];
    From: mailconsole probe <probe@mailconsole.invalid>
    Date: Mon, 30 Nov 2026 17:56:37 +0000
    Message-ID: <20261130175637.016277@vm>

    """

  static func list(
    _ headers: [String],
    folder: String = "INBOX",
    stored: Int = 1_796_061_399
  ) -> String {
    let items = headers.map { header in
      let data = (try? JSONEncoder().encode(header + "\n")) ?? Data()
      return "{\"hdr\":" + String(decoding: data, as: UTF8.self)
        + ",\"mailbox\":\"\(folder)\",\"date.received.unixtime\":\"\(stored)\"}"
    }
    return "[" + items.joined(separator: ",") + "]"
  }

  /// A world whose mailbox answers looks one after the other, the last again and again.
  static func world(
    _ looks: [Answer],
    session: Answer = .said(session()),
    user: Answer = .inPod(user)
  ) -> RecordedWorld {
    let left = Left(looks)
    return RecordedWorld { command in
      let program = Probe.inner(command.program)
      switch program.first {
      case "swaks": return session
      case "sleep": return Answer()
      case "xargs" where program.contains("expunge"): return Answer()
      case "xargs": return left.next()
      default: return user
      }
    }
  }

  private final class Left: Sendable {
    private let answers: Mutex<[Answer]>

    init(_ answers: [Answer]) { self.answers = Mutex(answers) }

    func next() -> Answer {
      answers.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }
    }
  }

  func perform(
    _ world: RecordedWorld,
    _ values: [String: Value] = [:]
  ) async throws -> OperationResult {
    try SMTPCanary().declaration.checked(try await world.perform(SMTPCanary(), values))
  }

  @Test("the way, the delays, the verdicts and the place are read from the mailbox")
  func found() async throws {
    let world = Self.world([.inPod("[]"), .inPod("[]"), .inPod(Self.list([Self.header]))])
    let result = try await perform(world)
    #expect(result.text("message_id") == Self.id)
    #expect(result.text("queue_id") == "4Vg1Xr2Zz8z1")
    #expect(result.text("mailbox") == "INBOX")
    #expect(
      result.texts("hops") == [
        "from probe.mailconsole.invalid by mail.gaudy.test with ESMTPS (TLSv1.3) at "
          + "2026-11-30T17:56:38Z",
        "from mail.gaudy.test by mail.gaudy.test with LMTP at 2026-11-30T17:56:39Z",
      ]
    )
    #expect(result.values["delays_seconds"] == .list([.integer(1), .integer(1)]))
    #expect(result.values["total_seconds"] == .integer(2))
    #expect(result.texts("clocks") == [])
    #expect(result.text("tls") == "TLSv1.3")
    #expect(result.text("spf") == "pass")
    #expect(result.text("dkim") == "none")
    #expect(result.values["judged"] == .boolean(true))
    #expect(result.values["score"] == .number(1.3))
    #expect(result.values["spam"] == .boolean(false))
    #expect(result.values["copies"] == .integer(1))
    #expect(result.values["removed"] == .boolean(false))
    let programs = world.asked.programs.map { Probe.inner($0)[0] }
    #expect(programs == ["doveadm", "swaks", "xargs", "sleep", "xargs", "sleep", "xargs"])
    #expect(world.asked.input[2] == Self.id + "\n")
    #expect(
      Probe.inner(world.asked.programs[2]) == [
        "xargs", "-r", "-d", #"\n"#, "-n", "1", "doveadm", "-f", "json", "fetch", "-u",
        "postmaster@gaudy.test", "hdr mailbox date.received.unixtime", "mailbox", "*", "header",
        "message-id",
      ]
    )
  }

  @Test("mail in Junk is found there, with the mark of the filter")
  func junk() async throws {
    let spam = Self.header.replacing("[1.30 / 15.00]", with: "[8.10 / 15.00]")
      .replacing("From: mailconsole", with: "X-Spam: Yes\nFrom: mailconsole")
    let result = try await perform(Self.world([.inPod(Self.list([spam], folder: "Junk"))]))
    #expect(result.text("mailbox") == "Junk")
    #expect(result.values["spam"] == .boolean(true))
    #expect(result.values["score"] == .number(8.1))
  }

  @Test("clocks that run apart are told, and make no delay that is less than none")
  func clocks() async throws {
    let ahead = Self.header.replacing(
      "Date: Mon, 30 Nov 2026 17:56:37",
      with: "Date: Mon, 30 Nov 2026 18:10:37"
    )
    let result = try await perform(Self.world([.inPod(Self.list([ahead]))]))
    #expect(result.values["delays_seconds"] == .list([.integer(-1), .integer(1)]))
    // From the first hop, as the sender's clock tells nothing.
    #expect(result.values["total_seconds"] == .integer(1))
    #expect(
      result.texts("clocks")
        == ["the clock of mail.gaudy.test is 839 seconds or more behind that of whoever sent it"]
    )
    let odd = Self.header.replacing("Mon, 30 Nov 2026 17:56:38 +0000 (UTC)", with: "yesterday")
    let dateless = try await perform(Self.world([.inPod(Self.list([odd]))]))
    #expect(dateless.values["delays_seconds"] == .list([.integer(-1), .integer(-1)]))
    #expect(dateless.values["total_seconds"] == .integer(2))
    #expect(dateless.texts("clocks") == ["mail.gaudy.test tells no time that is understood"])
    let early = try await perform(Self.world([.inPod(Self.list([Self.header], stored: 5))]))
    #expect(early.values["total_seconds"] == .integer(-1))
  }

  @Test("only what our host wrote, above what came from elsewhere, is believed")
  func forged() async throws {
    let forged =
      "Received: from evil by mail.gaudy.test; Mon, 30 Nov 2026 17:56:30 +0000\n"
      + "Authentication-Results: mail.gaudy.test; spf=fail; dkim=pass; dmarc=pass\n"
      + "X-Spam: Yes\nX-Spamd-Result: default: True [99.00 / 15.00]\n"
    let foreign = "Authentication-Results: northmail.test; spf=fail; dkim=pass; dmarc=pass\n"
    let hop =
      "Received: from evil by relay.north.test with ESMTP; Mon, 30 Nov 2026 17:56:37 +0000\n"
    // Below another host's hop.
    let below = Self.header.replacing("From: mailconsole", with: hop + forged + "From: mailconsole")
    let result = try await perform(Self.world([.inPod(Self.list([below]))]))
    #expect(result.text("spf") == "pass")
    #expect(result.text("dkim") == "none")
    #expect(result.values["spam"] == .boolean(false))
    #expect(result.values["score"] == .number(1.3))
    #expect(result.summary.contains("2 fields claim to be our filter's"))
    // Another's, on top of all.
    let above = try await perform(Self.world([.inPod(Self.list([foreign + Self.header]))]))
    #expect(above.text("spf") == "pass")
    // Nothing of ours but what is below another's hop.
    let lines = Self.header.split(separator: "\n", omittingEmptySubsequences: false)
    let start = lines.firstIndex { $0.hasPrefix("Authentication") } ?? 0
    let without = (lines[..<start] + lines[(start + 6)...]).joined(separator: "\n")
      .replacing("From: mailconsole", with: hop + forged + "From: mailconsole")
    let unproved = try await perform(Self.world([.inPod(Self.list([without]))]))
    #expect(unproved.text("spf") == "")
    #expect(unproved.values["judged"] == .boolean(false))
    #expect(unproved.summary.contains("our filter wrote no verdict"))
    let failure = try await #require(throws: OperationFailure.self) {
      try await perform(
        Self.world([.inPod(Self.list([without]))]),
        ["filtered": .boolean(true)]
      )
    }
    #expect(failure.reason == .failed)
    #expect(failure.message.contains("our filter wrote nothing of it"))
  }

  @Test("mail that does not come is a failure that says where to look, after so many looks")
  func missing() async throws {
    let world = Self.world([.inPod("[]")])
    let failure = try await #require(throws: OperationFailure.self) {
      try await world.perform(SMTPCanary(), ["patience": .duration(.seconds(20))])
    }
    #expect(failure.reason == .failed)
    #expect(failure.effect == .partial)
    #expect(failure.message.contains("taken as 4Vg1Xr2Zz8z1 and is not in the mailbox"))
    #expect(failure.message.contains("after 20 s"))
    #expect(failure.advice.contains("postfix.queue"))
    #expect(world.asked.programs.filter { $0.first == "sleep" }.count == 4)
    let once = Self.world([.inPod("[]")])
    _ = try? await once.perform(SMTPCanary(), ["patience": .duration(.zero)])
    #expect(once.asked.programs.filter { $0.first == "sleep" }.isEmpty)
  }

  @Test(
    "mail that is not taken is a failure with the host's words, and is not looked for",
    arguments: [
      ("<** 450 4.2.0 Greylisted", 24, OperationFailure.Effect.none, "450 4.2.0 Greylisted"),
      ("<** 554 5.7.1 no", 26, .none, "554 5.7.1 no"), ("", 26, .unknown, "broke off"),
    ]
  )
  func refused(
    end: String,
    exit: Int,
    effect: OperationFailure.Effect,
    words: String
  ) async throws {
    let world = Self.world([.inPod("[]")], session: .said(Self.session(end), exit: exit))
    let failure = try await #require(throws: OperationFailure.self) {
      try await world.perform(SMTPCanary())
    }
    #expect(failure.reason == .failed)
    #expect(failure.effect == effect)
    #expect(failure.message.contains(words), "\(failure.message)")
    #expect(world.asked.programs.count == 2)
  }

  @Test("what cannot be looked for is not sent")
  func nobody() async throws {
    let nobody = Answer.inPod(
      "field\tvalue\n\nuserdb lookup: user x doesn't exist\n",
      exit: 67
    )
    for (user, reason) in [
      (nobody, OperationFailure.Reason.refused), (Answer.withoutProgram, .undetermined),
      (.said(Self.user), .undetermined),
    ] {
      let world = Self.world([.inPod("[]")], user: user)
      let failure = try await #require(throws: OperationFailure.self) {
        try await world.perform(SMTPCanary())
      }
      #expect(failure.reason == reason)
      #expect(failure.effect == .none)
      #expect(!world.asked.programs.contains { $0.first == "swaks" })
    }
  }

  @Test("a mailbox that fails, is cut or strange is undetermined, never empty")
  func undetermined() async throws {
    // A doveadm that fails prints an empty list: as it was seen.
    let failed = Answer.inPod(
      "[]",
      stderr: "doveadm(alice): Error: User lookup failed: Internal error occurred. Refer to server "
        + "log for more information.\n",
      exit: 123
    )
    for answer in [
      failed, .said("[]"), .inPod(""), .inPod("[{}]"), .inPod("mailbox\n"), .withoutProgram,
      .inPod(Self.list([Self.header], stored: 0)), .inPod("", exit: 124),
    ] {
      let failure = try await #require(throws: OperationFailure.self) {
        try await Self.world([answer]).perform(SMTPCanary())
      }
      #expect(failure.reason == .undetermined)
      // A message is on its way.
      #expect(failure.effect == .unknown)
    }
    let unnamed = Self.world([.inPod("[]")], session: .said(Self.session(id: "-x y*")))
    let failure = try await #require(throws: OperationFailure.self) {
      try await unnamed.perform(SMTPCanary())
    }
    #expect(failure.reason == .undetermined)
  }

  @Test("Dovecot 2.4 writes numbers, and a message that came twice is counted twice")
  func numbers() async throws {
    let list = Self.list([Self.header, Self.header]).replacing("\"1796061399\"", with: "1796061399")
    let result = try await perform(Self.world([.inPod(list)]))
    #expect(result.values["copies"] == .integer(2))
    #expect(result.summary.contains("it came 2 times"))
  }

  @Test("it is deleted where that is asked for, and it is seen that it is gone")
  func removed() async throws {
    let world = Self.world([.inPod(Self.list([Self.header])), .inPod("[]")])
    let result = try await perform(world, ["remove": .boolean(true)])
    #expect(result.values["removed"] == .boolean(true))
    let removal = Probe.inner(world.asked.programs[3])
    #expect(removal.contains("expunge"))
    #expect(removal.suffix(4) == ["mailbox", "*", "header", "message-id"])
    #expect(world.asked.input[3] == Self.id + "\n")
    let stuck = Self.world([.inPod(Self.list([Self.header]))])
    let failure = try await #require(throws: OperationFailure.self) {
      try await stuck.perform(SMTPCanary(), ["remove": .boolean(true)])
    }
    #expect(failure.reason == .failed)
    #expect(failure.effect == .partial)
  }
}
