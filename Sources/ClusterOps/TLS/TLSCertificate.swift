internal import Runbooks

/// `tls.certificate`: what a port proves to whoever connects.
struct TLSCertificate: CommandOperation {
  private static let port = Parameter("port", default: 465, in: 1...65_535, help: "the port")
  private static let start = Parameter<TLSStart>(
    "start",
    default: .auto,
    help: "how TLS begins; auto: as is customary on the port"
  )
  private static let name = Parameter<String?>(
    "name",
    checkGiven: HostName.checked,
    help: "the name it has to be valid for; the host where none is given"
  )

  private static let subject = ResultField<String>("subject", help: "whom it is issued to")
  private static let issuer = ResultField<String>("issuer", help: "who issued it")
  private static let names = ResultField<[String]>("names", help: "the names it is valid for")
  private static let matches = ResultField<Bool>("matches", help: "whether the name is among them")
  private static let trusted = ResultField<Bool>(
    "trusted",
    help: "whether its chain leads to a trusted root"
  )
  private static let problem = ResultField<String>(
    "problem",
    help: "what OpenSSL finds wrong with it, or empty"
  )
  private static let daysLeft = ResultField<Int>(
    "days_left",
    help: "whole days until it expires; negative once it has"
  )
  private static let expires = ResultField<String>(
    "expires",
    help: "its end, e.g. 2027-01-29T07:22:46Z"
  )
  private static let version = ResultField<String>(
    "version",
    help: "the version of TLS, e.g. TLSv1.3"
  )
  private static let digest = ResultField<String>("sha256", help: "SHA-256 of the certificate")
  private static let keyDigest = ResultField<String>(
    "key_sha256",
    help: "SHA-256 of its public key, as a TLSA record 3 1 1 has it (RFC 6698)"
  )

  let declaration = OperationDeclaration(
    "tls.certificate",
    "Reads the certificate that a port serves, and whether it is trusted and for the right name.",
    parameters: [Probe.host, port, start, name, Probe.roots, Probe.from],
    results: [
      subject, issuer, names, matches, trusted, problem, daysLeft, expires, version, digest,
      keyDigest,
    ],
    risk: .read,
    isRepeatable: true
  )

  func commands(_ call: Call) throws(OperationFailure) -> [Command] {
    let (host, port) = (try call[Probe.host], try call[Self.port])
    let name = try call[Self.name] ?? host
    let roots = try call[Probe.roots].map { ["-CAfile", $0] } ?? []
    return [
      Command(
        Probe.bounded(
          [
            "openssl", "s_client", "-connect", Probe.place(host, port), "-servername", name,
            IPAddress(name) == nil ? "-verify_hostname" : "-verify_ip", name,
          ] + (try call[Self.start]).options(on: port) + roots
        ),
        from: try call[Probe.from],
        on: call.site,
        streams: false
      ),
      Command(
        here: CertificateFacts.argv,
        inputDescription: "the certificate that was served"
      ),
    ]
  }

  func begin(
    _ call: Call,
    _ commands: [Command],
    now: Int
  ) throws(OperationFailure) -> Procedure {
    let (host, from) = (try call[Probe.host], try call[Probe.from])
    let place = Probe.place(host, try call[Self.port])
    let name = try call[Self.name] ?? host
    return .run(commands[0]) { outcome throws(OperationFailure) in
      guard let pem = CertificateFacts.pem(in: outcome.stdoutText) else {
        throw Self.failure(outcome, place, from)
      }
      return .run(commands[1].feeding(Array(pem.utf8))) { facts throws(OperationFailure) in
        guard facts.exit == 0, let certificate = CertificateFacts(facts.stdoutText) else {
          throw OperationFailure(
            .malformed,
            "openssl does not understand the certificate that \(place) serves",
            advice: "Look at it with `openssl s_client -connect \(place)`.",
            effect: .none
          )
        }
        return .done(
          Self.result(
            certificate,
            HandshakeFacts(outcome.stdoutText, errors: outcome.stderrText),
            place,
            name,
            now
          )
        )
      }
    }
  }

  private static func failure(
    _ outcome: CommandOutcome,
    _ place: String,
    _ from: Vantage
  ) -> OperationFailure {
    let lines = outcome.stderrText.split(whereSeparator: \.isNewline).map(String.init)
    let why =
      switch TLSSession.failure(outcome, lines) {
      case .closed: "nothing listens there"
      case .refused(let words): "it does not begin TLS: \(words)"
      case .unknown(let words): words
      case .made: "it served no certificate"
      }
    return ProbeFailure.unreachable(place, from: from, why)
  }

  private static func result(
    _ certificate: CertificateFacts,
    _ handshake: HandshakeFacts,
    _ place: String,
    _ name: String,
    _ now: Int
  ) -> OperationResult {
    let isNamed =
      certificate.names.contains { CertificateFacts.covers($0, name) } && !handshake.isMisnamed
    let days = Int((Double(certificate.end - now) / 86_400).rounded(.down))
    var words =
      "\(place) serves a certificate for \(certificate.names.first ?? certificate.subject)"
    words += days < 0 ? ", expired \(counted(-days, "day")) ago" : ", \(counted(days, "day")) left"
    if !isNamed { words += ", not valid for \(name)" }
    if !handshake.isTrusted { words += ", not trusted: \(handshake.problem)" }
    return OperationResult(
      [
        subject(certificate.subject), issuer(certificate.issuer), names(certificate.names),
        matches(isNamed), trusted(handshake.isTrusted), problem(handshake.problem), daysLeft(days),
        expires(certificate.endText), version(handshake.version), digest(certificate.digest),
        keyDigest(certificate.keyDigest),
      ],
      summary: words + ".",
      evidence: [
        Evidence(
          name: "certificate",
          mediaType: "text/plain",
          bytes: Array(certificate.text.utf8)
        )
      ]
    )
  }
}
