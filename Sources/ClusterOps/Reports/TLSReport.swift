internal import Foundation

/// A report on TLS (RFC 8460 §4), of the policies of one domain.
struct TLSReport: Sendable {
  let organisation: String
  let identifier: String
  let begin: Int
  let end: Int
  /// Sessions by the domain of the policy they were made under.
  let policies: [Policy]

  /// What became of the sessions under one policy.
  struct Policy: Sendable {
    /// In small letters; empty: it is not told.
    let domain: String
    let successful: Int
    let failed: Int
    /// Failed sessions by result type (RFC 8460 §4.3), which is text from outside.
    let failures: [(type: String, count: Int)]
  }

  /// Bytes that one can have, unpacked, and sessions in one number of it.
  private static let limit = 4 << 20
  private static let sessions = 1_000_000_000

  /// Reads one as it is attached.
  static func read(_ packed: [UInt8]) throws(ReportDamage) -> TLSReport {
    var text = Data()
    try Unpacking.open(packed, limit: limit) { piece throws(ReportDamage) in
      text.append(contentsOf: piece)
    }
    guard let document = try? JSONDecoder().decode(Document.self, from: text) else {
      throw ReportDamage("its JSON is no report on TLS")
    }
    return try TLSReport(document)
  }

  private init(_ document: Document) throws(ReportDamage) {
    organisation = capped(document.organisation)
    identifier = capped(document.identifier)
    guard let begin = KubernetesObjects.seconds(document.range.start),
      let end = KubernetesObjects.seconds(document.range.end), begin >= 0, begin <= end
    else { throw ReportDamage("it does not say of which time it is") }
    self.begin = begin
    self.end = end
    guard !organisation.isEmpty, !identifier.isEmpty, document.policies.count <= 1_000 else {
      throw ReportDamage("it does not say who reports or its id, or has more than 1000 policies")
    }
    policies = document.policies.map { entry in
      Policy(
        domain: DNSName.canonical(entry.policy.domain ?? ""),
        successful: entry.summary.successful,
        failed: entry.summary.failed,
        failures: (entry.details ?? []).prefix(1_000).map { ($0.type, $0.count ?? 0) }
      )
    }
    let numbers = policies.flatMap { [$0.successful, $0.failed] + $0.failures.map(\.count) }
    guard numbers.allSatisfy({ (0...Self.sessions).contains($0) }) else {
      throw ReportDamage("a number of sessions cannot be")
    }
  }

  private struct Document: Decodable {
    let organisation: String
    let identifier: String
    let range: Range
    let policies: [Entry]

    enum CodingKeys: String, CodingKey {
      case policies
      case organisation = "organization-name"
      case identifier = "report-id"
      case range = "date-range"
    }

    struct Range: Decodable {
      let start: String
      let end: String
      enum CodingKeys: String, CodingKey {
        case start = "start-datetime"
        case end = "end-datetime"
      }
    }

    struct Entry: Decodable {
      let policy: Name
      let summary: Summary
      let details: [Detail]?
      enum CodingKeys: String, CodingKey {
        case policy, summary
        case details = "failure-details"
      }
    }

    struct Name: Decodable {
      let domain: String?
      enum CodingKeys: String, CodingKey { case domain = "policy-domain" }
    }

    struct Summary: Decodable {
      let successful: Int
      let failed: Int
      enum CodingKeys: String, CodingKey {
        case successful = "total-successful-session-count"
        case failed = "total-failure-session-count"
      }
    }

    struct Detail: Decodable {
      let type: String
      let count: Int?
      enum CodingKeys: String, CodingKey {
        case type = "result-type"
        case count = "failed-session-count"
      }
    }
  }
}
