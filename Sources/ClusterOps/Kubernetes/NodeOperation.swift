internal import Runbooks

/// `k8s.node`: readiness, labels and taints of a node.
struct NodeOperation: CommandOperation {
  private static let label = Parameter<String?>(
    "label",
    help: "a label to look for, `name` or `name=value`"
  )
  private static let taint = Parameter<String?>(
    "taint",
    help: "a taint to look for, `name=value:Effect` or a part of it"
  )

  private static let nodeName = ResultField<String>("name", help: "the node")
  private static let ready = ResultField<Bool>(
    "ready",
    help: "whether its Ready condition is true"
  )
  private static let schedulable = ResultField<Bool>(
    "schedulable",
    help: "whether it is not cordoned"
  )
  private static let labelled = ResultField<Bool>(
    "labelled",
    help: "whether it has `label`; true when none was asked for"
  )
  private static let tainted = ResultField<Bool>(
    "tainted",
    help: "whether it has `taint`; true when none was asked for"
  )
  private static let labels = ResultField<[String]>("labels", help: "labels as `name=value`")
  private static let taints = ResultField<[String]>(
    "taints",
    help: "taints as `name=value:Effect`"
  )
  private static let pressure = ResultField<[String]>(
    "pressure",
    help: "conditions that are true beside Ready"
  )
  private static let version = ResultField<String>("version", help: "the kubelet's version")

  let declaration = OperationDeclaration(
    "k8s.node",
    "Reads the readiness, labels and taints of a node.",
    parameters: [KubernetesParameter.node, label, taint],
    results: [
      nodeName, ready, schedulable, labelled, tainted, labels, taints, pressure, version,
    ],
    risk: .read,
    isRepeatable: true
  )

  func commands(_ call: Call) throws(OperationFailure) -> [Command] {
    [
      Command(
        here: Kubectl(call.site).call([
          "get", "node", try call[KubernetesParameter.node], "--output", "json",
        ]),
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
    let (label, taint) = (try call[Self.label], try call[Self.taint])
    return .kubectl(commands[0]) { outcome throws(OperationFailure) in
      let node = try KubernetesObjects.read(
        KubernetesObjects.Node.self,
        from: outcome,
        "the node"
      )
      return .done(Self.result(node, label: label, taint: taint))
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
    func short(_ texts: [String]) -> [String] { texts.map { capped($0, 320) } }
    return OperationResult(
      [
        nodeName(node.metadata.name), ready(isReady), schedulable(isSchedulable),
        labelled(isLabelled ?? true), tainted(isTainted ?? true), Self.labels(short(labels)),
        Self.taints(short(taints)), Self.pressure(short(pressure)),
        version(node.status.nodeInfo?.kubeletVersion ?? ""),
      ],
      summary: "\(node.metadata.name) is \(isReady ? "ready" : "not ready")"
        + (isSchedulable ? "" : ", cordoned")
        + (isLabelled == false ? ", without the label" : "")
        + (isTainted == false ? ", without the taint" : "") + "."
    )
  }
}
