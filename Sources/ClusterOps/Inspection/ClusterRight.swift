internal import Runbooks

/// A right that operations need of the cluster, as kubectl-auth-can-i(1) is asked for it.
struct ClusterRight: Sendable, Hashable {
  /// The verb, the resource, and where the right is for more or less than that, options.
  let arguments: [String]
  /// The right in words, e.g. `create pods/exec`.
  let words: String
  /// The operations that need it.
  let operations: String

  private init(
    _ verb: String,
    _ resource: String,
    _ part: String? = nil,
    everywhere: Bool = false,
    for operations: String
  ) {
    // `pods/log` would be a pod of the name log.
    arguments =
      [verb, resource] + (part.map { ["--subresource", $0] } ?? [])
      + (everywhere ? ["--all-namespaces"] : [])
    words =
      "\(verb) \(resource)" + (part.map { "/\($0)" } ?? "")
      + (everywhere ? " in all namespaces" : "")
    self.operations = operations
  }

  /// The rights that the operations use on a site.
  static func needed(on site: Site) -> [ClusterRight] {
    let kind = site.kubernetes.workload.split(separator: "/").first.map(String.init) ?? "daemonset"
    return [
      ClusterRight("list", "pods", for: "k8s.pods"),
      ClusterRight("get", "pods", "log", for: "k8s.logs"),
      ClusterRight("create", "pods", "exec", for: "whatever looks into the mail pod"),
      ClusterRight("get", kind, for: "k8s.rollout"),
      ClusterRight("watch", kind, for: "k8s.rollout"),
      ClusterRight("list", "persistentvolumeclaims", for: "k8s.volumes"),
      ClusterRight("get", "configmaps", for: "k8s.diff"),
      ClusterRight("patch", "configmaps", for: "k8s.apply"),
      ClusterRight("create", "configmaps", for: "k8s.apply"),
      ClusterRight("patch", "persistentvolumeclaims", for: "k8s.apply"),
      ClusterRight("patch", "services", for: "k8s.apply"),
      ClusterRight("patch", kind, for: "k8s.apply"),
      ClusterRight("delete", "pods", for: "k8s.delete_pod"),
      ClusterRight("create", "pods", "eviction", everywhere: true, for: "k8s.drain"),
      ClusterRight("list", "pods", everywhere: true, for: "k8s.drain"),
      ClusterRight("get", "nodes/\(site.node)", for: "k8s.node"),
      ClusterRight("patch", "nodes/\(site.node)", for: "k8s.cordon"),
      ClusterRight("list", "persistentvolumes", for: "k8s.volumes"),
      ClusterRight("list", "certificates.cert-manager.io", everywhere: true, for: "acme.status"),
    ]
  }
}
