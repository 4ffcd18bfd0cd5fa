internal import Runbooks

/// `smtp.relay_matrix`: whether a host relays for strangers.
///
/// Each case is a way in which open relays were found; every session ends after RCPT, so that
/// nothing is delivered. Source routes, the percent hack and bang paths are RFC 5321 §F.2 and §F.3.
struct RelayMatrix: CommandOperation {
  private static let stranger = Parameter<String>(
    "stranger",
    default: { $0.record["values"]?["stranger"]?.text ?? "relaytest@example.net" },
    "that of `values: {stranger: …}` in site.yaml, else relaytest@example.net",
    check: MailAddress.checked,
    help: "an address of a domain that is not ours; nothing is sent to it"
  )

  private static let relays = ResultField<[String]>(
    "relays",
    help: "the cases in which a recipient elsewhere was accepted"
  )
  private static let refused = ResultField<Int>("refused", help: "cases that were refused")
  private static let tried = ResultField<Int>("tried", help: "cases that were tried")
  private static let unknown = ResultField<[String]>(
    "unknown",
    help: "cases without a verdict, with the reason"
  )

  let declaration = OperationDeclaration(
    "smtp.relay_matrix",
    "Tries the known ways to relay through a host without a login; nothing is sent.",
    parameters: [Probe.host, SMTPSession.port, stranger, SMTPFamily.helo, Probe.from],
    results: [relays, refused, tried, unknown],
    risk: .read,
    isRepeatable: true
  )

  /// A way in which a relay may be open.
  struct Case: Sendable, Hashable {
    let name: String
    let sender: String
    let recipient: String
  }

  /// The cases for a site.
  static func cases(_ site: Site, stranger: String) -> [Case] {
    let (domain, host) = (site.domain, site.mailHost)
    let parts = stranger.split(separator: "@")
    let (user, elsewhere) = (String(parts[0]), String(parts[1]))
    let other = "sender@\(elsewhere)"
    var cases = [
      Case(name: "stranger to stranger", sender: other, recipient: stranger),
      Case(name: "bounce to stranger", sender: "<>", recipient: stranger),
      Case(name: "our own sender", sender: "postmaster@\(domain)", recipient: stranger),
      Case(name: "sender of the mail host", sender: "root@\(host)", recipient: stranger),
      Case(name: "percent hack", sender: other, recipient: "\(user)%\(elsewhere)@\(domain)"),
      Case(name: "bang path", sender: other, recipient: "\(elsewhere)!\(user)@\(domain)"),
      Case(name: "quoted address", sender: other, recipient: "\"\(stranger)\"@\(domain)"),
      Case(name: "source route", sender: other, recipient: "@\(domain):\(stranger)"),
    ]
    if let address = site.addresses.first(where: { !$0.contains(":") }) {
      cases.append(
        Case(name: "sender of our address", sender: "probe@[\(address)]", recipient: stranger)
      )
    }
    return cases
  }

  func commands(_ call: Call) throws(OperationFailure) -> [Command] {
    let (host, port, from) = (
      try call[Probe.host], try call[SMTPSession.port], try call[Probe.from]
    )
    let helo = try call[SMTPFamily.helo]
    return Self.cases(call.site, stranger: try call[Self.stranger]).map { relay in
      Command(
        [
          "swaks", "--server", host, "--port", String(port), "--ehlo", helo, "--from",
          relay.sender, "--to", relay.recipient, "--timeout", String(Probe.patience),
          "--quit-after", "RCPT",
          "--show-time-lapse",
        ],
        from: from,
        on: call.site
      )
    }
  }

  func begin(
    _ call: Call,
    _ commands: [Command],
    now: Int
  ) throws(OperationFailure) -> Procedure {
    let cases = Self.cases(call.site, stranger: try call[Self.stranger])
    let place = Probe.place(try call[Probe.host], try call[SMTPSession.port])
    let from = try call[Probe.from]
    return try .each(commands) { index, outcome throws(OperationFailure) in
      let trace = SMTPTrace(outcome.stdoutText + "\n" + outcome.stderrText)
      try SMTPFailure.require(trace, outcome, place, from)
      return (cases[index], Self.verdict(trace, SwaksEnding(outcome.exit)))
    } then: { verdicts in
      .done(Self.result(verdicts, place))
    }
  }

  private enum Verdict: Sendable, Hashable {
    case relayed
    case refused
    case unknown(String)
  }

  /// Only a refusal for good is a refusal: what is put off, or broken off, may be taken later.
  private static func verdict(_ trace: SMTPTrace, _ ending: SwaksEnding) -> Verdict {
    if ending == .done { return .relayed }
    guard let refusal = trace.refusal else {
      return .unknown(trace.complaint ?? trace.connectionError ?? "the session broke off")
    }
    // Whoever is refused for a greeting or a broken protocol was not refused to relay.
    if refusal.code >= 500, refusal.text.hasPrefix("5.5.") || refusal.text.contains("Helo command")
    {
      return .unknown("refused for another reason: \(refusal.code) \(capped(refusal.text, 80))")
    }
    return refusal.code >= 500
      ? .refused : .unknown("put off with \(refusal.code) \(capped(refusal.text, 80))")
  }

  private static func result(
    _ verdicts: [(Case, Verdict)],
    _ place: String
  ) -> OperationResult {
    var open: [String] = []
    var unsure: [String] = []
    for (relay, verdict) in verdicts {
      switch verdict {
      case .relayed: open.append("\(relay.name): \(relay.sender) to \(relay.recipient)")
      case .refused: break
      case .unknown(let why): unsure.append("\(relay.name): \(why)")
      }
    }
    let count = verdicts.count - open.count - unsure.count
    let summary =
      open.isEmpty
      ? "\(place) refused \(count) of \(verdicts.count) ways to relay"
      : "\(place) relays for strangers in \(counted(open.count, "case")), e.g. \(open[0])"
    return OperationResult(
      [relays(open), refused(count), tried(verdicts.count), unknown(unsure)],
      summary: summary + ".",
      doubt: unsure.isEmpty
        ? nil
        : Doubt(
          .parts,
          "\(counted(unsure.count, "case")) had no verdict, e.g. \(unsure[0])",
          advice: "Wait for greylisting and rate limits to pass, or have the vantage excepted; "
            + "then try again."
        )
    )
  }
}
