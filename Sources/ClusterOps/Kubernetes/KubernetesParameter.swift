internal import Runbooks

/// What operations on Kubernetes act on: the site's own, where a step names nothing else.
enum KubernetesParameter {
  /// The workload whose pods are meant, as kubectl names it.
  static let workload = Parameter<String>(
    "workload",
    default: { $0.kubernetes.workload },
    "the site's mail workload",
    check: KubernetesName.check("a workload"),
    help: "e.g. `daemonset/mail`"
  )
  /// The container in a pod of the workload.
  static let container = Parameter<String>(
    "container",
    default: { $0.kubernetes.container },
    "the site's Postfix container",
    check: KubernetesName.check("a container"),
    help: "container in the pod"
  )
  /// The label selector of the pods (kubectl-get(1)).
  static let selector = Parameter<String>(
    "selector",
    default: { $0.kubernetes.selector },
    "the site's mail pods",
    check: KubernetesName.check("a label selector"),
    help: "label selector of the pods"
  )
  /// The node that is read or changed.
  static let node = Parameter<String>(
    "node",
    default: { $0.node },
    "the site's node",
    check: KubernetesName.check("a node"),
    help: "the node"
  )
  /// The Kustomize directory, as `kubectl --kustomize` takes it.
  static let directory = Parameter<String>(
    "directory",
    default: { $0.manifests ?? "" },
    "the site's manifests",
    check: { directory, _ throws(OperationFailure) in
      guard !directory.isEmpty, !directory.hasPrefix("-") else {
        throw OperationFailure(
          .refused,
          "there is no directory of manifests",
          advice: "Set `manifests` in the site, or give `directory`.",
          effect: .none
        )
      }
      return directory
    },
    help: "Kustomize directory"
  )
}
