internal import Runbooks

/// What is wanted of a server that a message is sent to.
enum SMTPVerdict: String, ArgumentChoice {
  /// Takes it with a 2yz reply: from then on it is the server's to deliver.
  case accepted
  /// Refuses it for good with a 5yz reply while we are connected (RFC 5321 §4.2.1).
  case refused

  /// Fails where the server did something else.
  ///
  /// - Parameters:
  ///   - code: the reply code that ended the session; 0 without.
  ///   - ending: how far the session came.
  ///   - summary: what happened, in a sentence.
  func require(
    _ code: Int,
    _ ending: SwaksEnding,
    _ summary: String
  ) throws(OperationFailure) {
    let isTaken = ending == .done
    let isJudged = ending == .stopped(at: .data)
    switch self {
    case .accepted where isTaken, .refused where isJudged && 500..<600 ~= code: return
    case .accepted:
      throw OperationFailure(
        .failed,
        "The message was to be accepted. \(summary)",
        advice: "A 4yz reply passes: try again. Of a 5yz reply the words say whose fault it is.",
        effect: .none
      )
    case .refused where isTaken:
      throw OperationFailure(
        .failed,
        "The message was to be refused, and is in. \(summary)",
        advice: "Port 25 does not ask the filter: look at smtpd_milters and at Rspamd before any "
          + "more mail is taken.",
        effect: .partial
      )
    case .refused where !isJudged:
      throw OperationFailure(
        .failed,
        "The message was to be refused, and the session ended before it. \(summary)",
        advice: "That says nothing of the filter: see what is refused before it (name, sender, "
          + "recipient, rate), and send again.",
        effect: .none
      )
    case .refused:
      throw OperationFailure(
        .failed,
        "The message was to be refused for good. \(summary)",
        advice: "Put off (4yz) is safe and not the proof: a scanner or the filter is away.",
        effect: .none
      )
    }
  }
}
