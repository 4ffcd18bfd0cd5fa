internal import Foundation
internal import Runbooks

/// openssl(1) as a client of the simulated host.
struct TLSFacet: Facet {
  let programs: Set = ["openssl"]

  func answer(_ command: Command, in scene: inout Scene) -> Answer? {
    let program = Probe.inner(command.program)
    guard program.first == "openssl", program.count > 1 else { return nil }
    if case .pod = command.vantage { return nil }
    switch program[1] {
    case "s_client": return scene.session(program)
    case "x509": return scene.certificateFacts(command.input)
    default: return nil
    }
  }
}

/// Keys of certificates in a simulated world: their name stands for their content.
enum SimulatedKey {
  /// The key of every certificate that a scenario gives no other: it is kept when one is renewed.
  static let standard = "site"

  /// Its SubjectPublicKeyInfo.
  static func bytes(_ name: String) -> [UInt8] { Array("key of the \(name)".utf8) }
}

extension Scene {
  private var tls: Value { world.state["tls"] ?? .record([:]) }
  private var certificate: Value { postfix["certificate"] ?? .record([:]) }

  /// The versions a port takes.
  private var versions: [String] {
    let given = tls.texts("versions")
    return given.isEmpty ? ["TLSv1.2", "TLSv1.3"] : given
  }

  fileprivate func session(_ program: [String]) -> Answer {
    let port = Self.option("-connect", program)?.split(separator: ":").last.map(String.init) ?? ""
    guard isOpen(port) else {
      return Answer(exit: 1, stderr: "BIO_connect:Connection refused\nconnect:errno=111\n")
    }
    let asked = [
      "-tls1": "TLSv1", "-tls1_1": "TLSv1.1", "-tls1_2": "TLSv1.2", "-tls1_3": "TLSv1.3",
    ]
    let version = program.compactMap { asked[$0] }.first ?? versions.max() ?? "TLSv1.3"
    guard versions.contains(version) else {
      return Answer(
        exit: 1,
        stderr: "40:error:0A00042E:SSL routines:ssl3_read_bytes:tlsv1 alert protocol version:"
          + "../ssl/record/rec_layer_s3.c:1601:SSL alert number 70\n"
      )
    }
    guard !program.contains("-brief") else {
      return Answer(
        exit: 0,
        stderr: "CONNECTION ESTABLISHED\nProtocol version: \(version)\nCiphersuite: simulated\n"
      )
    }
    let name = certificate.text("served", certificate.text("name", "current"))
    let verdict = tls.truth("trusted", true) ? "0 (ok)" : "18 (self-signed certificate)"
    return Answer(
      "CONNECTED(00000003)\n---\nServer certificate\n-----BEGIN CERTIFICATE-----\n"
        + Data("certificate \(name)".utf8).base64EncodedString()
        + "\n-----END CERTIFICATE-----\n---\nNew, \(version), Cipher is simulated\n"
        + "Verify return code: \(verdict)\n---\n"
    )
  }

  /// The key of a certificate in PEM form.
  private func key(of pem: [UInt8]) -> [UInt8] {
    let base64 = String(decoding: pem, as: UTF8.self).split(whereSeparator: \.isNewline)
      .filter { !$0.hasPrefix("-----") }.joined()
    let name =
      String(decoding: Data(base64Encoded: base64) ?? Data(), as: UTF8.self)
      .split(separator: " ").last.map(String.init) ?? ""
    return SimulatedKey.bytes(tls["keys"]?[name]?.text ?? SimulatedKey.standard)
  }

  fileprivate func certificateFacts(_ pem: [UInt8]) -> Answer {
    let digest = Digest(of: pem).hex.uppercased()
    let pairs = stride(from: 0, to: digest.count, by: 2).map { digest.dropFirst($0).prefix(2) }
    let end = Date(
      timeIntervalSince1970: TimeInterval(certificateEnd)
    ).formatted(.iso8601).replacing("T", with: " ")
    let names = tls.texts("names")
    let list = (names.isEmpty ? [site.mailHost] : names).map { "DNS:\($0)" }
    return Answer(
      "subject=CN=\(site.mailHost)\nissuer=CN=Simulated CA\nnotAfter=\(end)\n"
        + "X509v3 Subject Alternative Name: \n    \(list.joined(separator: ", "))\n"
        + "sha256 Fingerprint=\(pairs.joined(separator: ":"))\n-----BEGIN PUBLIC KEY-----\n"
        + Data(key(of: pem)).base64EncodedString() + "\n-----END PUBLIC KEY-----\n"
    )
  }

  /// Whether a port of the host is open to those outside.
  func isOpen(_ port: String) -> Bool {
    listeners().contains { listener in
      listener.split(separator: ":").last.map(String.init) == port
        && !listener.hasPrefix("127.") && !listener.hasPrefix("[::1]")
    }
  }
}
