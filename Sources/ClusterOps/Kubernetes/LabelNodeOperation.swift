internal import Runbooks

/// `k8s.label_node`: sets or removes a label.
struct LabelNodeOperation: CommandOperation {
  private static let label = Parameter<String>(
    "label",
    check: { text, _ throws(OperationFailure) in
      let label = try KubernetesName.checked(text, "a label")
      guard label.hasSuffix("-") != label.contains("="), !label.contains(" ") else {
        throw OperationFailure(
          .refused,
          "‘\(capped(label, 60))’ neither sets nor removes a label",
          advice: "Write `name=value` to set it or `name-` to remove it.",
          effect: .none
        )
      }
      return label
    },
    help: "`name=value` to set, `name-` to remove"
  )

  private static let changed = ResultField<Bool>(
    "changed",
    help: "whether the label was not already as asked"
  )

  let declaration = OperationDeclaration(
    "k8s.label_node",
    "Sets or removes a label of a node; removing the mail label drains a DaemonSet.",
    parameters: [KubernetesParameter.node, label],
    results: [changed],
    risk: .change,
    isRepeatable: true
  )

  func commands(_ call: Call) throws(OperationFailure) -> [Command] {
    let node = try call[KubernetesParameter.node]
    return [
      Command(
        here: Kubectl(call.site).call([
          "label", "node", node, try call[Self.label], "--overwrite",
        ]),
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
          [Self.changed(changed)],
          summary: changed ? "The label is set as asked." : "The label already was as asked."
        )
      )
    }
  }
}
