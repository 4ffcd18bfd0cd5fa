internal import Foundation
internal import Runbooks

// The certificate of the simulated mail host: its name stands for its content.

extension Scene {
  private var certificate: Value { postfix["certificate"] ?? .record([:]) }

  /// When it ends, in seconds since 1970.
  var certificateEnd: Int { end(of: certificate) }

  private func pem(_ name: String) -> String {
    "-----BEGIN CERTIFICATE-----\n"
      + Data("certificate \(name)".utf8).base64EncodedString()
      + "\n-----END CERTIFICATE-----\n"
  }

  /// The files of the mounted Secrets, all of the same certificate.
  func mountedCertificates(_ count: Int) -> Answer {
    Answer(String(repeating: pem(certificate.text("name", "current")), count: count))
  }

  /// What `openssl s_client` sees of a port of this pod.
  func served(_ address: String, _ host: String) -> Answer {
    let port = address.split(separator: ":").last ?? ""
    guard listeners().contains(where: { $0.split(separator: ":").last == port }) else {
      return Answer(exit: 1, stderr: "connect:errno=111\n")
    }
    let end = certificateEnd
    let dates = DateFormatter()
    dates.locale = Locale(identifier: "en_US_POSIX")
    dates.timeZone = TimeZone(identifier: "GMT")
    dates.dateFormat = "MMM d HH:mm:ss yyyy 'GMT'"
    let date = dates.string(from: Date(timeIntervalSince1970: TimeInterval(end)))
    return Answer(
      "CONNECTED(00000003)\n---\nCertificate chain\n 0 s:CN = \(host)\n"
        + "   v:NotBefore: Jan 1 00:00:00 2026 GMT; NotAfter: \(date)\n---\n"
        + pem(certificate.text("served", certificate.text("name", "current")))
        + "---\nDONE\n"
    )
  }
}
