internal import Foundation
internal import Runbooks

/// `smtp.canary`: a message sent through a host by swaks(1), looked for in the mailbox by doveadm(1), and
/// its way read from its header.
///
/// Its Message-ID is one that swaks makes, of time and process, so that each is another one. It stays in
/// the mailbox unless it is to be removed.
struct SMTPCanary: CommandOperation {
  private static let recipient = Parameter<String>(
    "recipient",
    default: { "postmaster@" + $0.domain },
    "postmaster of the site's domain",
    check: DovecotFamily.login,
    help: "envelope recipient"
  )
  private static let mailbox = Parameter<String?>(
    "login",
    checkGiven: DovecotFamily.login,
    help: "the login whose mailbox it comes to; the recipient where none is given"
  )
  private static let patience = Parameter<Duration>(
    "patience",
    default: .seconds(60),
    check: { span, name throws(OperationFailure) in
      guard span >= .zero, span <= .seconds(600) else {
        throw .refusedArgument(name, span.words, advice: "Give 0s to 10m.")
      }
      return span
    },
    help:
      "how long it is looked for, every 5 s; 0s looks once, at most 10m; the step's `timeout` has "
      + "to be longer"
  )
  private static let persistence = Parameter<Duration>(
    "persistence",
    default: .zero,
    check: { span, name throws(OperationFailure) in
      guard span >= .zero, span <= .seconds(1_800) else {
        throw .refusedArgument(name, span.words, advice: "Give 0s to 30m.")
      }
      return span
    },
    help:
      "how long it is sent again, every 30 s, where the host puts it off with 4yz and has taken "
      + "nothing, as greylisting does to strangers; 0s sends once, at most 30m; the step's `timeout` "
      + "has to be longer"
  )
  private static let authority = Parameter<String>(
    "authority",
    default: { DNSName.canonical($0.mailHost) },
    "the site's mail host",
    check: MailPolicyFamily.checkedDomain,
    help: "the name our filter writes in Authentication-Results; those of others are left aside"
  )
  private static let filtered = Parameter(
    "filtered",
    default: false,
    help: "whether our filter's score has to stand in its header, or the step fails"
  )
  private static let remove = Parameter(
    "remove",
    default: false,
    help: "whether the message, and no other, is deleted when it was found"
  )

  private static let messageID = ResultField<String>("message_id", help: "its Message-ID")
  private static let queueID = ResultField<String>(
    "queue_id",
    help: "the id the server gave it, or empty"
  )
  private static let folder = ResultField<String>(
    "mailbox",
    help: "the folder it lies in, e.g. INBOX or Junk"
  )
  private static let copies = ResultField<Int>("copies", help: "how often it came; 1 is right")
  private static let hops = ResultField<[String]>(
    "hops",
    help: "who took it from whom, by which protocol and when, in the order of the way"
  )
  private static let delays = ResultField<[Int]>(
    "delays_seconds",
    help: "seconds that each hop came after the one before, the first after it was sent; -1: not "
      + "known, as clocks run apart"
  )
  private static let total = ResultField<Int>(
    "total_seconds",
    help: "seconds from sending to the mailbox, by the clocks on the way; -1: not known"
  )
  private static let clocks = ResultField<[String]>(
    "clocks",
    help: "clocks that run apart, and hops that tell no time"
  )
  private static let tls = ResultField<String>(
    "tls",
    help: "the version of TLS that our host took it by, or empty"
  )
  private static let spf = verdict("SPF", "spf")
  private static let dkim = verdict("DKIM", "dkim")
  private static let dmarc = verdict("DMARC", "dmarc")
  private static let isJudged = ResultField<Bool>(
    "judged",
    help: "whether our filter wrote its score"
  )
  private static let isSpam = ResultField<Bool>("spam", help: "whether it marked it as spam")
  private static let score = ResultField<Double>("score", help: "its score; 0 where there is none")
  private static let isRemoved = ResultField<Bool>("removed", help: "whether it was deleted again")

  private static func verdict(_ name: String, _ method: String) -> ResultField<String> {
    ResultField(method, help: "what our filter found of \(name), e.g. `pass`; empty: nothing")
  }

  let declaration = OperationDeclaration(
    "smtp.canary",
    "Sends one small message, finds it in its mailbox and tells its way, its delays and the verdicts.",
    parameters: [
      Probe.host, SMTPSession.port, SMTPSession.security, SMTPFamily.helo, SMTPSession.sender,
      recipient, SMTPSession.user, SMTPSession.password, mailbox,
      patience, persistence, authority, filtered, remove,
      DovecotFamily.service.container, Probe.from,
    ],
    results: [
      messageID, queueID, folder, copies, hops, delays, total, clocks, tls, spf, dkim, dmarc,
      isJudged, isSpam, score, isRemoved,
    ],
    risk: .change,
    isRepeatable: false
  )

  /// Seconds between two looks.
  private static let pause = 5
  /// Seconds between two tries to send it.
  private static let rest = 30

  /// As swaks takes it with `--data`; it fills in what stands between percent signs.
  private static let message = [
    "From: mailconsole probe <probe@mailconsole.invalid>", "To: %TO_ADDRESS%",
    "Subject: mailconsole canary", "Date: %DATE%", "Message-ID: <%MESSAGEID%>", "MIME-Version: 1.0",
    "Content-Type: text/plain; charset=us-ascii", "Auto-Submitted: auto-generated", "",
    "A message that mailconsole sent to see that mail arrives. It may be deleted.",
  ].map { $0 + #"\n"# }.joined()

  private func login(_ call: Call) throws(OperationFailure) -> String {
    if let login = try call[Self.mailbox] { return login }
    return try call[Self.recipient]
  }

  /// The mailbox, the session, a look, the pause before the next (both come again while the patience
  /// lasts), the removal, and last the rest before the next session.
  func commands(_ call: Call) throws(OperationFailure) -> [Command] {
    let login = try login(call)
    let service = DovecotFamily.service
    var commands = [
      try service.command(["doveadm", "-f", "tab", "user", login], call),
      try SMTPSession.command(
        call,
        to: try call[Self.recipient],
        ["--data", Self.message],
        changes: true
      ),
      try service.command(
        CanaryMail.look(login),
        call,
        inputDescription: "the Message-ID",
        streams: false,
        seconds: 30
      ), Command(here: ["sleep", String(Self.pause)], streams: false),
    ]
    if try call[Self.remove] {
      commands.append(
        try service.command(
          CanaryMail.removal(login),
          call,
          inputDescription: "the Message-ID",
          changes: true,
          seconds: 30
        )
      )
    }
    if try call[Self.persistence] > .zero {
      commands.append(Command(here: ["sleep", String(Self.rest)], streams: false))
    }
    return commands
  }

  func begin(
    _ call: Call,
    _ commands: [Command],
    now: Int
  ) throws(OperationFailure) -> Procedure {
    let login = try login(call)
    let place = Probe.place(try call[Probe.host], try call[SMTPSession.port])
    let from = try call[Probe.from]
    let looks = Int(try call[Self.patience].components.seconds) / Self.pause
    let hosts: Set<String> = [DNSName.canonical(call.site.mailHost), try call[Self.authority]]
    let authority = try call[Self.authority]
    let isFiltered = try call[Self.filtered]
    let isRemoved = try call[Self.remove]
    let tries = Int(try call[Self.persistence].components.seconds) / Self.rest
    let sending = try SMTPSession.feeding(commands[1], call)
    return .run(commands[0]) { outcome throws(OperationFailure) in
      // What could not be looked for is not sent.
      guard try DovecotUser.isKnown(outcome, of: commands[0]) else {
        throw OperationFailure(
          .refused,
          "there is no mailbox \(login) to look into",
          advice: "Where the recipient is an alias, give with `login` whose mailbox it leads to.",
          effect: .none
        )
      }
      return Self.send(sending, tries, rest: commands[commands.count - 1]) {
        outcome throws(OperationFailure) in
        let sent = try SentCanary(outcome, place, from)
        return try Self.find(sent, commands, looks, of: login) { mail throws(OperationFailure) in
          let trace = CanaryTrace(
            MailHeader(Array(mail[0].header.utf8)),
            hosts: hosts,
            authority: authority,
            stored: mail[0].stored
          )
          guard trace.score != nil || !isFiltered else { throw Self.unfiltered(mail[0], login) }
          guard isRemoved else {
            return .done(Self.result(sent, mail, trace, login, isRemoved: false))
          }
          return Self.removing(sent, commands) {
            Self.result(sent, mail, trace, login, isRemoved: true)
          }
        }
      }
    }
  }

  /// Sends until the host has said yes or no for good, or so many rests have passed.
  private static func send(
    _ sending: Command,
    _ rests: Int,
    rest: Command,
    then: @escaping (CommandOutcome) throws(OperationFailure) -> Procedure
  ) -> Procedure {
    .run(sending) { outcome throws(OperationFailure) in
      guard rests > 0, SentCanary.isPutOff(outcome) else { return try then(outcome) }
      return .run(rest) { slept throws(OperationFailure) in
        // Without the rest it is no further try: what the host said last stands.
        guard slept.exit == 0 else { return try then(outcome) }
        return .unchanged(send(sending, rests - 1, rest: rest, then: then))
      }
    }
  }

  /// Looks until it is there, or so many pauses have passed.
  private static func find(
    _ sent: SentCanary,
    _ commands: [Command],
    _ pauses: Int,
    of login: String,
    then: @escaping ([CanaryMail]) throws(OperationFailure) -> Procedure
  ) throws(OperationFailure) -> Procedure {
    let (look, pause) = (commands[2].feeding(sent.input), commands[3])
    func step(_ left: Int) -> Procedure {
      .run(look) { outcome throws(OperationFailure) in
        let mail = try CanaryMail.read(outcome, of: look)
        guard mail.isEmpty else { return try then(mail) }
        guard left > 0 else { throw sent.missing(in: login, after: pauses * Self.pause) }
        return .run(pause) { outcome throws(OperationFailure) in
          guard outcome.exit == 0 else {
            throw OperationFailure(
              undetermined: "whether the message arrived",
              Doubt(
                .end,
                "`sleep` ended with status \(outcome.exit)",
                advice: "Look for \(sent.messageID) in the mailbox."
              ),
              effect: .partial
            )
          }
          return step(left - 1)
        }
      }
    }
    return step(pauses)
  }

  private static func unfiltered(_ mail: CanaryMail, _ login: String) -> OperationFailure {
    OperationFailure(
      .failed,
      "the message came into \(EscapedText.escaped(mail.folder, 80)) of \(login), and our filter wrote "
        + "nothing of it",
      advice:
        "Port 25 does not ask the filter, or it writes under another name: look at smtpd_milters, "
        + "at Rspamd's milter_headers, and give `authority`.",
      effect: .partial
    )
  }

  /// Deletes it, and sees that it is gone.
  private static func removing(
    _ sent: SentCanary,
    _ commands: [Command],
    then: @escaping () -> OperationResult
  ) -> Procedure {
    let (removal, look) = (commands[4].feeding(sent.input), commands[2].feeding(sent.input))
    return .run(removal) { outcome throws(OperationFailure) in
      let service = DovecotFamily.service
      guard try service.exit(of: outcome, removal) == 0 else {
        throw service.silent(PodService.said(outcome), effect: .unknown)
      }
      return .run(look) { outcome throws(OperationFailure) in
        guard try CanaryMail.read(outcome, of: look).isEmpty else {
          throw OperationFailure(
            .failed,
            "the message arrived, and is still there after it was deleted",
            advice: "Delete \(sent.messageID) by hand.",
            effect: .partial
          )
        }
        return .done(then())
      }
    }
  }

  private static func result(
    _ sent: SentCanary,
    _ mail: [CanaryMail],
    _ trace: CanaryTrace,
    _ login: String,
    isRemoved: Bool
  ) -> OperationResult {
    func found(_ method: String) -> String { trace.results?[method] ?? "" }
    // The last hop from elsewhere is the one that our host took it by; deliveries inside follow.
    let tls = trace.hops.last { !$0.tls.isEmpty }?.tls ?? ""
    var words = "The message came through \(counted(trace.hops.count, "hop")) into "
    words += "\(EscapedText.escaped(mail[0].folder, 80)) of \(login)"
    words += trace.total < 0 ? "" : " in \(trace.total) s"
    let verdicts = ["spf", "dkim", "dmarc"].map { ($0, found($0)) }.filter { !$0.1.isEmpty }
      .map { "\($0.0)=\($0.1)" }
    words +=
      verdicts.isEmpty ? "; our filter wrote no verdict" : "; " + verdicts.joined(separator: " ")
    if let score = trace.score { words += ", score \(score.given) of \(score.limit)" }
    if mail.count > 1 { words += "; it came \(mail.count) times" }
    if trace.claims > 1 { words += "; \(trace.claims) fields claim to be our filter's" }
    if let clock = trace.clocks.first { words += "; \(clock)" }
    return OperationResult(
      [
        messageID(sent.messageID), queueID(sent.queueID),
        folder(EscapedText.escaped(mail[0].folder)), copies(mail.count),
        hops(trace.hops.map(\.words)), delays(trace.delays), total(trace.total),
        clocks(trace.clocks), Self.tls(tls), spf(found("spf")), dkim(found("dkim")),
        dmarc(found("dmarc")), isJudged(trace.score != nil), isSpam(trace.isSpam),
        score(trace.score?.given ?? 0), Self.isRemoved(isRemoved),
      ],
      summary: words + ".",
      evidence: [
        Evidence(
          name: "header",
          mediaType: "text/plain",
          bytes: Array(mail[0].header.utf8.prefix(64 << 10))
        )
      ]
    )
  }
}
