internal import Runbooks

/// `k8s.drain`: cordons a node and evicts what may be evicted.
///
/// Never with `--force`: a pod that nothing would bring back is for people to decide on.
struct DrainOperation: CommandOperation {
  private static let within = Parameter<Duration>(
    "within",
    default: .seconds(300),
    help: "how long the pods may take to go, less than the step's timeout"
  )

  private static let evicted = ResultField<Int>("evicted", help: "pods evicted")
  private static let pods = ResultField<[String]>("pods", help: "their names")
  private static let left = ResultField<[String]>(
    "left",
    help: "pods of DaemonSets, which stay, as `namespace/name`"
  )

  let declaration = OperationDeclaration(
    "k8s.drain",
    "Cordons a node and evicts its pods, but for those of DaemonSets: the mail pod stays, "
      + "see k8s.label_node.",
    parameters: [KubernetesParameter.node, within],
    results: [evicted, pods, left],
    risk: .change,
    isRepeatable: true
  )

  func commands(_ call: Call) throws(OperationFailure) -> [Command] {
    let node = try call[KubernetesParameter.node]
    // kubectl takes 0 for no limit at all.
    let seconds = max(1, try call[Self.within].components.seconds)
    return [
      Command(
        here: Kubectl(call.site).call(
          ["drain", node] + DrainOutput.options + ["--timeout", "\(seconds)s"],
          isShort: false
        ),
        changes: true
      )
    ]
  }

  func begin(
    _ call: Call,
    _ commands: [Command],
    now: Int
  ) throws(OperationFailure) -> Procedure {
    let node = try call[KubernetesParameter.node]
    return .kubectl(commands[0]) { outcome throws(OperationFailure) in
      let output = DrainOutput(outcome)
      let count = output.evicted.count
      return .done(
        OperationResult(
          [Self.evicted(count), Self.pods(output.evicted), Self.left(output.left)],
          summary: "\(node) is drained: \(counted(count, "pod")) evicted, "
            + "\(counted(output.left.count, "pod")) of DaemonSets left."
        )
      )
    }
  }
}
