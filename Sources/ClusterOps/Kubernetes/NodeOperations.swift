internal import Runbooks

/// The node of an operation: the argument, or the site's.
func nodeName(_ arguments: Arguments, _ site: Site) throws(OperationFailure) -> String {
  try KubernetesName.checked(arguments.string("node") ?? site.node, "a node")
}

/// `k8s.node`: readiness, labels and taints of a node.
struct NodeOperation: CommandOperation {
  var declaration: OperationDeclaration { .node }

  func commands(_ call: Call) throws(OperationFailure) -> [Command] {
    let arguments = call.arguments
    let site = call.site
    let node = try nodeName(arguments, site)
    return [
      Command(
        here: Kubectl(site).call(["get", "node", node, "--output", "json"]),
        keep: 8 << 20,
        streams: false
      )
    ]
  }

  func begin(
    _ call: Call,
    _ commands: [Command],
    now: Int
  ) throws(OperationFailure) -> Procedure {
    let arguments = call.arguments
    return .kubectl(commands[0]) { outcome throws(OperationFailure) in
      let node = try KubernetesObjects.read(
        KubernetesObjects.Node.self,
        from: outcome,
        "the node"
      )
      return .done(
        Self.result(node, label: arguments.string("label"), taint: arguments.string("taint"))
      )
    }
  }

  private static func result(
    _ node: KubernetesObjects.Node,
    label: String?,
    taint: String?
  ) -> OperationResult {
    let labels = (node.metadata.labels ?? [:]).map { "\($0.key)=\($0.value)" }.sorted()
    let taints = (node.spec.taints ?? []).map { "\($0.key)=\($0.value ?? ""):\($0.effect)" }
      .sorted()
    let conditions = node.status.conditions ?? []
    let isReady = conditions.contains { $0.type == "Ready" && $0.status == "True" }
    let isSchedulable = node.spec.unschedulable != true
    let isLabelled = label.map { wanted in
      labels.contains { $0 == wanted || $0.hasPrefix(wanted + "=") }
    }
    let isTainted = taint.map { wanted in taints.contains { $0.contains(wanted) } }
    let pressure = conditions.filter { $0.type != "Ready" && $0.status == "True" }.map(\.type)
    func texts(_ texts: [String]) -> Value { .list(texts.map { .string(capped($0, 320)) }) }
    return OperationResult(
      values: [
        "name": .string(node.metadata.name), "ready": .boolean(isReady),
        "schedulable": .boolean(isSchedulable), "labelled": .boolean(isLabelled ?? true),
        "tainted": .boolean(isTainted ?? true), "labels": texts(labels),
        "taints": texts(taints), "pressure": texts(pressure),
        "version": .string(node.status.nodeInfo?.kubeletVersion ?? ""),
      ],
      summary: "\(node.metadata.name) is \(isReady ? "ready" : "not ready")"
        + (isSchedulable ? "" : ", cordoned")
        + (isLabelled == false ? ", without the label" : "")
        + (isTainted == false ? ", without the taint" : "") + "."
    )
  }
}

/// `k8s.label_node`: sets or removes a label.
struct LabelNodeOperation: CommandOperation {
  var declaration: OperationDeclaration { .labelNode }

  func commands(_ call: Call) throws(OperationFailure) -> [Command] {
    let arguments = call.arguments
    let site = call.site
    let node = try nodeName(arguments, site)
    let label = try KubernetesName.checked(arguments.string("label") ?? "", "a label")
    guard label.hasSuffix("-") != label.contains("="), !label.contains(" ") else {
      throw OperationFailure(
        .refused,
        "‘\(capped(label, 60))’ neither sets nor removes a label",
        advice: "Write `name=value` to set it or `name-` to remove it.",
        effect: .none
      )
    }
    return [
      Command(
        here: Kubectl(site).call(["label", "node", node, label, "--overwrite"]),
        changes: true
      )
    ]
  }

  func begin(
    _ call: Call,
    _ commands: [Command],
    now: Int
  ) throws(OperationFailure) -> Procedure {
    .kubectl(commands[0]) { outcome throws(OperationFailure) in
      let changed = !outcome.stdoutText.contains("not labeled")
      return .done(
        OperationResult(
          values: ["changed": .boolean(changed)],
          summary: changed ? "The label is set as asked." : "The label already was as asked."
        )
      )
    }
  }
}
