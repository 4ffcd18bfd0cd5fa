/// Why what came as a report cannot be read; it is counted, and no number of it is.
struct ReportDamage: Error, Hashable {
  /// In words of ours, without text from outside.
  let why: String

  init(_ why: String) { self.why = why }
}

/// What reports are about.
enum ReportKind: Sendable {
  /// How receivers took mail in a domain's name (RFC 9990, before RFC 7489 appendix C).
  case dmarc
  /// How senders fared with TLS (RFC 8460).
  case tls

  private static let packings: Set<String> = [
    "application/gzip", "application/x-gzip", "application/zip", "application/x-zip-compressed",
    "text/xml", "application/xml",
  ]

  /// What a part of a message says to be, by its type and its file's name; nil: no report.
  init?(type: String, name: String) {
    if type.contains("tlsrpt") || name.hasSuffix(".json") || name.hasSuffix(".json.gz") {
      self = .tls
    } else if Self.packings.contains(type) || name.hasSuffix(".xml") || name.hasSuffix(".gz")
      || name.hasSuffix(".zip")
    {
      self = .dmarc
    } else {
      return nil
    }
  }
}
