/// What a domain outside publishes to take the reports of another: a TXT record `v=DMARC1` at
/// `DOMAIN._report._dmarc.HOST` (RFC 9990, Verifying External Destinations).
///
/// Without it receivers send no report there, whatever the record of the domain asks.
struct ReportConsent: Hashable, Sendable {
  /// The domain whose record names the target.
  let domain: String
  /// The host that is to take the reports.
  let host: String

  var question: DNSQuestion {
    DNSQuestion(name: "\(domain)._report._dmarc.\(host)", type: .txt)
  }

  /// That it is not there.
  var problem: String {
    "reports go to \(capped(host, 120)), which does not say that it takes them: have its owner publish "
      + "`v=DMARC1` as TXT at \(capped(question.name, 255))"
  }

  /// Whether an answer consents.
  static func isGiven(_ reply: DNSReply) -> Bool {
    reply.answers.contains { DMARCRecord($0) != nil }
  }

  /// The consents that a record needs: one for each host outside its organisation, at most ten.
  ///
  /// A host below the organisation's name is taken for its own. A name that the DNS cannot have is
  /// not asked for: with so long a domain there is no report to anybody outside.
  static func needed(
    by record: DMARCRecord,
    at domain: String,
    _ finding: DMARCWalk.Finding
  ) -> [ReportConsent] {
    let inside = finding.organisation ?? domain
    let targets = (record.aggregateTargets + record.failureTargets).filter {
      $0.scheme == "mailto" && !$0.host.isEmpty
    }
    let outside = Set(targets.map(\.host)).filter { $0 != inside && !$0.hasSuffix("." + inside) }
    return outside.sorted().prefix(10).map { ReportConsent(domain: domain, host: $0) }
      .filter { DNSName.isPlain($0.question.name) }
  }
}
