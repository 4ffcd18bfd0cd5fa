@testable import ClusterOps

/// cert-manager's objects as its API reference has them (cert-manager.io/v1), shortened; made for
/// 2026-11-30T00:53:20Z, the time of a recorded world.
enum ACMERecorded {
  static func object(
    _ kind: String,
    _ name: String,
    namespace: String? = "mail",
    created: String = "2026-11-29T00:00:00Z",
    spec: String = "{}",
    status: String
  ) -> String {
    let place = namespace.map { #", "namespace": "\#($0)""# } ?? ""
    return #"""
      {"apiVersion": "cert-manager.io/v1", "kind": "\#(kind)",
       "metadata": {"creationTimestamp": "\#(created)", "generation": 1, "name": "\#(name)"\#(place)},
       "spec": \#(spec), "status": \#(status)}
      """#
  }

  static func ready(_ status: String, _ reason: String, _ message: String) -> String {
    #"{"lastTransitionTime": "2026-11-01T00:00:00Z", "message": "\#(message)", "#
      + #""reason": "\#(reason)", "status": "\#(status)", "type": "Ready"}"#
  }

  static let issuer = object(
    "ClusterIssuer",
    "letsencrypt",
    namespace: nil,
    spec: #"{"acme": {"server": "https://acme-v02.api.letsencrypt.org/directory"}}"#,
    status:
      #"{"acme": {"uri": "https://acme-v02.api.letsencrypt.org/acme/acct/1"}, "conditions": ["#
      + ready("True", "ACMEAccountRegistered", "The ACME account was registered") + "]}"
  )

  static func certificate(
    _ name: String,
    _ names: String,
    namespace: String = "mail",
    until end: String = "2027-01-29T00:53:20Z",
    conditions: String = ready("True", "Ready", "Certificate is up to date and has not expired"),
    more: String = ""
  ) -> String {
    object(
      "Certificate",
      name,
      namespace: namespace,
      spec: #"{"dnsNames": [\#(names)], "secretName": "x", "issuerRef": {"name": "letsencrypt"}}"#,
      status: #"{"conditions": [\#(conditions)], "notAfter": "\#(end)", "#
        + #""notBefore": "2026-10-31T00:53:20Z", "renewalTime": "2026-12-30T00:53:20Z"\#(more)}"#
    )
  }

  static let mail = certificate("mail-rsa", #""mail.gaudy.test""#)
  static let web = certificate(
    "web",
    #""mta-sts.gaudy.test", "*.gaudy.test""#,
    namespace: "mail-web",
    until: "2026-12-30T00:53:20Z"
  )

  static func list(_ items: [String]) -> String {
    #"{"apiVersion": "v1", "items": ["# + items.joined(separator: ", ")
      + #"], "kind": "List", "metadata": {"resourceVersion": ""}}"#
  }
}
