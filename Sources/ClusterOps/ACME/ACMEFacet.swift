internal import Runbooks

// cert-manager in the simulated cluster; kubectl's answers are KubernetesFacet's to give.

extension Scene {
  private var authority: Value { world.state["certificates"] ?? .record([:]) }

  /// What a scenario has under `certificates`; the platform's, all well, where it has none.
  func certificates() -> Answer {
    guard authority.truth("installed", true) else {
      return Answer(
        exit: 1,
        stderr: "error: the server doesn't have a resource type \"clusterissuers\"\n"
      )
    }
    let items = issuers() + issued() + orders()
    return Answer(
      bytes: JSONBytes.text(.record(["kind": .string("List"), "items": .list(items)]))
    )
  }

  private func issuers() -> [Value] {
    let given = authority.records("issuers")
    let all =
      given.isEmpty
      ? ["letsencrypt", "letsencrypt-staging"].map { Value.record(["name": .string($0)]) } : given
    return all.map { issuer in
      object(
        "ClusterIssuer",
        issuer.text("name", "letsencrypt"),
        status: ["conditions": .list([ready(issuer)])]
      )
    }
  }

  /// The platform's certificates, where a scenario names none.
  var standardCertificates: [Value] {
    let (namespace, domain) = (site.kubernetes.namespace, site.domain)
    return [
      ("\(namespace)/mail-rsa", site.mailHost), ("\(namespace)/mail-ecdsa", site.mailHost),
      ("\(namespace)-web/mta-sts", "mta-sts.\(domain)"),
      ("\(namespace)-web/webmail", "webmail.\(domain)"),
    ].map { name, host in
      .record(["name": .string(name), "names": .list([.string(host)])])
    }
  }

  private func issued() -> [Value] {
    let given = authority.records("issued")
    return (given.isEmpty ? standardCertificates : given).map { certificate in
      let attempts = certificate.int("attempts", 0)
      // cert-manager's word for one that ended, where time passes.
      let isOver = goesOn && end(of: certificate) <= world.now
      var conditions = [
        ready(isOver ? certificate.with("ready", .boolean(false)) : certificate)
      ]
      var status: [String: Value] = [
        "notAfter": .string(
          KubernetesObjects.timestamp(end(of: certificate))
        )
      ]
      if attempts > 0 {
        status["failedIssuanceAttempts"] = .integer(attempts)
        conditions.append(
          .record([
            "type": .string("Issuing"), "status": .string("False"), "reason": .string("Failed"),
            "message": .string(certificate.text("message", "The certificate request has failed")),
          ])
        )
      }
      status["conditions"] = .list(conditions)
      let names = Value.list(certificate.texts("names").map(Value.string))
      return object(
        "Certificate",
        certificate.text("name", "mail/mail-rsa"),
        spec: ["dnsNames": names],
        status: status
      )
    }
  }

  private func orders() -> [Value] {
    authority.records("orders").map { order in
      object(
        "Order",
        order.text("name", "mail/mail-rsa-1"),
        made: moment("made", in: order, ago: "age", 0),
        status: [
          "state": .string(order.text("state", "pending")),
          "reason": .string(order.text("reason", "")),
        ]
      )
    }
  }

  private func ready(_ value: Value) -> Value {
    let isReady = value.truth("ready", true)
    return .record([
      "type": .string("Ready"), "status": .string(isReady ? "True" : "False"),
      "reason": .string(isReady ? "Ready" : "NotReady"),
      "message": .string(value.text("message", "")),
    ])
  }

  /// An object of the name `name` or `namespace/name`.
  private func object(
    _ kind: String,
    _ place: String,
    made: Int? = nil,
    spec: [String: Value] = [:],
    status: [String: Value]
  ) -> Value {
    let parts = place.split(separator: "/").map(String.init)
    var metadata: [String: Value] = [
      "name": .string(parts.last ?? place),
      "creationTimestamp": .string(KubernetesObjects.timestamp(made ?? origin - 86_400)),
    ]
    if parts.count > 1 { metadata["namespace"] = .string(parts[0]) }
    return .record([
      "kind": .string(kind), "metadata": .record(metadata), "spec": .record(spec),
      "status": .record(status),
    ])
  }
}
