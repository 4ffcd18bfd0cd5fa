internal import Runbooks

/// Why an SMTP session says nothing of the server.
enum SMTPFailure {
  /// Demands that there was a session, or a refusal to have one.
  ///
  /// A port that refuses connections has answered; one that is silent has not.
  static func require(
    _ trace: SMTPTrace,
    _ outcome: CommandOutcome,
    _ place: String,
    _ from: Vantage,
    changes: Bool = false
  ) throws(OperationFailure) {
    switch SwaksEnding(outcome.exit) {
    case .done, .stopped: return
    case .unconnected:
      let error = trace.connectionError ?? "no words"
      guard !error.contains("refused") else { return }
      throw ProbeFailure.unreachable(place, from: from, error)
    case .unusable:
      throw OperationFailure(
        undetermined: "swaks could not speak with \(place) from \(from.words)",
        Doubt(
          .end,
          trace.complaint ?? trace.connectionError
            ?? StandardError(outcome.stderr).telling.last.map { capped($0) }
            ?? "exit status \(outcome.exit)",
          advice: "Run the command by hand there; TLS needs the package libnet-ssleay-perl, "
            + "logins libdigest-hmac-perl and libauthen-sasl-perl."
        ),
        effect: changes ? .unknown : .none
      )
    }
  }
}
