internal import Runbooks

/// `acme.status`: cert-manager's issuers, certificates and what it is at, by kubectl(1).
///
/// Cluster issuers alone are read, as `deploy/` has no others and the console's account may see no
/// others. Formats: cert-manager.io/v1 and acme.cert-manager.io/v1 (cert-manager's API reference).
struct ACMEStatus: CommandOperation {
  private static let namespaces = Parameter<[String]>(
    "namespaces",
    default: { [$0.kubernetes.namespace, $0.kubernetes.namespace + "-web"] },
    "the site's namespace, and the one with `-web` after it",
    check: { names, name throws(OperationFailure) in
      guard !names.isEmpty else {
        throw .refusedArgument(name, "none", advice: "Name a namespace.")
      }
      for text in names { _ = try KubernetesName.checked(text, "a namespace") }
      return names
    },
    help: "namespaces whose certificates are looked at"
  )
  private static let expect = Parameter<[String]>(
    "expect",
    default: { [$0.mailHost, "mta-sts.\($0.domain)", "webmail.\($0.domain)"] },
    "the site's mail host, and mta-sts and webmail below its domain",
    check: { names, name throws(OperationFailure) in
      for text in names { _ = try HostName.checked(text, name) }
      return names
    },
    help: "names that have to have a certificate"
  )
  private static let patience = Parameter<Duration>(
    "patience",
    default: .seconds(3_600),
    help: "how long a request, an order or a challenge may take before it is stuck"
  )

  private static let issuers = ResultField<[String]>("issuers", help: "cluster issuers")
  private static let unreadyIssuers = ResultField<[String]>(
    "issuers_not_ready",
    help: "those that are not ready, e.g. `letsencrypt: why`"
  )
  private static let certificates = ResultField<[String]>(
    "certificates",
    help: "certificates, as `namespace/name`"
  )
  private static let ends = ResultField<[String]>(
    "not_after",
    help: "when each ends, in the order of certificates; empty: it was never issued"
  )
  private static let ready = ResultField<Int>("ready", help: "certificates that are ready")
  private static let unready = ResultField<[String]>(
    "not_ready",
    help: "the others, e.g. `mail/mail-rsa: why`"
  )
  private static let names = ResultField<[String]>(
    "names",
    help: "names that ready certificates are for"
  )
  private static let missing = ResultField<[String]>(
    "missing",
    help: "of `expect` those that no ready certificate is for"
  )
  private static let soonest = ResultField<Duration>(
    "soonest_end",
    help: "until the first certificate ends, negative: it did; 0s where none was issued"
  )
  private static let first = ResultField<String>(
    "soonest",
    help: "the certificate that ends first; empty: none was issued"
  )
  private static let failing = ResultField<[String]>(
    "failing",
    help: "certificates whose latest issuance failed, e.g. `mail/mail-rsa: 3 attempts: why`"
  )
  private static let stuck = ResultField<[String]>(
    "stuck",
    help: "requests, orders and challenges that failed or take too long, with their reason, at "
      + "most 50"
  )

  let declaration = OperationDeclaration(
    "acme.status",
    "Reads what cert-manager tells of its issuers, certificates and orders.",
    parameters: [namespaces, expect, patience],
    results: [
      issuers, unreadyIssuers, certificates, ends, ready, unready, names, missing, soonest, first,
      failing, stuck,
    ],
    risk: .read,
    isRepeatable: true
  )

  /// What kubectl is asked for, each by its group: other programs have `orders` as well.
  static let kinds = [
    "clusterissuers.cert-manager.io", "certificates.cert-manager.io",
    "certificaterequests.cert-manager.io", "orders.acme.cert-manager.io",
    "challenges.acme.cert-manager.io",
  ].joined(separator: ",")

  func commands(_ call: Call) throws(OperationFailure) -> [Command] {
    _ = (try call[Self.namespaces], try call[Self.expect], try call[Self.patience])
    return [
      Command(
        here: Kubectl(call.site).call([
          "get", Self.kinds, "--all-namespaces", "--output", "json",
        ]),
        keep: 16 << 20,
        streams: false
      )
    ]
  }

  func begin(
    _ call: Call,
    _ commands: [Command],
    now: Int
  ) throws(OperationFailure) -> Procedure {
    let (namespaces, expected) = (try call[Self.namespaces], try call[Self.expect])
    let patience = Int(try call[Self.patience].components.seconds)
    return .run(commands[0]) { outcome throws(OperationFailure) in
      try Self.requireInstalled(outcome)
      try KubectlFailure.require(outcome, of: commands[0])
      let objects = try KubernetesObjects.read(
        KubernetesObjects.List<CertManagerObject>.self,
        from: outcome,
        "the certificates"
      ).items
      let meant = objects.filter {
        $0.kind == "ClusterIssuer" || namespaces.contains($0.metadata.namespace ?? "")
      }
      return .done(Self.result(meant, expected, now: now, patience: patience))
    }
  }

  /// A cluster that does not know these kinds tells nothing of certificates.
  private static func requireInstalled(_ outcome: CommandOutcome) throws(OperationFailure) {
    let sign = "the server doesn't have a resource type"
    guard outcome.exit != 0, outcome.stderrText.contains(sign) else { return }
    throw OperationFailure(
      undetermined: "nothing is known of certificates",
      Doubt(
        .end,
        "the cluster has no cert-manager, or one that does not know all of its kinds",
        advice: "Install cert-manager as its publisher says, then apply the platform's half."
      )
    )
  }

  private static func result(
    _ objects: [CertManagerObject],
    _ expected: [String],
    now: Int,
    patience: Int
  ) -> OperationResult {
    let all = objects.filter { $0.kind == "Certificate" }
      .sorted { $0.place < $1.place }
    let sources = objects.filter { $0.kind == "ClusterIssuer" }
    let good = all.filter(\.isReady)
    let covered = Set(good.flatMap { $0.spec?.dnsNames ?? [] }).map { $0.lowercased() }.sorted()
    let lost = expected.filter { name in
      !covered.contains { CertificateFacts.covers($0, name) }
    }
    let dated = all.compactMap { certificate in
      certificate.end.map { (place: certificate.place, end: $0) }
    }
    let next = dated.min { ($0.end, $0.place) < ($1.end, $1.place) }
    let broken = all.compactMap(\.failure)
    let open = objects.compactMap { $0.trouble(now: now, patience: patience) }.sorted()
    let dull = sources.filter { !$0.isReady }.map { "\($0.metadata.name): \($0.why)" }.sorted()
    let bad = all.filter { !$0.isReady }.map { "\($0.place): \($0.why)" }
    func short(_ texts: [String]) -> [String] { texts.prefix(200).map { capped($0, 400) } }
    let undated = all.filter { $0.status?.notAfter != nil && $0.end == nil }
    let faults =
      dull.map { "issuer \($0)" } + bad + broken + lost.map { "\($0) has no certificate" } + open
    var summary = "\(good.count) of \(counted(all.count, "certificate")) ready"
    if let next {
      summary += next.end >= now ? ", the first ends in " : ", the first ended "
      summary += counted(abs(next.end - now) / 86_400, "day") + (next.end >= now ? "" : " ago")
    }
    return OperationResult(
      [
        issuers(short(sources.map(\.metadata.name).sorted())), unreadyIssuers(short(dull)),
        certificates(short(all.map(\.place))),
        ends(short(all.map { $0.end.map(KubernetesObjects.timestamp) ?? "" })),
        ready(good.count), unready(short(bad)), names(short(covered)), missing(lost),
        soonest(.seconds(next.map { $0.end - now } ?? 0)), first(capped(next?.place ?? "", 253)),
        failing(short(broken)), stuck(Array(short(open).prefix(50))),
      ],
      summary: summary + (faults.first.map { "; \(capped($0, 140))" } ?? "") + ".",
      doubt: undated.first.map {
        Doubt(
          .parts,
          "when \(capped($0.place, 120)) ends is not understood",
          advice: "Look at it with `kubectl describe certificate`."
        )
      }
    )
  }
}
