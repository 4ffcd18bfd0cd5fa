internal import Runbooks

/// What a domain publishes for others to treat its mail by: DMARC, SPF, DKIM keys, MTA-STS, TLS
/// reporting and CAA.
enum MailPolicyFamily {
  static let operations: [any CommandOperation] = [
    DMARCCheck(), SPFEvaluate(), DKIMCompare(), MTASTSFetch(), TLSRPTCheck(), CAACheck(),
  ]

  static let domain = Parameter<String>(
    "domain",
    default: { DNSName.canonical($0.domain) },
    "the site's domain",
    check: checkedDomain,
    help: "the mail domain"
  )

  /// The canonical form of the name of a mail domain or a host; refuses what is none.
  static func checkedDomain(_ text: String, _ name: String) throws(OperationFailure) -> String {
    let domain = try DNSName.checked(text, name)
    guard isHost(domain) else {
      throw .refusedArgument(name, text, advice: "Give a name such as example.org.")
    }
    return domain
  }

  /// Whether a canonical name can be that of a host or a mail domain: letters, digits, hyphens and
  /// underscores.
  static func isHost(_ name: String) -> Bool {
    name != "." && DNSName.isPlain(name) && !name.contains { $0 == "*" || $0 == "/" }
  }

  /// What is wrong, in as many words as a result holds.
  static func bounded(_ problems: [String]) -> [String] {
    problems.prefix(50).map { capped($0, 400) }
  }

  /// The first of the problems as the end of a sentence; empty: there are none.
  static func words(_ problems: [String]) -> String {
    guard let first = problems.first else { return "" }
    return (problems.count > 1 ? "; \(problems.count) problems, the first: " : "; ")
      + capped(first, 300)
  }

  /// Records and texts as evidence, a line each.
  static func evidence(_ name: String, _ lines: [String]) -> Evidence {
    Evidence(
      name: name,
      mediaType: "text/plain",
      bytes: Array(lines.map { $0 + "\n" }.joined().utf8)
    )
  }
}

extension DNSReplies {
  /// The reply to a question without which nothing can be said.
  func known(_ question: DNSQuestion) throws(OperationFailure) -> DNSReply {
    let reply = self[question]
    guard !reply.status.isVerdict else { return reply }
    throw OperationFailure(
      undetermined: "nothing is known of \(question.words)",
      Doubt(.end, DNSFailure.words(reply), advice: DNSFailure.advice(reply))
    )
  }
}
