internal import Runbooks

// The catalogue's words for the operations on Kubernetes. Each is performed by
// the type named like it in Kubernetes/.

extension OperationDeclaration {
  static let apply = OperationDeclaration(
    name: OperationName("k8s.apply"),
    summary: "Applies the site's manifests, server-side, and says what changed.",
    parameters: [.directory],
    results: [
      Result("created", .integer, help: "objects that did not exist before"),
      Result("configured", .integer, help: "objects that existed and changed"),
      Result("unchanged", .integer, help: "objects that already were as asked"),
      Result("objects", .list(.string), help: "every object, e.g. `DaemonSet mail/mail`"),
    ],
    risk: .change,
    isRepeatable: true
  )

  static let diff = OperationDeclaration(
    name: OperationName("k8s.diff"),
    summary: "Compares the site's manifests with the cluster and changes nothing.",
    parameters: [.directory],
    results: [
      Result("changed", .boolean, help: "whether applying would change anything"),
      Result("count", .integer, help: "objects that would change"),
      Result("objects", .list(.string), help: "their names as kubectl diff gives them"),
    ],
    risk: .read,
    isRepeatable: true
  )

  static let rollout = OperationDeclaration(
    name: OperationName("k8s.rollout"),
    summary:
      "Waits for a workload's rollout and judges it by its fields; a failed one is a failure.",
    parameters: [
      .workload,
      Parameter(
        "within",
        .duration,
        help: "how long to wait for it to complete; default 2m, 0s looks once"
      ),
    ],
    results: [
      Result(
        "complete",
        .boolean,
        help: "there are wanted pods, all updated and available, and no others"
      ),
      Result("desired", .integer, help: "pods wanted"),
      Result("updated", .integer, help: "pods of the newest revision"),
      Result("ready", .integer, help: "pods ready"),
      Result("available", .integer, help: "pods ready for long enough"),
      Result("unavailable", .integer, help: "wanted pods that are not available, as reported"),
      Result("misscheduled", .integer, help: "pods on nodes where none should run"),
      Result("strategy", .string, help: "`RollingUpdate`, `Recreate` or `OnDelete`"),
    ],
    risk: .read,
    isRepeatable: true
  )

  static let pods = OperationDeclaration(
    name: OperationName("k8s.pods"),
    summary: "Lists the mail pods, their readiness and restarts.",
    parameters: [.selector],
    results: [
      Result("total", .integer, help: "pods that match, terminating ones included"),
      Result("ready", .integer, help: "pods whose Ready condition is true"),
      Result("restarts", .integer, help: "container restarts, summed"),
      Result("containers", .integer, help: "containers in these pods"),
      Result("containers_ready", .integer, help: "containers that are ready"),
      Result("names", .list(.string), help: "pod names"),
      Result("phases", .list(.string), help: "the phase of each, in the order of names"),
      Result("nodes", .list(.string), help: "the node of each, in the order of names"),
      Result("images", .list(.string), help: "image ids that run, each once"),
      Result(
        "problems",
        .list(.string),
        help: "what keeps a container from being ready, e.g. `mail-x/clamd: CrashLoopBackOff`"
      ),
      Result("youngest_seconds", .integer, help: "age of the newest pod; 0 without pods"),
    ],
    risk: .read,
    isRepeatable: true
  )

  static let logs = OperationDeclaration(
    name: OperationName("k8s.logs"),
    summary: "Reads the last log lines of a container and counts those that match.",
    parameters: [
      .workload, .container,
      Parameter("tail", .integer, help: "lines to read from the end; default 500, at most 50000"),
      Parameter("since", .duration, help: "only lines younger than this"),
      Parameter("pattern", .string, help: "regular expression to count matching lines of"),
      Parameter("previous", .boolean, help: "the container's log before its last restart"),
    ],
    results: [
      Result("lines", .integer, help: "lines read"),
      Result("matched", .integer, help: "lines that match; all lines without a pattern"),
      Result(
        "samples",
        .list(.string),
        help: "the first lines that match, at most 20, shortened"
      ),
    ],
    risk: .read,
    isRepeatable: true
  )

  static let exec = OperationDeclaration(
    name: OperationName("k8s.exec"),
    summary: "Runs a program in a container of the mail workload; no shell is involved.",
    parameters: [
      Parameter("argv", .list(.string), required: true, help: "the program and its arguments"),
      .workload, .container,
    ],
    results: [
      Result("exit", .integer, help: "the program's exit status"),
      Result("stdout", .string, help: "its standard output, at most 64 KiB"),
      Result("stderr", .string, help: "the end of its standard error, at most 4 KiB"),
      Result("truncated", .boolean, help: "whether standard output was longer"),
    ],
    risk: .change,
    isRepeatable: false
  )

  static let node = OperationDeclaration(
    name: OperationName("k8s.node"),
    summary: "Reads the readiness, labels and taints of a node.",
    parameters: [
      .node,
      Parameter("label", .string, help: "a label to look for, `name` or `name=value`"),
      Parameter("taint", .string, help: "a taint to look for, `name=value:Effect` or a part of it"),
    ],
    results: [
      Result("name", .string, help: "the node"),
      Result("ready", .boolean, help: "whether its Ready condition is true"),
      Result("schedulable", .boolean, help: "whether it is not cordoned"),
      Result("labelled", .boolean, help: "whether it has `label`; true when none was asked for"),
      Result("tainted", .boolean, help: "whether it has `taint`; true when none was asked for"),
      Result("labels", .list(.string), help: "labels as `name=value`"),
      Result("taints", .list(.string), help: "taints as `name=value:Effect`"),
      Result("pressure", .list(.string), help: "conditions that are true beside Ready"),
      Result("version", .string, help: "the kubelet's version"),
    ],
    risk: .read,
    isRepeatable: true
  )

  static let labelNode = OperationDeclaration(
    name: OperationName("k8s.label_node"),
    summary: "Sets or removes a label of a node; removing the mail label drains a DaemonSet.",
    parameters: [
      .node,
      Parameter(
        "label",
        .string,
        required: true,
        help: "`name=value` to set, `name-` to remove"
      ),
    ],
    results: [
      Result("changed", .boolean, help: "whether the label was not already as asked")
    ],
    risk: .change,
    isRepeatable: true
  )

  static let cordon = OperationDeclaration(
    name: OperationName("k8s.cordon"),
    summary: "Cordons a node: no new pod is put on it; those of DaemonSets come and go as before.",
    parameters: [.node],
    results: [Result("changed", .boolean, help: "whether it was not cordoned already")],
    risk: .change,
    isRepeatable: true
  )

  static let uncordon = OperationDeclaration(
    name: OperationName("k8s.uncordon"),
    summary: "Takes the cordon away: pods may be put on the node again.",
    parameters: [.node],
    results: [Result("changed", .boolean, help: "whether it was cordoned")],
    risk: .change,
    isRepeatable: true
  )

  static let drain = OperationDeclaration(
    name: OperationName("k8s.drain"),
    summary:
      "Cordons a node and evicts its pods, but for those of DaemonSets: the mail pod stays, see k8s.label_node.",
    parameters: [
      .node,
      Parameter(
        "within",
        .duration,
        help: "how long the pods may take to go; default 5m, less than the step's timeout"
      ),
    ],
    results: [
      Result("evicted", .integer, help: "pods evicted"),
      Result("pods", .list(.string), help: "their names"),
      Result("left", .list(.string), help: "pods of DaemonSets, which stay, as `namespace/name`"),
    ],
    risk: .change,
    isRepeatable: true
  )

  static let evictable = OperationDeclaration(
    name: OperationName("k8s.evictable"),
    summary: "Lists the pods that k8s.drain would evict, by a dry run.",
    parameters: [.node],
    results: [
      Result("count", .integer, help: "pods it would evict"),
      Result("pods", .list(.string), help: "these, as `namespace/name`"),
      Result("left", .list(.string), help: "pods of DaemonSets, which would stay"),
      Result("cordoned", .boolean, help: "whether the node is cordoned"),
    ],
    risk: .read,
    isRepeatable: true
  )

  static let deletePod = OperationDeclaration(
    name: OperationName("k8s.delete_pod"),
    summary:
      "Deletes a pod, or every mail pod, and waits until it is gone; the workload replaces it.",
    parameters: [
      Parameter("pod", .string, help: "the pod; default every pod of the selector"),
      .selector,
    ],
    results: [
      Result("deleted", .integer, help: "pods deleted"),
      Result("names", .list(.string), help: "their names"),
    ],
    risk: .change,
    isRepeatable: false
  )

  static let ports = OperationDeclaration(
    name: OperationName("k8s.ports"),
    summary:
      "Lists the TCP ports that listen in the mail pod's network (the node's, with hostNetwork).",
    parameters: [
      .workload, .container,
      Parameter(
        "expect",
        .list(.integer),
        help: "ports that must listen on a public address"
      ),
      Parameter(
        "allow",
        .list(.integer),
        help: "further ports that may; without it nothing is called unexpected"
      ),
    ],
    results: [
      Result("open", .list(.string), help: "every listener, e.g. `0.0.0.0:25`, `[::1]:11332`"),
      Result("public", .list(.integer), help: "ports listening on more than loopback, each once"),
      Result("missing", .list(.integer), help: "expected ports that do not listen publicly"),
      Result("unexpected", .list(.integer), help: "public ports neither expected nor allowed"),
    ],
    risk: .read,
    isRepeatable: true
  )
}

extension OperationDeclaration.Parameter {
  static let directory = Self(
    "directory",
    .string,
    help: "Kustomize directory; default the site's manifests"
  )
  static let workload = Self(
    "workload",
    .string,
    help: "e.g. `daemonset/mail`; default the site's mail workload"
  )
  static let container = Self(
    "container",
    .string,
    help: "container in the pod; default the site's Postfix container"
  )
  static let selector = Self(
    "selector",
    .string,
    help: "label selector of the pods; default the site's mail pods"
  )
  static let node = Self("node", .string, help: "node; default the site's node")
}
