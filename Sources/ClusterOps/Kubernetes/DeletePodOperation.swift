internal import Runbooks

/// `k8s.delete_pod`: deletes pods and waits until they are gone.
struct DeletePodOperation: CommandOperation {
  private static let pod = Parameter<String?>(
    "pod",
    checkGiven: KubernetesName.check("a pod"),
    help: "the pod; without it every pod of the selector"
  )

  private static let deleted = ResultField<Int>("deleted", help: "pods deleted")
  private static let names = ResultField<[String]>("names", help: "their names")

  let declaration = OperationDeclaration(
    "k8s.delete_pod",
    "Deletes a pod, or every mail pod, and waits until it is gone; the workload replaces it.",
    parameters: [pod, KubernetesParameter.selector],
    results: [deleted, names],
    risk: .change,
    isRepeatable: false
  )

  func commands(_ call: Call) throws(OperationFailure) -> [Command] {
    let which: [String]
    if let pod = try call[Self.pod] {
      which = ["pod", pod]
    } else {
      which = ["pods", "--selector", try call[KubernetesParameter.selector]]
    }
    return [
      Command(
        here: Kubectl(call.site).call(
          ["delete"] + which + ["--wait=true", "--output", "name"],
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
    .kubectl(commands[0]) { outcome throws(OperationFailure) in
      let names = outcome.stdoutText.split(separator: "\n").compactMap { line -> String? in
        line.hasPrefix("pod/") ? capped(String(line.dropFirst(4)), 253) : nil
      }.sorted()
      return .done(
        OperationResult(
          [Self.deleted(names.count), Self.names(names)],
          summary: names.isEmpty
            ? "There was no such pod." : "\(counted(names.count, "pod")) deleted."
        )
      )
    }
  }
}
