internal import Foundation
internal import Runbooks

/// `postfix.certificate`: the certificate a port serves against those that are mounted.
///
/// A renewed Secret shows in the mounted files by itself; the daemon serves the old certificate
/// until it is reloaded. Served is asked for inside the pod, where the way to it proves nothing but
/// the daemon. Only public parts are read.
struct CertificateOperation: CommandOperation {
  var declaration: OperationDeclaration { .certificate }

  private static let defaultFiles = ["/etc/tls/rsa/tls.crt", "/etc/tls/ecdsa/tls.crt"]

  func commands(_ call: Call) throws(OperationFailure) -> [Command] {
    let arguments = call.arguments
    let site = call.site
    let port = arguments.integer("port") ?? 465
    let files = arguments.strings("files") ?? Self.defaultFiles
    guard 1...65_535 ~= port, !files.isEmpty, files.allSatisfy({ $0.hasPrefix("/") }) else {
      throw OperationFailure(
        .refused,
        "`port` \(port) or `files` cannot be meant",
        advice: "Name a port that speaks TLS from the first byte, and files by absolute paths.",
        effect: .none
      )
    }
    let name = try KubernetesName.checked(site.mailHost, "a host name")
    return [
      .postfix(["cat"] + files, on: site, streams: false),
      .postfix(
        ["openssl", "s_client", "-connect", "127.0.0.1:\(port)", "-servername", name],
        on: site
      ),
    ]
  }

  func begin(
    _ call: Call,
    _ commands: [Command],
    now: Int
  ) throws(OperationFailure) -> Procedure {
    .run(commands[0]) { files throws(OperationFailure) in
      try PostfixFailure.require(files, of: commands[0])
      return .run(commands[1]) { session throws(OperationFailure) in
        // s_client ends with 1 for a chain it cannot verify as well; a certificate is what counts.
        guard let served = ServedCertificate(session.stdoutText) else {
          try PostfixFailure.require(session, of: commands[1])
          throw OperationFailure(
            .malformed,
            "no certificate was served",
            advice: "See with k8s.ports that the port listens and speaks TLS from the first byte.",
            effect: .none
          )
        }
        return .done(
          Self.result(
            served,
            mounted: ServedCertificate.fingerprints(files.stdoutText),
            now: now
          )
        )
      }
    }
  }

  private static func result(
    _ served: ServedCertificate,
    mounted: [String],
    now: Int
  ) -> OperationResult {
    let isMounted = mounted.contains(served.fingerprint)
    let days = served.expiry.map { ($0 - now) / 86_400 } ?? -1
    return OperationResult(
      values: [
        "matches": .boolean(isMounted), "served": .string(served.fingerprint),
        "mounted": .list(mounted.map(Value.string)), "subject": .string(served.subject),
        "days_left": .integer(days),
      ],
      summary: "The certificate served for \(served.subject) "
        + (isMounted ? "is the one mounted" : "is not the one mounted: reload the daemon")
        + ", \(counted(days, "day")) left."
    )
  }
}

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
