internal import Runbooks

/// `smtp.probe` and `smtp.send`: one SMTP session, step by step, by swaks(1).
///
/// The probe ends before the message is sent, so that nothing is delivered.
struct SMTPProbe: CommandOperation {
  /// Whether the message itself is sent.
  let sends: Bool

  private static let port = Parameter("port", default: 25, in: 1...65_535, help: "the port")
  private static let security = Parameter<SMTPSecurity>(
    "security",
    default: .auto,
    help: "auto: TLS from the first byte on 465, STARTTLS on 587, STARTTLS where offered else"
  )
  private static let sender = Parameter<String>(
    "sender",
    default: "<>",
    check: MailAddress.checked,
    help: "envelope sender; `<>` is that of bounces"
  )
  private static let recipient = Parameter<String>(
    "recipient",
    default: { "postmaster@" + $0.domain },
    "postmaster of the site's domain",
    check: MailAddress.checked,
    help: "envelope recipient"
  )
  private static let user = Parameter<String?>("user", help: "the login, where one is to be tried")
  private static let password = Parameter<SecretMark?>("password", help: "its password")
  private static let until = Parameter<SMTPStage>(
    "until",
    default: .rcpt,
    check: { stage, name throws(OperationFailure) in
      guard stage < .data else {
        throw .refusedArgument(name, stage.rawValue, advice: "Use smtp.send to send a message.")
      }
      return stage
    },
    help: "the last step that is made"
  )
  private static let token = Parameter<String>(
    "subject",
    default: "mailconsole probe",
    check: { text, name throws(OperationFailure) in
      guard text.utf8.allSatisfy({ 0x20..<0x7F ~= $0 }), text.utf8.count <= 200 else {
        throw .refusedArgument(name, text, advice: "Give printable ASCII, at most 200 letters.")
      }
      return text
    },
    help: "the subject, by which the message is found again"
  )
  private static let sample = Parameter<SampleMessage?>(
    "sample",
    help: "a message made for filters: GTUBE is spam, EICAR a virus; both harmless"
  )
  private static let expected = Parameter<SMTPVerdict?>(
    "expect",
    help: "what has to become of it, or the step fails; refused: for good, while we are connected"
  )
  private static let roots = Parameter<String?>(
    "roots",
    checkGiven: PathArgument.absolute,
    help: "a file of trusted roots; with it the certificate has to be trusted"
  )

  private static let accepted = ResultField<Bool>(
    "accepted",
    help: "whether every step was answered as wanted"
  )
  private static let reached = ResultField<String>(
    "reached",
    help: "the last step that was answered as wanted; empty: no connection"
  )
  private static let code = ResultField<Int>(
    "code",
    help: "the reply code that ended it; 0 without"
  )
  private static let reply = ResultField<String>("reply", help: "the text of that reply")
  private static let banner = ResultField<String>("banner", help: "what the server said first")
  private static let extensions = ResultField<[String]>(
    "extensions",
    help: "what its last EHLO reply offers, e.g. `SIZE 10240000`"
  )
  private static let tls = ResultField<String>("tls", help: "version and cipher, or empty")
  private static let slowest = ResultField<Int>(
    "slowest_ms",
    help: "milliseconds that the slowest reply took"
  )
  private static let queueID = ResultField<String>(
    "queue_id",
    help: "the id the server gave the message, or empty"
  )

  var declaration: OperationDeclaration {
    let common: [any AnyParameter] = [
      Probe.host, Self.port, Self.security, SMTPFamily.helo, Self.sender, Self.recipient, Self.user,
      Self.password,
    ]
    let results: [any AnyResultField] = [
      Self.accepted, Self.reached, Self.code, Self.reply, Self.banner, Self.extensions, Self.tls,
      Self.slowest,
    ]
    return sends
      ? OperationDeclaration(
        "smtp.send",
        "Sends one small message and tells each step with its reply and time.",
        parameters: common + [Self.token, Self.sample, Self.expected, Self.roots, Probe.from],
        results: results + [Self.queueID],
        risk: .change,
        isRepeatable: false
      )
      : OperationDeclaration(
        "smtp.probe",
        "Speaks SMTP with a host up to a step, and tells each with its reply and time.",
        parameters: common + [Self.until, Self.roots, Probe.from],
        results: results,
        risk: .read,
        isRepeatable: true
      )
  }

  private func stage(_ call: Call) throws(OperationFailure) -> SMTPStage {
    sends ? .data : try call[Self.until]
  }

  func commands(_ call: Call) throws(OperationFailure) -> [Command] {
    let (host, port) = (try call[Probe.host], try call[Self.port])
    var argv = [
      "swaks", "--server", host, "--port", String(port), "--ehlo", try call[SMTPFamily.helo],
      "--from", try call[Self.sender], "--to", try call[Self.recipient], "--timeout",
      String(Probe.patience), "--show-time-lapse",
    ]
    argv += try call[Self.security].options(on: port, name: host, roots: try call[Self.roots])
    if let stop = try stage(call).quitAfter { argv += ["--quit-after", stop] }
    if sends {
      let subject = try call[Self.token]
      if let sample = try call[Self.sample] {
        argv += ["--data", sample.swaksData(subject: subject)]
      } else {
        // Empty lines would be taken out of a message that swaks makes itself.
        argv += ["--header", "Subject: \(subject)"]
      }
      argv.append("--suppress-data")
    }
    let isSecret = try call[Self.password] != nil
    if let user = try call[Self.user] {
      guard isSecret else {
        throw .refusedArgument("user", user, advice: "Give `password` with it.")
      }
      argv += ["--auth-user", user, "--auth-password", "-", "--auth-hide-password"]
    }
    return [
      Command(
        argv,
        from: try call[Probe.from],
        on: call.site,
        inputDescription: isSecret ? "the password" : nil,
        changes: sends
      )
    ]
  }

  func begin(
    _ call: Call,
    _ commands: [Command],
    now: Int
  ) throws(OperationFailure) -> Procedure {
    let place = Probe.place(try call[Probe.host], try call[Self.port])
    let (from, wanted) = (try call[Probe.from], try stage(call))
    let expected = sends ? try call[Self.expected] : nil
    var command = commands[0]
    if let password = try call[Self.password] {
      command = command.feeding(VeiledText(password) + VeiledText("\n"))
    }
    return .run(command) { outcome throws(OperationFailure) in
      let trace = SMTPTrace(outcome.stdoutText + "\n" + outcome.stderrText)
      try SMTPFailure.require(trace, outcome, place, from, changes: sends)
      let ending = SwaksEnding(outcome.exit)
      let result = result(trace, ending, wanted, place)
      try expected?.require(trace.refusal?.code ?? 0, ending, result.summary)
      return .done(result)
    }
  }

  private func result(
    _ trace: SMTPTrace,
    _ ending: SwaksEnding,
    _ wanted: SMTPStage,
    _ place: String
  ) -> OperationResult {
    let isAccepted = ending == .done
    let stop = isAccepted ? trace.last : trace.refusal ?? trace.last
    let words = trace.complaint ?? trace.connectionError ?? ""
    var values = [
      Self.accepted(isAccepted), Self.reached(isAccepted ? wanted.rawValue : ending.reached),
      Self.code(stop?.code ?? 0), Self.reply(stop?.text ?? words),
      Self.banner(trace.banner?.text ?? ""), Self.extensions(trace.extensions),
      Self.tls(trace.tls ?? ""),
      Self.slowest(Int((trace.exchanges.map(\.seconds).max() ?? 0) * 1_000)),
    ]
    if sends { values.append(Self.queueID(trace.queueID)) }
    var summary = "\(place) "
    if isAccepted {
      summary += sends ? "took the message" : "answered up to \(wanted.rawValue)"
      if let tls = trace.tls { summary += " (\(tls.prefix { $0 != ":" }))" }
    } else if let refusal = trace.refusal {
      summary += "refuses \(refusal.command): \(refusal.code) \(capped(refusal.text, 120))"
    } else {
      summary +=
        "did not go on after \(ending.reached.isEmpty ? "connecting" : ending.reached)"
        + (words.isEmpty ? "" : ": \(words)")
    }
    return OperationResult(values, summary: summary + ".")
  }
}
