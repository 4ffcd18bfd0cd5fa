import Foundation
import Runbooks
import TestSupport
import Testing

@testable import ClusterOps

/// tls.certificate beside `openssl verify`: certificates that are served on loopback, and the same files.
@Suite struct TLSAgreementTests {
  private static let host = "mail.gaudy.test"

  /// What is served, and what is concluded of it.
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let served: Served
    /// The name that it has to be for.
    var host = TLSAgreementTests.host
    let isTrusted: Bool
    let isNamed: Bool
    /// Words of what OpenSSL finds wrong.
    var problem = ""
    var hasExpired = false
    /// Why `openssl verify` may take what is refused here; empty: it may not.
    var difference = ""

    var testDescription: String { name }
    var isGood: Bool { isTrusted && isNamed && !hasExpired }
  }

  /// A server's certificate, by whom it is issued and what comes with it.
  struct Served: Sendable {
    enum Issuer: Sendable {
      /// The root, with one between, which is served or not, or has expired.
      case root, unsaid, expired
      /// An authority that nobody trusts, which is served too or not.
      case stranger, unsaidStranger
      /// Itself.
      case itself
    }

    var issuer = Issuer.root
    var extensions = CertificateMaker.server("DNS:mail.gaudy.test")
    var time = CertificateMaker.Time.now
  }

  private static let cases: [Case] = [
    Case(name: "right", served: Served(), isTrusted: true, isNamed: true),
    Case(
      name: "right, by a wildcard",
      served: Served(extensions: CertificateMaker.server("DNS:a.test", "DNS:*.gaudy.test")),
      isTrusted: true,
      isNamed: true
    ),
    Case(
      name: "right, by an address",
      served: Served(extensions: CertificateMaker.server("IP:192.0.2.25", "IP:2001:db8::25")),
      host: "2001:db8::25",
      isTrusted: true,
      isNamed: true
    ),
    Case(
      name: "expired",
      served: Served(time: .past),
      isTrusted: false,
      isNamed: true,
      problem: "certificate has expired",
      hasExpired: true
    ),
    Case(
      name: "expired, and for another name",
      served: Served(extensions: CertificateMaker.server("DNS:a.test"), time: .past),
      isTrusted: false,
      isNamed: false,
      problem: "certificate has expired",
      hasExpired: true
    ),
    Case(
      name: "not yet valid",
      served: Served(time: .future),
      isTrusted: false,
      isNamed: true,
      problem: "certificate is not yet valid"
    ),
    Case(
      name: "for another name",
      served: Served(extensions: CertificateMaker.server("DNS:a.test")),
      isTrusted: true,
      isNamed: false,
      problem: "hostname mismatch"
    ),
    Case(
      name: "for another address",
      served: Served(extensions: CertificateMaker.server("IP:192.0.2.26")),
      host: "192.0.2.25",
      isTrusted: true,
      isNamed: false,
      problem: "IP address mismatch"
    ),
    Case(
      name: "a wildcard for a name two labels below",
      served: Served(extensions: CertificateMaker.server("DNS:*.gaudy.test")),
      host: "a.mail.gaudy.test",
      isTrusted: true,
      isNamed: false,
      problem: "hostname mismatch"
    ),
    Case(
      name: "a wildcard with one label after it",
      served: Served(extensions: CertificateMaker.server("DNS:*.test")),
      host: "gaudy.test",
      isTrusted: true,
      isNamed: false,
      problem: "hostname mismatch"
    ),
    Case(
      name: "a wildcard for part of a label",
      served: Served(extensions: CertificateMaker.server("DNS:m*.gaudy.test")),
      isTrusted: true,
      isNamed: false,
      difference: "RFC 9525 §6.3: the star is a whole label; OpenSSL still takes part of one"
    ),
    Case(
      name: "with a common name alone",
      served: Served(extensions: CertificateMaker.server()),
      host: "served.gaudy.test",
      isTrusted: true,
      isNamed: false,
      difference: "RFC 9525 §2: the common name is no name of a host; OpenSSL still takes it"
    ),
    Case(
      name: "self-signed",
      served: Served(issuer: .itself),
      isTrusted: false,
      isNamed: true,
      problem: "self-signed certificate"
    ),
    Case(
      name: "self-signed, for another name",
      served: Served(issuer: .itself, extensions: CertificateMaker.server("DNS:a.test")),
      isTrusted: false,
      isNamed: false,
      problem: "self-signed certificate"
    ),
    Case(
      name: "by an unknown authority",
      served: Served(issuer: .unsaidStranger),
      isTrusted: false,
      isNamed: true,
      problem: "unable to get local issuer certificate"
    ),
    Case(
      name: "by an unknown authority that is served too",
      served: Served(issuer: .stranger),
      isTrusted: false,
      isNamed: true,
      problem: "self-signed certificate in certificate chain"
    ),
    Case(
      name: "by an unknown authority that is served too, for another name",
      served: Served(issuer: .stranger, extensions: CertificateMaker.server("DNS:a.test")),
      isTrusted: false,
      isNamed: false,
      problem: "self-signed certificate in certificate chain"
    ),
    Case(
      name: "without the certificate between",
      served: Served(issuer: .unsaid),
      isTrusted: false,
      isNamed: true,
      problem: "unable to get local issuer certificate"
    ),
    Case(
      name: "with one between that has expired",
      served: Served(issuer: .expired),
      isTrusted: false,
      isNamed: true,
      problem: "certificate has expired"
    ),
    Case(
      name: "for clients alone",
      served: Served(extensions: [
        "basicConstraints = CA:FALSE", "extendedKeyUsage = clientAuth",
        "subjectAltName = DNS:mail.gaudy.test",
      ]),
      isTrusted: false,
      isNamed: true,
      problem: "purpose"
    ),
  ]

  @Test(
    "what a port proves is what openssl verify says of its chain, but for what is named",
    .enabled(if: CertificateMaker.isThere, "openssl 3 is needed (apt install openssl)"),
    arguments: cases
  )
  func agreement(item: Case) async throws {
    let maker = try CertificateMaker()
    let root = try maker.issue("root", CertificateMaker.authority, by: nil)
    let isLate = item.served.issuer == .expired
    let between = try maker.issue(
      "between",
      CertificateMaker.authority,
      by: root,
      isLate ? .past : .now
    )
    let stranger = try maker.issue("stranger", CertificateMaker.authority, by: nil)
    let issuer: CertificateMaker.Certificate? =
      switch item.served.issuer {
      case .root, .unsaid, .expired: between
      case .stranger, .unsaidStranger: stranger
      case .itself: nil
      }
    let chain: [CertificateMaker.Certificate] =
      switch item.served.issuer {
      case .root, .expired: [between]
      case .stranger: [stranger]
      case .unsaid, .unsaidStranger, .itself: []
      }
    let leaf = try maker.issue(
      "served.gaudy.test",
      item.served.extensions,
      by: issuer,
      item.served.time
    )
    let isAddress = IPAddress(item.host) != nil
    let verdict = try Program.run(
      "openssl",
      ["verify", "-CAfile", root.path, "-purpose", "sslserver"]
        + [isAddress ? "-verify_ip" : "-verify_hostname", item.host]
        + chain.flatMap { ["-untrusted", $0.path] } + [leaf.path]
    )

    let server = try CertificateServer(leaf, chain: chain)
    let result = try await OperationCatalogue.standard().operation("tls.certificate").perform([
      "host": .string("127.0.0.1"), "port": .integer(server.port), "start": .string("implicit"),
      "name": .string(item.host), "roots": .string(root.path),
    ])
    #expect(result.values["trusted"] == .boolean(item.isTrusted), "\(result.summary)")
    #expect(result.values["matches"] == .boolean(item.isNamed), "\(result.summary)")
    #expect((result.values["days_left"]?.int ?? 0 < 0) == item.hasExpired, "\(result.summary)")
    let problem = result.text("problem")
    #expect(
      item.problem.isEmpty ? problem.isEmpty : problem.contains(item.problem),
      "\(problem)"
    )
    // And it is that: openssl verify ends with 0 for what is good, and with 2 for what is not.
    #expect(
      (verdict.status == 0) == (item.isGood || !item.difference.isEmpty),
      "\(verdict.output)\(verdict.errors)"
    )
    #expect(verdict.status == 0 || verdict.status == 2, "\(verdict.errors)")
    // The files and the server are there until here.
    withExtendedLifetime((maker, server)) {}
  }
}
