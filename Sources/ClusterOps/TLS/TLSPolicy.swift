internal import Runbooks

/// `tls.policy`: which versions of TLS the ports of a host take.
///
/// Each version is asked for alone, with every cipher that OpenSSL has, so that what is refused is
/// refused by the server (RFC 8996 forbids TLS 1.0 and 1.1, RFC 9325 recommends 1.2 and 1.3).
struct TLSPolicy: CommandOperation {
  private static let ports = Parameter<[Int]>(
    "ports",
    default: [25, 465, 587, 993, 443],
    help: "ports to ask; STARTTLS where it is customary"
  )

  private static let accepted = ResultField<[String]>(
    "accepted",
    help: "what is accepted, e.g. `465 TLSv1.3`"
  )
  private static let weak = ResultField<[String]>(
    "weak",
    help: "of these, versions before TLSv1.2"
  )
  private static let missing = ResultField<[Int]>(
    "missing",
    help: "ports that answered and took neither TLSv1.2 nor TLSv1.3"
  )
  private static let closed = ResultField<[Int]>("closed", help: "ports where nothing listens")
  private static let unknown = ResultField<[String]>(
    "unknown",
    help: "what could not be found out, with the reason"
  )

  let declaration = OperationDeclaration(
    "tls.policy",
    "Asks each port for each version of TLS and tells what is accepted.",
    parameters: [Probe.host, ports, Probe.from],
    results: [accepted, weak, missing, closed, unknown],
    risk: .read,
    isRepeatable: true
  )

  private static let versions = [
    ("TLSv1", "-tls1"), ("TLSv1.1", "-tls1_1"), ("TLSv1.2", "-tls1_2"), ("TLSv1.3", "-tls1_3"),
  ]

  func commands(_ call: Call) throws(OperationFailure) -> [Command] {
    let (host, ports, from) = (try call[Probe.host], try call[Self.ports], try call[Probe.from])
    guard !ports.isEmpty, ports.count <= 16, ports.allSatisfy({ 1...65_535 ~= $0 }) else {
      throw .refusedArgument("ports", ports.words, advice: "Give 1 to 16 ports.")
    }
    return ports.flatMap { port in
      Self.versions.map { _, option in
        Command(
          Probe.bounded(
            ["openssl", "s_client", "-connect", Probe.place(host, port), "-servername", host]
              + TLSStart.auto.options(on: port)
              + ["-brief", option, "-cipher", "ALL:@SECLEVEL=0"]
          ),
          from: from,
          on: call.site,
          streams: false
        )
      }
    }
  }

  func begin(
    _ call: Call,
    _ commands: [Command],
    now: Int
  ) throws(OperationFailure) -> Procedure {
    let host = try call[Probe.host]
    let asked = try call[Self.ports].flatMap { port in
      Self.versions.map { version, _ in Question(port: port, version: version) }
    }
    return try .each(commands) { place, outcome in
      (asked[place], TLSSession(outcome))
    } then: { found in
      .done(Self.result(found, host))
    }
  }

  private struct Question: Sendable {
    let port: Int
    let version: String
    var text: String { "\(port) \(version)" }
    var isWeak: Bool { version == "TLSv1" || version == "TLSv1.1" }
  }

  private static func result(
    _ found: [(Question, TLSSession)],
    _ host: String
  ) -> OperationResult {
    var taken: [Question] = []
    var unsure: [String] = []
    var shut: [Int] = []
    var evidence = ""
    for (question, session) in found {
      switch session {
      case .made(let version, let cipher):
        taken.append(question)
        evidence += "\(question.text) accepted: \(version) \(cipher)\n"
      case .refused(let why): evidence += "\(question.text) refused: \(why)\n"
      case .closed:
        if !shut.contains(question.port) { shut.append(question.port) }
        evidence += "\(question.text) nothing listens\n"
      case .unknown(let why):
        unsure.append("\(question.text): \(why)")
        evidence += "\(question.text) unknown: \(why)\n"
      }
    }
    var ports: [Int] = []
    for (question, _) in found where !ports.contains(question.port) { ports.append(question.port) }
    let good = Set(taken.filter { !$0.isWeak }.map(\.port))
    let unclear = Set(
      found.filter { if case .unknown = $0.1 { true } else { false } }.map(\.0.port)
    )
    let lacking = ports.filter {
      !good.contains($0) && !shut.contains($0) && !unclear.contains($0)
    }
    let weakOnes = taken.filter(\.isWeak).map(\.text)
    var parts: [String] = []
    if !weakOnes.isEmpty { parts.append("takes \(weakOnes.joined(separator: ", "))") }
    if !lacking.isEmpty { parts.append("no TLS 1.2 or 1.3 on \(lacking.words)") }
    if !shut.isEmpty { parts.append("nothing listens on \(shut.words)") }
    if parts.isEmpty { parts.append("TLS 1.2 or 1.3 and nothing older on \(ports.words)") }
    return OperationResult(
      [
        accepted(taken.map(\.text)), weak(weakOnes), missing(lacking), closed(shut),
        unknown(unsure),
      ],
      summary: "\(host): \(parts.joined(separator: "; ")).",
      evidence: [
        Evidence(name: "TLS versions", mediaType: "text/plain", bytes: Array(evidence.utf8))
      ],
      doubt: unsure.isEmpty
        ? nil
        : Doubt(
          .parts,
          "\(counted(unsure.count, "question")) had no answer, e.g. \(unsure[0])",
          advice: "See whether the ports can be reached from there; ask again."
        )
    )
  }
}
