internal import Runbooks

/// `k8s.evictable`: what a drain would do, by a dry run of the very same command.
struct EvictableOperation: CommandOperation {
  private static let count = ResultField<Int>("count", help: "pods it would evict")
  private static let pods = ResultField<[String]>("pods", help: "these, as `namespace/name`")
  private static let left = ResultField<[String]>(
    "left",
    help: "pods of DaemonSets, which would stay"
  )
  private static let cordoned = ResultField<Bool>(
    "cordoned",
    help: "whether the node is cordoned"
  )

  let declaration = OperationDeclaration(
    "k8s.evictable",
    "Lists the pods that k8s.drain would evict, by a dry run.",
    parameters: [KubernetesParameter.node],
    results: [count, pods, left, cordoned],
    risk: .read,
    isRepeatable: true
  )

  func commands(_ call: Call) throws(OperationFailure) -> [Command] {
    let node = try call[KubernetesParameter.node]
    return [
      Command(
        here: Kubectl(call.site).call(["drain", node] + DrainOutput.options + ["--dry-run=client"])
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
      let count = output.evicting.count
      return .done(
        OperationResult(
          [
            Self.count(count), Self.pods(output.evicting), Self.left(output.left),
            Self.cordoned(output.wasCordoned),
          ],
          summary: "A drain of \(node) would evict \(counted(count, "pod"))"
            + (output.wasCordoned ? "; it is cordoned." : "; it is not cordoned.")
        )
      )
    }
  }
}
