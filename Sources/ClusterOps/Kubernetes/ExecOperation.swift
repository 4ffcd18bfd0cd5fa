internal import Runbooks

/// `k8s.exec`: a program in a container.
struct ExecOperation: CommandOperation {
  private static let argv = Parameter<[String]>(
    "argv",
    check: { argv, _ throws(OperationFailure) in
      guard argv.first?.isEmpty == false else {
        throw OperationFailure(
          .refused,
          "`argv` is empty",
          advice: "Name the program to run.",
          effect: .none
        )
      }
      return argv
    },
    help: "the program and its arguments"
  )

  private static let exit = ResultField<Int>("exit", help: "the program's exit status")
  private static let stdout = ResultField<String>(
    "stdout",
    help: "its standard output, at most 64 KiB"
  )
  private static let stderr = ResultField<String>(
    "stderr",
    help: "the end of its standard error, at most 4 KiB"
  )
  private static let truncated = ResultField<Bool>(
    "truncated",
    help: "whether standard output was longer"
  )

  let declaration = OperationDeclaration(
    "k8s.exec",
    "Runs a program in a container of the mail workload; no shell is involved.",
    parameters: [argv, KubernetesParameter.workload, KubernetesParameter.container],
    results: [exit, stdout, stderr, truncated],
    risk: .change,
    isRepeatable: false
  )

  func commands(_ call: Call) throws(OperationFailure) -> [Command] {
    let workload = try call[KubernetesParameter.workload]
    let container = try call[KubernetesParameter.container]
    return [
      Command(
        try call[Self.argv],
        from: .pod(workload: workload, container: container),
        on: call.site,
        keep: 64 << 10,
        changes: true
      )
    ]
  }

  func begin(
    _ call: Call,
    _ commands: [Command],
    now: Int
  ) throws(OperationFailure) -> Procedure {
    let program = try call[Self.argv].first ?? ""
    return .run(commands[0]) { outcome throws(OperationFailure) in
      // Whatever the program's status is, it is a result; kubectl's own failure is not.
      if outcome.exit != 0, !KubectlFailure.isFromContainer(outcome) {
        throw KubectlFailure.failure(outcome, of: commands[0])
      }
      let lines = LineSplitter.lines(of: Array(outcome.stderr.suffix(4096))).map(\.text)
      // The last line is kubectl's own remark on the status.
      let stderr = lines.filter { !$0.hasPrefix(KubectlFailure.containerSign) }
        .joined(separator: "\n")
      return .done(
        OperationResult(
          [
            Self.exit(outcome.exit), Self.stdout(outcome.stdoutText), Self.stderr(stderr),
            Self.truncated(outcome.isTruncated),
          ],
          summary: "\(capped(program, 60)) ended with status \(outcome.exit)."
        )
      )
    }
  }
}
