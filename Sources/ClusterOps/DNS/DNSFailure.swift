internal import Runbooks

/// Why the DNS could not be asked, and what replies that say nothing mean, in words.
enum DNSFailure {
  /// What kdig writes of servers that it got no answer from (kdig 3.2).
  private static let silences = [
    "response timeout", "connection timeout", "failed to query server", "no servers to query",
    "can't send query", "can't connect", "not known for", "name resolution for",
    "No address associated with hostname for",
  ]
  private static let unsent = [
    "no servers to query", "can't send query", "can't connect", "not known for",
    "name resolution for", "No address associated with hostname for",
  ]

  /// The line of standard error that tells why a server gave no answer; nil: there is none.
  static func complaint(_ outcome: CommandOutcome) -> String? {
    let lines = outcome.stderrText.split(whereSeparator: \.isNewline).map(String.init)
    let telling = lines.filter { line in silences.contains { line.contains($0) } }
    // What comes first is the cause, e.g. that the name of the server does not resolve.
    let first = telling.first { line in unsent.contains { line.contains($0) } } ?? telling.first
    return first.map { line in
      capped(line.split(separator: ": ", maxSplits: 1).last.map(String.init) ?? line, 160)
    }
  }

  static func isUnsent(_ complaint: String) -> Bool {
    unsent.contains { complaint.contains($0) }
  }

  static func malformed(_ server: DNSServer, _ command: Command) -> OperationFailure {
    OperationFailure(
      .malformed,
      "what kdig printed of \(server.words) could not be read",
      advice: "kdig 3.2 or later is needed (Debian 12: apt install knot-dnsutils); see what "
        + "`\(capped(CommandText.render(command.argv), 160))` prints.",
      effect: .none
    )
  }

  /// kdig, xargs or the way to them failed.
  static func failed(_ outcome: CommandOutcome, _ command: Command) -> OperationFailure {
    if case .pod = command.vantage, !KubectlFailure.isFromContainer(outcome) {
      return KubectlFailure.failure(outcome, of: command)
    }
    let program = command.program.first ?? ""
    guard outcome.exit != 127 else {
      return OperationFailure(
        undetermined: "the program kdig is not at the vantage \(command.vantage.words)",
        Doubt(
          .end,
          "nothing was asked",
          advice: "Install it there\(ProgramPackage.hint(of: "kdig")), or ask from another vantage."
        )
      )
    }
    let said = StandardError(outcome.stderr).telling.first.map { ": \(capped($0))" } ?? ""
    return OperationFailure(
      .failed,
      "\(program) ended with status \(outcome.exit)\(said)",
      advice: "See what `\(capped(CommandText.render(command.argv), 160))` prints; kdig 3.2 or "
        + "later is needed (Debian 12: apt install knot-dnsutils).",
      effect: .none
    )
  }

  /// What a reply that is no verdict means, as the middle of a sentence.
  static func words(_ reply: DNSReply) -> String {
    let server = reply.server.words
    return switch reply.status {
    case .timeout: "\(server) did not answer within \(Kdig.longest) s"
    case .unreachable: "\(server) cannot be reached (\(reply.detail))"
    case .serverFailure: "\(server) could not find out (SERVFAIL)"
    case .refused: "\(server) refuses to answer us (REFUSED)"
    case .lame: "\(server) is not a server of that zone"
    case .truncated: "the answer of \(server) did not come whole, not even over TCP"
    default: "\(server) answered with an error"
    }
  }

  /// The servers that gave no verdict as the end of a sentence; empty: all did.
  static func without(_ silent: [DNSReply]) -> String {
    var seen: Set<DNSServer> = []
    let each = silent.filter { seen.insert($0.server).inserted }.map {
      "\($0.server.words) (\($0.status.rawValue))"
    }
    return each.isEmpty ? "" : "; not known of " + DNSReply.list(each)
  }

  /// What to do about it.
  static func advice(_ reply: DNSReply) -> String {
    let server = reply.server.words
    return switch reply.status {
    case .timeout, .unreachable, .truncated:
      "See that \(server) is up and that UDP and TCP port 53 to it are open from there; then retry, "
        + "or ask another."
    case .serverFailure:
      "Ask the servers of the zone themselves (`authorities`); DNSSEC signatures that do not "
        + "hold give SERVFAIL too: `kdig +cd` answers then."
    case .refused: "Ask a resolver that serves that network, or a server of that zone."
    case .lame: "Correct `authorities`; if it is among the zone's NS records, correct these."
    default: "Ask it by hand with kdig; then retry, or ask another."
    }
  }

  /// The doubt that replies leave which are no verdict; nil: all are.
  static func doubt(_ replies: [DNSReply]) -> Doubt? {
    let silent = replies.filter { !$0.status.isVerdict }
    guard let first = silent.first else { return nil }
    var seen: Set<DNSServer> = []
    let each = silent.filter { seen.insert($0.server).inserted }.map(words)
    return Doubt(
      silent.count == replies.count ? .end : .parts,
      DNSReply.list(each, 4),
      advice: advice(first)
    )
  }
}
