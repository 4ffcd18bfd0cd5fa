import Foundation
import Glibc
import TestSupport

/// An authority of a test, made by openssl-ca(1), which alone issues for times in the past.
struct CertificateMaker {
  static let program = "openssl"
  static var isThere: Bool {
    (try? Program.run(program, ["version"]))?.output.hasPrefix("OpenSSL 3") == true
  }

  /// A certificate with its key: paths of PEM files.
  struct Certificate: Sendable {
    let path: String
    let key: String
  }

  /// When a certificate holds, in the form of openssl-ca(1): no test looks at the clock.
  enum Time: Sendable {
    case now, past, future

    var dates: (from: String, to: String) {
      switch self {
      case .now: ("20200101000000Z", "20900101000000Z")
      case .past: ("20200101000000Z", "20210101000000Z")
      case .future: ("20890101000000Z", "20900101000000Z")
      }
    }
  }

  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.write("", to: "index.txt")
    try folder.write(
      """
      [ca]
      default_ca = here
      [here]
      database = \(folder.path)/index.txt
      new_certs_dir = \(folder.path)
      default_md = sha256
      policy = any
      email_in_dn = no
      rand_serial = yes
      unique_subject = no
      copy_extensions = none
      [any]
      commonName = supplied

      """,
      to: "ca.cnf"
    )
  }

  /// Issues a certificate.
  ///
  /// - Parameters:
  ///   - name: of its files, and its common name.
  ///   - extensions: lines of x509v3_config(5).
  ///   - issuer: nil: itself.
  func issue(
    _ name: String,
    _ extensions: [String],
    by issuer: Certificate?,
    _ time: Time = .now
  ) throws -> Certificate {
    let made = Certificate(path: folder.path + "/\(name).pem", key: folder.path + "/\(name).key")
    let request = folder.path + "/\(name).csr"
    try folder.write(
      (["[made]"] + extensions).map { $0 + "\n" }.joined(),
      to: "\(name).cnf"
    )
    try run([
      "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", made.key,
    ])
    try run(["req", "-new", "-key", made.key, "-subj", "/CN=\(name)", "-out", request])
    let signer =
      issuer.map { ["-cert", $0.path, "-keyfile", $0.key] } ?? ["-selfsign", "-keyfile", made.key]
    let dates = time.dates
    try run(
      [
        "ca", "-batch", "-notext", "-config", folder.path + "/ca.cnf", "-in", request, "-out",
        made.path, "-extfile", folder.path + "/\(name).cnf", "-extensions", "made", "-startdate",
        dates.from, "-enddate", dates.to,
      ] + signer
    )
    return made
  }

  private func run(_ arguments: [String]) throws {
    let result = try Program.run(Self.program, arguments)
    guard result.status == 0 else {
      throw Unexpected("openssl \(arguments.joined(separator: " ")): \(result.errors)")
    }
  }

  static let authority = [
    "basicConstraints = critical,CA:TRUE", "keyUsage = critical,keyCertSign,cRLSign",
    "subjectKeyIdentifier = hash",
  ]

  /// Of a server, for names such as `DNS:mail.gaudy.test`.
  static func server(_ names: String...) -> [String] {
    ["basicConstraints = critical,CA:FALSE", "extendedKeyUsage = serverAuth"]
      + (names.isEmpty ? [] : ["subjectAltName = \(names.joined(separator: ","))"])
  }
}

/// `openssl s_server` on loopback with one certificate, for one test.
///
/// A class because it stands for a process that must be ended once.
final class CertificateServer {
  private let folder: TemporaryFolder
  private let process: RunningProgram
  let port: Int

  /// Starts it and waits until it listens.
  ///
  /// - Parameter chain: what it serves after its own certificate.
  init(_ certificate: CertificateMaker.Certificate, chain: [CertificateMaker.Certificate]) throws {
    folder = try TemporaryFolder()
    let log = folder.path + "/log"
    var arguments = [
      "s_server", "-accept", "127.0.0.1:0", "-cert", certificate.path, "-key", certificate.key,
      "-www",
    ]
    if !chain.isEmpty {
      let text = try chain.map { try String(contentsOfFile: $0.path, encoding: .utf8) }.joined()
      try folder.write(text, to: "chain")
      arguments += ["-cert_chain", folder.path + "/chain"]
    }
    let process = try RunningProgram(CertificateMaker.program, arguments, output: log, errors: log)
    self.process = process
    let deadline = Date(timeIntervalSinceNow: 20)
    while true {
      let said = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
      let line = said.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        .first { $0.hasPrefix("ACCEPT ") }
      if let text = line?.split(separator: ":").last, let port = Int(text) {
        self.port = port
        return
      }
      guard process.isRunning, Date() < deadline else {
        process.send(SIGKILL)
        process.wait()
        throw Unexpected("openssl s_server: \(said)")
      }
      usleep(5_000)
    }
  }

  deinit {
    process.send(SIGKILL)
    process.wait()
  }
}
