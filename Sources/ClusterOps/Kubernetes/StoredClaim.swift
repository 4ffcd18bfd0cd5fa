/// A PersistentVolumeClaim or a PersistentVolume, or an object of neither kind (Kubernetes API
/// reference, v1).
struct StorageObject: Decodable, Sendable {
  struct Metadata: Decodable, Sendable {
    struct Owner: Decodable, Sendable {
      let kind: String
    }
    let name: String
    var ownerReferences: [Owner]?
  }
  struct Expression: Decodable, Sendable {
    let key: String
    let `operator`: String
    var values: [String]?
  }
  struct Term: Decodable, Sendable {
    var matchExpressions: [Expression]?
  }
  struct Selector: Decodable, Sendable {
    let nodeSelectorTerms: [Term]
  }
  struct Affinity: Decodable, Sendable {
    var required: Selector?
  }
  struct Spec: Decodable, Sendable {
    /// Of a claim.
    var volumeName: String?
    var storageClassName: String?
    /// Of a volume.
    var capacity: [String: String]?
    var persistentVolumeReclaimPolicy: String?
    var nodeAffinity: Affinity?
  }
  struct Status: Decodable, Sendable {
    var phase: String?
  }
  var kind: String?
  let metadata: Metadata
  var spec: Spec?
  var status: Status?
}

/// A claim with the volume that it is bound to.
struct StoredClaim: Sendable {
  let name: String
  /// `Pending`, `Bound` or `Lost`.
  let phase: String
  /// Empty: none.
  let volume: String
  let policy: String
  let storageClass: String
  /// The node that alone can use the volume; empty: none is named, or several are.
  let node: String
  /// As Kubernetes writes quantities.
  let capacity: String
  /// Whether it is bound to a volume that was not in the list.
  let isUntold: Bool

  var isBound: Bool { phase == "Bound" }

  /// The claims among objects, by name, without those that a pod owns.
  static func all(of objects: [StorageObject]) -> [StoredClaim] {
    let volumes = Dictionary(
      objects.filter { $0.kind == "PersistentVolume" }.map { ($0.metadata.name, $0) },
      uniquingKeysWith: { $1 }
    )
    return objects.filter { object in
      object.kind == "PersistentVolumeClaim"
        && object.metadata.ownerReferences?.contains { $0.kind == "Pod" } != true
    }
    .map { claim in
      let volume = claim.spec?.volumeName.flatMap { volumes[$0] }
      let phase = claim.status?.phase ?? "Pending"
      return StoredClaim(
        name: claim.metadata.name,
        phase: phase,
        volume: claim.spec?.volumeName ?? "",
        policy: volume?.spec?.persistentVolumeReclaimPolicy ?? "",
        storageClass: claim.spec?.storageClassName ?? "",
        node: node(of: volume),
        capacity: volume?.spec?.capacity?["storage"] ?? "",
        isUntold: phase == "Bound" && volume == nil
      )
    }
    .sorted { $0.name < $1.name }
  }

  /// Terms are alternatives, their expressions hold together; one host in each, always the same, is
  /// a node.
  private static func node(of volume: StorageObject?) -> String {
    let terms = volume?.spec?.nodeAffinity?.required?.nodeSelectorTerms ?? []
    let hosts = terms.map { term in
      term.matchExpressions?.first {
        $0.key == "kubernetes.io/hostname" && $0.operator == "In" && $0.values?.count == 1
      }?.values?.first ?? ""
    }
    return Set(hosts).count == 1 ? hosts[0] : ""
  }
}
