/// What is read of cert-manager's objects: ClusterIssuer, Certificate, CertificateRequest, Order and
/// Challenge (cert-manager's API reference, cert-manager.io/v1 and acme.cert-manager.io/v1).
struct CertManagerObject: Decodable, Sendable {
  struct Metadata: Decodable, Sendable {
    let name: String
    var namespace: String?
    var creationTimestamp: String?
  }
  struct Spec: Decodable, Sendable {
    /// Of a certificate.
    var dnsNames: [String]?
  }
  struct Status: Decodable, Sendable {
    var conditions: [KubernetesObjects.Condition]?
    /// Of a certificate: when the one in the Secret ends.
    var notAfter: String?
    /// Of a certificate: issuances in a row that failed; gone with the next that succeeds.
    var failedIssuanceAttempts: Int?
    /// Of an order or a challenge (RFC 8555 §7.1.6, and `errored`).
    var state: String?
    var reason: String?
  }
  let kind: String
  let metadata: Metadata
  var spec: Spec?
  var status: Status?

  /// `namespace/name`.
  var place: String {
    (metadata.namespace.map { $0 + "/" } ?? "") + metadata.name
  }

  private func condition(_ type: String) -> KubernetesObjects.Condition? {
    status?.conditions?.first { $0.type == type }
  }

  var isReady: Bool { condition("Ready")?.status == "True" }

  /// Why it is not ready.
  var why: String {
    guard let ready = condition("Ready") else { return "nobody has looked at it yet" }
    return [ready.reason, ready.message].compactMap(\.self).filter { !$0.isEmpty }
      .joined(separator: ": ")
  }

  /// Seconds since 1970 at its end; nil: not told, or not understood.
  var end: Int? { KubernetesObjects.seconds(status?.notAfter) }

  /// That the latest issuance of a certificate failed, and why; nil: it did not.
  var failure: String? {
    let issuing = condition("Issuing")
    let attempts = status?.failedIssuanceAttempts ?? 0
    guard attempts > 0 || issuing?.reason == "Failed" else { return nil }
    return "\(place): \(counted(max(attempts, 1), "attempt"))"
      + (issuing?.message.map { ": \($0)" } ?? "")
  }

  /// States from which nothing comes any more.
  private static let dead: Set<String> = ["invalid", "expired", "errored"]

  /// What is wrong with a request, an order or a challenge: it failed, or it takes longer than
  /// `patience` seconds; nil: nothing, or it is another kind.
  func trouble(now: Int, patience: Int) -> String? {
    let isOld = KubernetesObjects.seconds(metadata.creationTimestamp).map { now - $0 > patience }
    switch kind {
    case "CertificateRequest":
      guard !isReady else { return nil }
      let isDead = ["Failed", "Denied"].contains(condition("Ready")?.reason)
      return isDead || isOld == true ? "request \(place): \(why)" : nil
    case "Order", "Challenge":
      let state = status?.state ?? ""
      guard state != "valid", Self.dead.contains(state) || isOld == true else { return nil }
      return "\(kind.lowercased()) \(place): \(state.isEmpty ? "not begun" : state)"
        + (status?.reason.map { ": \($0)" } ?? "")
    default: return nil
    }
  }
}
