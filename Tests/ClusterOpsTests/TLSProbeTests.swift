import Foundation
import Runbooks
import Testing

@testable import ClusterOps

/// Sessions and certificates as OpenSSL 3.0 prints them.
@Suite struct TLSProbeTests {
  private static let made = """
    depth=0 CN = mail.gaudy.test
    verify error:num=18:self-signed certificate
    CONNECTION ESTABLISHED
    Protocol version: TLSv1.2
    Ciphersuite: ECDHE-RSA-AES256-GCM-SHA384
    Peer certificate: CN = mail.gaudy.test

    """
  private static let alert =
    "40A7:error:0A00042E:SSL routines:ssl3_read_bytes:tlsv1 alert protocol version:"
    + "../ssl/record/rec_layer_s3.c:1601:SSL alert number 70\n"
  private static let notOffered =
    "Didn't find STARTTLS in server response, trying anyway...\n"
  private static let closed = """
    40D7:error:8000006F:system library:BIO_connect:Connection refused:../crypto/bio/bio_sock2.c:117:
    connect:errno=111

    """

  private func outcome(_ stderr: String, exit: Int) -> CommandOutcome {
    CommandOutcome(
      ending: .exited(exit),
      stdout: [],
      isTruncated: false,
      stderr: Array(stderr.utf8)
    )
  }

  @Test("a session, a refusal, a closed port and silence are four things")
  func endings() {
    #expect(
      TLSSession(outcome(Self.made, exit: 0))
        == .made(version: "TLSv1.2", cipher: "ECDHE-RSA-AES256-GCM-SHA384")
    )
    #expect(
      TLSSession(outcome(Self.alert, exit: 1)) == .refused("tlsv1 alert protocol version")
    )
    #expect(TLSSession(outcome(Self.notOffered, exit: 124)) == .refused("STARTTLS is not offered"))
    #expect(TLSSession(outcome(Self.closed, exit: 1)) == .closed)
    #expect(TLSSession(outcome("", exit: 124)) == .unknown("no answer within 15 s"))
    #expect(
      TLSSession(
        outcome(
          "40:error:0A0000BF:SSL routines:tls_setup_handshake:no protocols available:x:1:\n",
          exit: 1
        )
      )
        == .unknown("this OpenSSL cannot ask for it: no protocols available")
    )
  }

  @Test("old versions that are taken, and ports without a new one, are told port by port")
  func policy() async throws {
    let world = RecordedWorld { command in
      let argv = command.program
      if argv.contains("mail.gaudy.test:993") { return .said("", stderr: Self.closed, exit: 1) }
      if argv.contains("-tls1"), argv.contains("mail.gaudy.test:25") {
        return .said("", stderr: Self.made.replacing("TLSv1.2", with: "TLSv1"))
      }
      if argv.contains("mail.gaudy.test:587") { return .said("", stderr: Self.alert, exit: 1) }
      return argv.contains("-tls1_2") || argv.contains("-tls1_3")
        ? .said("", stderr: Self.made) : .said("", stderr: Self.alert, exit: 1)
    }
    let ports = Value.list([25, 587, 993].map(Value.integer))
    let result = try await world.perform(TLSPolicy(), ["ports": ports])
    #expect(result.values["weak"] == .list([.string("25 TLSv1")]))
    #expect(result.values["missing"] == .list([.integer(587)]))
    #expect(result.values["closed"] == .list([.integer(993)]))
    #expect(result.doubt == nil)
    #expect(world.asked.programs[0].contains("-starttls"))
    #expect(world.asked.programs.allSatisfy { $0.prefix(2) == ["timeout", "15"] })
  }

  @Test("what was not answered is in doubt, and no port is called bad for it")
  func silence() async throws {
    let world = RecordedWorld { _ in .said("", exit: 124) }
    let result = try await world.perform(TLSPolicy(), ["ports": .list([.integer(25)])])
    #expect(result.values["missing"] == .list([]))
    #expect(result.doubt?.extent == .parts)
  }

  private static let session = """
    CONNECTED(00000003)
    ---
    Certificate chain
     0 s:CN = mail.gaudy.test
    ---
    Server certificate
    -----BEGIN CERTIFICATE-----
    BWhRmF7v+RbJmPw7L9RK/KVW8pn87S1ldmpJ
    -----END CERTIFICATE-----
    subject=CN = mail.gaudy.test
    ---
    New, TLSv1.3, Cipher is TLS_AES_256_GCM_SHA384
    Verify return code: 18 (self-signed certificate)
    ---

    """
  private static let facts = """
    subject=CN=mail.gaudy.test
    issuer=CN=Lab CA
    notAfter=2027-01-29 07:22:46Z
    X509v3 Subject Alternative Name: 
        DNS:mail.gaudy.test, DNS:*.example.test, IP Address:203.0.113.10
    sha256 Fingerprint=42:91:51:E0:76:7D:06:54:5D:97:85:5D:77:58:A4:92:4D:F0:F3:FB:FA:94:BB:3C:86:4D:8D:FD:90:11:FD:04
    -----BEGIN PUBLIC KEY-----
    MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE
    -----END PUBLIC KEY-----

    """

  private func world(_ session: String, now: Int = 1_796_000_000) -> RecordedWorld {
    RecordedWorld(now: now) { command in
      command.program.contains("x509") ? .said(Self.facts) : .said(session)
    }
  }

  @Test("trust, name and time are told apart")
  func certificate() async throws {
    let untrusted = try await world(Self.session).perform(TLSCertificate())
    #expect(untrusted.values["trusted"] == .boolean(false))
    #expect(untrusted.values["matches"] == .boolean(true))
    #expect(untrusted.values["problem"] == .string("self-signed certificate"))
    #expect(untrusted.values["version"] == .string("TLSv1.3"))
    #expect(untrusted.values["days_left"]?.int.map { $0 > 0 } == true)
    #expect(untrusted.values["sha256"]?.text?.hasPrefix("429151e0767d") == true)
    #expect(untrusted.values["names"]?.elements?.count == 3)

    let ok = Self.session.replacing("18 (self-signed certificate)", with: "0 (ok)")
    let good = try await world(ok).perform(TLSCertificate())
    #expect(good.values["trusted"] == .boolean(true))
    #expect(good.values["problem"] == .string(""))

    let named = Self.session.replacing(
      "18 (self-signed certificate)",
      with: "62 (hostname mismatch)"
    )
    let other = try await world(named).perform(
      TLSCertificate(),
      ["name": .string("imap.gaudy.test")]
    )
    #expect(other.values["trusted"] == .boolean(true))
    #expect(other.values["matches"] == .boolean(false))
    #expect(other.summary.contains("not valid for imap.gaudy.test"))

    let late = try await world(ok, now: 1_801_300_000).perform(TLSCertificate())
    #expect(late.values["days_left"]?.int.map { $0 < 0 } == true)
    #expect(late.summary.contains("expired"))
  }

  @Test(
    "a wildcard stands for its first label alone",
    arguments: [
      ("*.example.test", "mail.example.test", true), ("*.example.test", "example.test", false),
      ("*.example.test", "a.b.example.test", false),
      ("MAIL.example.test", "mail.example.test", true),
      ("mail.example.test", "imap.example.test", false), ("*.test", "*", false),
    ]
  )
  func wildcards(name: String, host: String, covers: Bool) {
    #expect(CertificateFacts.covers(name, host) == covers)
  }

  @Test("where nothing is served nothing is concluded, and the reason is said")
  func nothing() async throws {
    for (stderr, exit, words) in [
      (Self.closed, 1, "nothing listens there"), ("", 124, "no answer within 15 s"),
      (Self.notOffered, 124, "STARTTLS is not offered"),
    ] {
      let silent = RecordedWorld { _ in .said("", stderr: stderr, exit: exit) }
      let failure = try await #require(throws: OperationFailure.self) {
        try await silent.perform(TLSCertificate(), ["port": .integer(25)])
      }
      #expect(failure.reason == .undetermined)
      #expect(failure.message.contains(words), "\(failure.message)")
    }
  }

  @Test("the simulated host serves its certificate, refuses old versions, and may be wrong")
  func tabletop() async throws {
    var world = SimulatedWorld(
      state: [
        "kubernetes": .record([
          "listeners": .list([.string("0.0.0.0:465"), .string("127.0.0.1:25")])
        ])
      ],
      now: 1_796_000_000,
      seed: 1
    )
    let catalogue = OperationCatalogue.standard()
    let good = try await catalogue.operation("tls.certificate")
      .simulate(Arguments([:]), in: &world)
    #expect(good.values["trusted"] == .boolean(true))
    #expect(good.values["days_left"] == .integer(60))
    let ports = Value.list([.integer(25), .integer(465)])
    let policy = try await catalogue.operation("tls.policy")
      .simulate(Arguments(["ports": ports]), in: &world)
    #expect(policy.values["weak"] == .list([]))
    #expect(policy.values["closed"] == .list([.integer(25)]))
    world.state["tls"] = .record([
      "trusted": .boolean(false), "versions": .list([.string("TLSv1.1"), .string("TLSv1.2")]),
      "names": .list([.string("other.test")]),
    ])
    let wrong = try await catalogue.operation("tls.certificate")
      .simulate(Arguments([:]), in: &world)
    #expect(wrong.values["trusted"] == .boolean(false))
    #expect(wrong.values["matches"] == .boolean(false))
    let old = try await catalogue.operation("tls.policy")
      .simulate(Arguments(["ports": .list([.integer(465)])]), in: &world)
    #expect(old.values["weak"] == .list([.string("465 TLSv1.1")]))
  }
}
