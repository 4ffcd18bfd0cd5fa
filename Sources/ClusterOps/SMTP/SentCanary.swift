internal import Runbooks

/// A message that a host has taken.
struct SentCanary: Sendable, Hashable {
  /// Without brackets.
  let messageID: String
  /// Empty: the host told none.
  let queueID: String
  /// The host's last words.
  let reply: String

  /// What the commands are fed that look for it.
  var input: [UInt8] { Array((messageID + "\n").utf8) }

  /// Reads the session.
  ///
  /// - Throws: where the message was not taken, and where it is not known whether it was.
  init(
    _ outcome: CommandOutcome,
    _ place: String,
    _ from: Vantage
  ) throws(OperationFailure) {
    let text = Self.text(outcome)
    let trace = SMTPTrace(text)
    try SMTPFailure.require(trace, outcome, place, from, changes: true)
    let ending = SwaksEnding(outcome.exit)
    guard ending == .done else { throw Self.refusal(trace, ending, place) }
    guard let id = Self.messageID(in: text) else {
      throw OperationFailure(
        undetermined: "what became of the message",
        Doubt(
          .end,
          "\(place) took it, and swaks did not tell its Message-ID",
          advice: "swaks 20201014 or later is needed; look into the mailbox."
        ),
        effect: .partial
      )
    }
    messageID = id
    queueID = trace.queueID
    reply = trace.last?.text ?? ""
  }

  /// Whether the host put the message off for now and took nothing of it (RFC 5321 §4.2.1).
  static func isPutOff(_ outcome: CommandOutcome) -> Bool {
    guard SwaksEnding(outcome.exit) != .done, let refusal = SMTPTrace(text(outcome)).refusal else {
      return false
    }
    return 400..<500 ~= refusal.code
  }

  /// All that swaks printed; lines of the message end as they were sent.
  private static func text(_ outcome: CommandOutcome) -> String {
    (outcome.stdoutText + "\n" + outcome.stderrText).replacing("\r\n", with: "\n")
  }

  /// The Message-ID that swaks made, of letters that mean nothing to a program.
  private static func messageID(in text: String) -> String? {
    // What we say is marked `->`, and `~>` within TLS.
    let marks = [" -> Message-ID: <", " ~> Message-ID: <"]
    let lines = text.split(separator: "\n")
    guard let line = lines.first(where: { line in marks.contains { line.hasPrefix($0) } }) else {
      return nil
    }
    let id = String(line.dropFirst(marks[0].count).prefix { $0 != ">" })
    let isPlain = id.utf8.allSatisfy {
      (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
        || ".-_@".utf8.contains($0)
    }
    return isPlain && id.contains("@") && 8...200 ~= id.utf8.count && !id.hasPrefix("-") ? id : nil
  }

  private static func refusal(
    _ trace: SMTPTrace,
    _ ending: SwaksEnding,
    _ place: String
  ) -> OperationFailure {
    if let refusal = trace.refusal {
      return OperationFailure(
        .failed,
        "\(place) did not take the message: \(refusal.code) \(capped(refusal.text, 120))",
        advice: refusal.code < 500
          ? "A 4yz reply passes: greylisting, a limit, or a filter that is away. Wait some minutes and "
            + "send again."
          : "Of a 5yz reply the words say whose fault it is; try the steps alone with smtp.probe.",
        effect: .none
      )
    }
    // Broken off after the message itself was sent, nobody knows.
    let isSent = ending == .stopped(at: .data)
    return OperationFailure(
      .failed,
      "the session with \(place) broke off"
        + (ending.reached.isEmpty ? "" : " after \(ending.reached)")
        + ((trace.complaint ?? trace.connectionError).map { ": \($0)" } ?? ""),
      advice: "See with smtp.probe how far it goes, and that the port listens.",
      effect: isSent ? .unknown : .none
    )
  }

  /// That it is nowhere in the mailbox.
  func missing(in login: String, after seconds: Int) -> OperationFailure {
    let id = queueID.isEmpty ? "" : " as \(queueID)"
    return OperationFailure(
      .failed,
      "the message was taken\(id) and is not in the mailbox of \(login) after \(seconds) s",
      advice:
        "The host said ‘\(capped(reply, 100))’. Look with postfix.queue whether it waits, and "
        + "why; then with k8s.logs for \(queueID.isEmpty ? messageID : queueID); where the recipient "
        + "is an alias, give `login`.",
      effect: .partial
    )
  }
}

extension SMTPTrace {
  /// The id that the server gave the message; Postfix says `queued as ID`, others as they like.
  var queueID: String {
    guard let text = last?.text, let mark = text.firstRange(of: "queued as ") else { return "" }
    return capped(String(text[mark.upperBound...].prefix { $0.isLetter || $0.isNumber }), 40)
  }
}
