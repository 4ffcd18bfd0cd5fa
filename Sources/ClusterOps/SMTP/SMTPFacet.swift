internal import Runbooks

/// swaks(1) against the simulated host.
struct SMTPFacet: Facet {
  let programs: Set = ["swaks"]

  func answer(_ command: Command, in scene: inout Scene) -> Answer? {
    guard command.program.first == "swaks" else { return nil }
    return scene.session(of: Transcript(command.program))
  }
}

/// What a call of swaks asks for, and what it prints meanwhile.
private struct Transcript {
  let argv: [String]
  var lines: [String] = []
  /// Whether TLS has begun: what is said then is marked `~>` and `<~`.
  private var isSecret = false

  init(_ argv: [String]) { self.argv = argv }

  func option(_ name: String) -> String? { Scene.option(name, argv) }

  var host: String { option("--server") ?? "" }
  var port: String { option("--port") ?? "25" }
  var sender: String { option("--from") ?? "<>" }
  var recipient: String { option("--to") ?? "" }
  var stop: SMTPStage {
    let word = option("--quit-after")
    return SMTPStage.allCases.first { $0.quitAfter == word } ?? .data
  }
  var usesTLS: Bool { argv.contains { $0 == "--tls" || $0.hasPrefix("--tls-o") } }

  mutating func say(_ command: String?, _ replies: [String], isBad: Bool = false) {
    if let command { lines.append(ours(command)) }
    lines.append("=== response in 0.004s")
    let mark = isSecret ? (isBad ? "<~* " : "<~  ") : (isBad ? "<** " : "<-  ")
    lines += replies.map { mark + $0 }
  }

  /// A line that swaks says.
  func ours(_ line: String) -> String { (isSecret ? " ~> " : " -> ") + line }

  /// Begins TLS.
  mutating func secure() {
    lines.append("=== TLS started with cipher TLSv1.3:TLS_AES_256_GCM_SHA384:256")
    isSecret = true
  }

  /// The reply to EHLO: logins are offered for submission alone, and not before TLS.
  mutating func greet(as host: String, _ more: [String], isSecure: Bool) {
    let logins = isSecure && port != "25" ? ["AUTH PLAIN LOGIN XOAUTH2 OAUTHBEARER"] : []
    let offers =
      [host, "PIPELINING", "SIZE 36700160", "ETRN"] + more + logins
      + ["ENHANCEDSTATUSCODES", "8BITMIME", "DSN"]
    say(
      "EHLO probe",
      offers.enumerated().map { "250\($0.offset == offers.count - 1 ? " " : "-")\($0.element)" }
    )
  }

  func ending(_ exit: Int) -> Answer {
    var answer = Answer(lines.map { $0 + "\n" }.joined())
    answer.exit = exit
    return answer
  }
}

extension Scene {
  private var smtp: Value { world.state["smtp"] ?? .record([:]) }

  /// The domain of an address, source routes taken away.
  private static func domain(of address: String) -> String {
    address.split(separator: "@").last.map(String.init)?.lowercased() ?? ""
  }

  fileprivate mutating func session(of call: Transcript) -> Answer {
    var call = call
    call.lines = ["=== Trying \(call.host):\(call.port)..."]
    guard isOpen(call.port) else {
      call.lines.append("*** Error connecting to \(call.host):\(call.port):")
      call.lines.append("*** \tIO::Socket::INET: connect: Connection refused")
      return call.ending(2)
    }
    call.lines.append("=== Connected to \(call.host).")
    if call.argv.contains("--tls-on-connect") {
      call.secure()
    }
    call.say(nil, ["220 \(site.mailHost) ESMTP"])
    guard call.stop > .connect else { return call.ending(0) }
    let isImplicit = call.argv.contains("--tls-on-connect")
    call.greet(as: site.mailHost, isImplicit ? [] : ["STARTTLS"], isSecure: isImplicit)
    guard call.stop > .ehlo else { return call.ending(0) }
    if call.usesTLS, !isImplicit {
      call.say("STARTTLS", ["220 2.0.0 Ready to start TLS"])
      call.secure()
      call.greet(as: site.mailHost, [], isSecure: true)
    }
    guard call.stop > .tls else { return call.ending(0) }
    if let user = call.option("--auth-user") {
      guard smtp.texts("users").contains(user) else {
        call.say(
          "AUTH PLAIN PROVIDED_BUT_REMOVED",
          ["535 5.7.8 Error: authentication failed: UGFzc3dvcmQ6"],
          isBad: true
        )
        return call.ending(28)
      }
      call.say("AUTH PLAIN PROVIDED_BUT_REMOVED", ["235 2.7.0 Authentication successful"])
    }
    guard call.stop > .auth else { return call.ending(0) }
    call.say("MAIL FROM:<\(call.sender == "<>" ? "" : call.sender)>", ["250 2.1.0 Ok"])
    guard call.stop > .mail else { return call.ending(0) }
    let recipient = "RCPT TO:<\(call.recipient)>"
    if let (reply, exit) = refusal(of: call) {
      call.say(recipient, [reply], isBad: true)
      return call.ending(exit)
    }
    call.say(recipient, ["250 2.1.5 Ok"])
    guard call.stop > .rcpt else { return call.ending(0) }
    let id = SimulatedQueue.id(Int(truncatingIfNeeded: passingChance("swaks") % 0xFF_FFFF))
    call.say("DATA", ["354 End data with <CR><LF>.<CR><LF>"])
    let mail = arriving(call, as: id)
    // Each line of the message, where they are not to be left out.
    if let mail { call.lines += mail.lines.map { call.ours("\($0)\r") } }
    let end = mail == nil ? "16 lines sent" : "."
    if let verdict = filterVerdict(on: call) {
      call.say(end, [verdict], isBad: true)
      return call.ending(26)
    }
    call.say(end, ["250 2.0.0 Ok: queued as \(id)"])
    if let mail { deliver(mail) }
    return call.ending(0)
  }

  /// The message of a call that shows it, with what swaks fills in; nil: it is not shown.
  private mutating func arriving(_ call: Transcript, as id: String) -> Arriving? {
    guard !call.argv.contains("--suppress-data"), let data = call.option("--data") else {
      return nil
    }
    let made = world.now + smtp.int("ahead", 0)
    let time = KubernetesObjects.timestamp(made).filter(\.isNumber)
    let number = String(1_000_000 + Int(truncatingIfNeeded: chance() % 1_000_000)).dropFirst()
    let messageID = "\(time).\(number)@probe"
    return Arriving(
      messageID: messageID,
      queueID: id,
      recipient: call.recipient,
      helo: call.option("--ehlo") ?? "probe",
      message: data.replacing("%TO_ADDRESS%", with: call.recipient)
        .replacing("%DATE%", with: MailDate.text(made))
        .replacing("%MESSAGEID%", with: messageID).replacing(#"\n"#, with: "\r\n"),
      isSecure: call.usesTLS
    )
  }

  /// What the milter says of a message; nil: it is let through.
  private func filterVerdict(on call: Transcript) -> String? {
    let message = call.option("--data") ?? ""
    let rspamd = world.state["rspamd"] ?? .record([:])
    // milter_default_action=tempfail
    guard rspamd.truth("running", true) else {
      return "451 4.7.1 Service unavailable - try again later"
    }
    // The rule OWN_DOMAIN in deploy/base/mail/rspamd/force_actions.conf.
    if rspamd.truth("rejects", true), Self.domain(of: call.sender) == site.domain,
      call.option("--auth-user") == nil
    {
      return "554 5.7.1 Mail of this domain is submitted with a login"
    }
    let policies = rspamd["policies"]?.elements?.compactMap(\.text) ?? ["example.com"]
    if rspamd.truth("rejects", true), policies.contains(Self.domain(of: call.sender)) {
      return "554 5.7.1 Action set by DMARC module"
    }
    let scans = world.state["clamav"]?.truth("running", true) ?? true
    let verdict = RspamdFacet.judge(message, rspamd, scans: scans)
    switch verdict.action {
    case "reject": return "554 5.7.1 \(verdict.reply)"
    case "soft reject": return "451 4.7.1 \(verdict.reply)"
    default: return nil
    }
  }

  /// Whether a stranger is put off: until they come again five minutes after they first came.
  private mutating func isGreylisted(_ call: Transcript) -> Bool {
    guard smtp.truth("greylisting", false) else { return false }
    let pair = "\(call.sender) \(call.recipient)"
    var known = smtp["greylisted"]?.fields ?? [:]
    let first = known[pair]?.int ?? world.now
    known[pair] = .integer(first)
    world.state["smtp"] = smtp.with("greylisted", .record(known))
    return world.now < first + 300
  }

  /// Why a recipient is not taken: greylisting, relaying, or nobody of that name.
  private mutating func refusal(of call: Transcript) -> (String, Int)? {
    if isGreylisted(call) {
      return ("450 4.2.0 <\(call.recipient)>: Recipient address rejected: Greylisted", 24)
    }
    let isLoggedIn = call.option("--auth-user") != nil
    let isOurs =
      Self.domain(of: call.recipient) == site.domain
      && !call.recipient.contains("%") && !call.recipient.contains("!")
      && !call.recipient.contains("\"") && !call.recipient.hasPrefix("@")
    guard !isOurs, !isLoggedIn else { return nil }
    let ways = RelayMatrix.cases(site, stranger: "relaytest@example.net")
    let way = ways.first { $0.sender == call.sender && $0.recipient == call.recipient }
    guard let way, smtp.texts("relays").contains(way.name) else {
      return ("554 5.7.1 <\(call.recipient)>: Relay access denied", 24)
    }
    return nil
  }
}
