internal import Runbooks

/// `k8s.cordon` and `k8s.uncordon`.
struct CordonOperation: CommandOperation {
  let isCordon: Bool
  let declaration: OperationDeclaration

  init(isCordon: Bool) {
    self.isCordon = isCordon
    declaration = OperationDeclaration(
      isCordon ? "k8s.cordon" : "k8s.uncordon",
      isCordon
        ? "Cordons a node: no new pod is put on it; those of DaemonSets come and go as before."
        : "Takes the cordon away: pods may be put on the node again.",
      parameters: [KubernetesParameter.node],
      results: [Self.changed(isCordon)],
      risk: .change,
      isRepeatable: true
    )
  }

  private static func changed(_ isCordon: Bool) -> ResultField<Bool> {
    ResultField(
      "changed",
      help: isCordon ? "whether it was not cordoned already" : "whether it was cordoned"
    )
  }

  func commands(_ call: Call) throws(OperationFailure) -> [Command] {
    let node = try call[KubernetesParameter.node]
    return [
      Command(
        here: Kubectl(call.site).call([isCordon ? "cordon" : "uncordon", node]),
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
      let changed = !outcome.stdoutText.contains("already")
      let state = isCordon ? "cordoned" : "open to pods"
      return .done(
        OperationResult(
          [Self.changed(isCordon)(changed)],
          summary: changed ? "\(node) is \(state)." : "\(node) already was \(state)."
        )
      )
    }
  }
}
