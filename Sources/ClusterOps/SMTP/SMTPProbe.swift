internal import Runbooks

/// `smtp.probe` and `smtp.send`: one SMTP session, step by step, by swaks(1).
///
/// The probe ends before the message is sent, so that nothing is delivered.
struct SMTPProbe: CommandOperation {
  /// Whether the message itself is sent.
  let sends: Bool

  private static let recipient = Parameter<String>(
    "recipient",
    default: { "postmaster@" + $0.domain },
    "postmaster of the site's domain",
    check: MailAddress.checked,
    help: "envelope recipient"
  )
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
      Probe.host, SMTPSession.port, SMTPSession.security, SMTPFamily.helo, SMTPSession.sender,
      Self.recipient, SMTPSession.user,
      SMTPSession.password,
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
    var options: [String] = []
    if let stop = try stage(call).quitAfter { options += ["--quit-after", stop] }
    if sends {
      let subject = try call[Self.token]
      if let sample = try call[Self.sample] {
        options += ["--data", sample.swaksData(subject: subject)]
      } else {
        // Empty lines would be taken out of a message that swaks makes itself.
        options += ["--header", "Subject: \(subject)"]
      }
      options.append("--suppress-data")
    }
    return [
      try SMTPSession.command(
        call,
        to: try call[Self.recipient],
        options,
        roots: try call[Self.roots],
        changes: sends
      )
    ]
  }

  func begin(
    _ call: Call,
    _ commands: [Command],
    now: Int
  ) throws(OperationFailure) -> Procedure {
    let place = Probe.place(try call[Probe.host], try call[SMTPSession.port])
    let (from, wanted) = (try call[Probe.from], try stage(call))
    let expected = sends ? try call[Self.expected] : nil
    let command = try SMTPSession.feeding(commands[0], call)
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
