internal import Foundation
internal import Runbooks

/// What `openssl s_client` (OpenSSL 3) prints of the first certificate of a server.
struct ServedCertificate {
  /// SHA-256 of its DER form, in hexadecimal digits.
  let fingerprint: String
  let subject: String
  /// The end of its validity in seconds since 1970; nil where it is not told.
  let expiry: Int?

  init?(_ text: String) {
    guard let first = Self.fingerprints(text).first else { return nil }
    fingerprint = first
    let lines = text.split(whereSeparator: \.isNewline).map(\.trimmingSpaces)
    let subject = lines.first { $0.hasPrefix("0 s:") }?.dropFirst(4)
    self.subject = capped(String(subject ?? "an unnamed host"), 120)
    let end = lines.first { $0.contains("NotAfter: ") }.flatMap { line -> Date? in
      guard let mark = line.firstRange(of: "NotAfter: ") else { return nil }
      // Two blanks stand before a day of one digit.
      let date = line[mark.upperBound...].split(separator: " ").joined(separator: " ")
      return Self.dates.date(from: date)
    }
    expiry = end.map { Int($0.timeIntervalSince1970) }
  }

  private static var dates: DateFormatter {
    let dates = DateFormatter()
    dates.locale = Locale(identifier: "en_US_POSIX")
    dates.timeZone = TimeZone(identifier: "GMT")
    dates.dateFormat = "MMM d HH:mm:ss yyyy 'GMT'"
    return dates
  }

  /// The fingerprints of all certificates in PEM form, in their order.
  static func fingerprints(_ text: String) -> [String] {
    let (begin, end) = ("-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----")
    return text.split(separator: begin).dropFirst(text.hasPrefix(begin) ? 0 : 1).compactMap {
      guard let close = $0.firstRange(of: end),
        let der = Data(
          base64Encoded: String($0[..<close.lowerBound]),
          options: .ignoreUnknownCharacters
        ), !der.isEmpty
      else { return nil }
      return Digest(of: Array(der)).hex
    }
  }
}
