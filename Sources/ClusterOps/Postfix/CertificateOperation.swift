internal import Runbooks

/// `postfix.certificate`: the certificate a port serves against those that are mounted.
///
/// A renewed Secret shows in the mounted files by itself; the daemon serves the old certificate
/// until it is reloaded. Served is asked for inside the pod, where the way to it proves nothing but
/// the daemon. Only public parts are read.
struct CertificateOperation: CommandOperation {
  private static let port = Parameter(
    "port",
    default: 465,
    in: 1...65_535,
    help: "a port that speaks TLS from the first byte"
  )
  private static let files = Parameter<[String]>(
    "files",
    default: ["/etc/tls/rsa/tls.crt", "/etc/tls/ecdsa/tls.crt"],
    check: { files, name throws(OperationFailure) in
      guard !files.isEmpty else {
        throw .refusedArgument(name, "none", advice: "Name files by absolute paths.")
      }
      for file in files { _ = try PathArgument.absolute(file, name) }
      return files
    },
    help: "the mounted certificates"
  )

  private static let matches = ResultField<Bool>(
    "matches",
    help: "whether the served certificate is among those mounted"
  )
  private static let served = ResultField<String>(
    "served",
    help: "SHA-256 of the served certificate"
  )
  private static let mounted = ResultField<[String]>(
    "mounted",
    help: "SHA-256 of every mounted certificate"
  )
  private static let subject = ResultField<String>("subject", help: "whom it is issued to")
  private static let daysLeft = ResultField<Int>(
    "days_left",
    help: "whole days until it expires; -1 where it is not told"
  )

  let declaration = OperationDeclaration(
    "postfix.certificate",
    "Compares the certificate that a port serves with those mounted in the pod.",
    parameters: [port, files],
    results: [matches, served, mounted, subject, daysLeft],
    risk: .read,
    isRepeatable: true
  )

  func commands(_ call: Call) throws(OperationFailure) -> [Command] {
    let site = call.site
    let (port, files) = (try call[Self.port], try call[Self.files])
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
      [
        matches(isMounted), Self.served(served.fingerprint), Self.mounted(mounted),
        subject(served.subject), daysLeft(days),
      ],
      summary: "The certificate served for \(served.subject) "
        + (isMounted ? "is the one mounted" : "is not the one mounted: reload the daemon")
        + ", \(counted(days, "day")) left."
    )
  }
}
