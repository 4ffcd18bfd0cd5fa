internal import Foundation
internal import Runbooks

/// What `openssl x509` (OpenSSL 3) prints of a certificate.
struct CertificateFacts: Sendable, Hashable {
  let subject: String
  let issuer: String
  /// Its subjectAltName entries: DNS names and addresses, at most 100.
  let names: [String]
  /// Seconds since 1970 at its end.
  let end: Int
  let endText: String
  /// SHA-256 of its DER form, in hexadecimal digits.
  let digest: String
  /// Its SubjectPublicKeyInfo in DER form.
  let key: [UInt8]
  /// SHA-256 of ``key``, in hexadecimal digits.
  let keyDigest: String
  /// All that was printed.
  let text: String

  /// What prints it of a certificate in PEM form.
  static let argv = [
    "openssl", "x509", "-noout", "-subject", "-issuer", "-nameopt", "RFC2253", "-enddate",
    "-dateopt", "iso_8601", "-ext", "subjectAltName", "-fingerprint", "-sha256", "-pubkey",
  ]

  /// Reads the output; nil: it is not what openssl prints.
  init?(_ text: String) {
    let lines = text.split(whereSeparator: \.isNewline).map(\.trimmingSpaces)
    func value(_ name: String) -> String? {
      lines.first { $0.hasPrefix(name) }.map { String($0.dropFirst(name.count)) }
    }
    guard let subject = value("subject="), let issuer = value("issuer="),
      let after = value("notAfter="), let fingerprint = value("sha256 Fingerprint=")
    else { return nil }
    let iso = after.replacing(" ", with: "T")
    guard let end = try? Date(iso, strategy: .iso8601), let key = Self.key(in: text) else {
      return nil
    }
    self.subject = capped(subject, 200)
    self.issuer = capped(issuer, 200)
    self.end = Int(end.timeIntervalSince1970)
    endText = capped(iso, 40)
    digest = fingerprint.filter { $0 != ":" }.lowercased()
    self.key = key
    keyDigest = Digest(of: key).hex
    names = lines.filter { $0.hasPrefix("DNS:") || $0.hasPrefix("IP Address:") }
      .flatMap { $0.split(separator: ", ") }
      .compactMap { entry -> String? in
        for kind in ["DNS:", "IP Address:"] where entry.hasPrefix(kind) {
          return capped(String(entry.dropFirst(kind.count)), 253)
        }
        return nil
      }.prefix(100).map { $0 }
    self.text = text
  }

  private static func key(in text: String) -> [UInt8]? {
    let (begin, end) = ("-----BEGIN PUBLIC KEY-----", "-----END PUBLIC KEY-----")
    guard let open = text.firstRange(of: begin),
      let close = text[open.upperBound...].firstRange(of: end),
      let der = Data(
        base64Encoded: String(text[open.upperBound..<close.lowerBound]),
        options: .ignoreUnknownCharacters
      )
    else { return nil }
    return Array(der)
  }

  /// The first certificate in PEM form in an output; nil where there is none.
  static func pem(in text: String) -> String? { pems(in: text, 1).first }

  /// The certificates in PEM form in an output, at most so many, in their order.
  static func pems(in text: String, _ limit: Int) -> [String] {
    let (begin, end) = ("-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----")
    var pems: [String] = []
    var rest = text[...]
    while pems.count < limit, let open = rest.firstRange(of: begin),
      let close = rest[open.upperBound...].firstRange(of: end)
    {
      pems.append(String(rest[open.lowerBound..<close.upperBound]) + "\n")
      rest = rest[close.upperBound...]
    }
    return pems
  }

  /// Whether a name of a certificate covers a host: a wildcard stands for its whole first label
  /// and no other (RFC 9525 §6.3), and has two labels after it, as clients want; addresses are the same
  /// however they are written.
  static func covers(_ name: String, _ host: String) -> Bool {
    if let address = IPAddress(host) { return IPAddress(name) == address }
    let (name, host) = (name.lowercased(), host.lowercased())
    guard name.hasPrefix("*.") else { return name == host }
    guard let dot = host.firstIndex(of: "."), name.dropFirst(2).contains(".") else { return false }
    return host[dot...] == name.dropFirst()
  }
}

/// What `openssl s_client` (OpenSSL 3) tells of a session.
struct HandshakeFacts: Sendable, Hashable {
  /// X509_V_ERR_HOSTNAME_MISMATCH.
  private static let nameMismatch = 62
  /// X509_V_ERR_IP_ADDRESS_MISMATCH.
  private static let addressMismatch = 64

  /// Whether the chain leads to a trusted root, whoever it is issued to.
  let isTrusted: Bool
  /// Whether OpenSSL finds that the certificate is for somebody else.
  let isMisnamed: Bool
  /// What is wrong in its words, the chain before the name; empty: nothing.
  let problem: String
  /// E.g. `TLSv1.3`.
  let version: String

  /// - Parameters:
  ///   - text: its standard output, with the last error that was found.
  ///   - errors: its standard error, with all of them: the name may be looked at after the chain.
  init(_ text: String, errors: String) {
    let lines = text.split(whereSeparator: \.isNewline).map(\.trimmingSpaces)
    let verdict = lines.first { $0.hasPrefix("Verify return code: ") }?.dropFirst(20) ?? ""
    // `verify error:num=18:self-signed certificate`
    let sign = "verify error:num="
    var found: [(code: Int, words: String)] =
      errors.split(whereSeparator: \.isNewline).map(\.trimmingSpaces).filter { $0.hasPrefix(sign) }
      .map { line in
        let rest = line.dropFirst(sign.count)
        let words = rest.drop { $0 != ":" }.dropFirst()
        return (Int(rest.prefix { $0.isNumber }) ?? -1, String(words))
      }
    let code = Int(verdict.prefix { $0.isNumber }) ?? -1
    if code != 0 {
      let words = verdict.drop { $0 != "(" }.dropFirst().dropLast()
      found.append((code, words.isEmpty ? "no verdict" : String(words)))
    }
    let ofChain = found.filter { $0.code != Self.nameMismatch && $0.code != Self.addressMismatch }
    isTrusted = ofChain.isEmpty
    isMisnamed = ofChain.count < found.count
    problem = (ofChain.first ?? found.first).map { capped($0.words, 120) } ?? ""
    // `New, TLSv1.3, Cipher is …`
    let session = lines.first { $0.hasPrefix("New, ") }?.split(separator: ",") ?? []
    version = session.count > 1 ? capped(String(session[1].trimmingSpaces), 20) : ""
  }
}
