internal import Runbooks

/// `k8s.diff`: what applying would change; kubectl hides the content of Secrets itself.
struct DiffOperation: CommandOperation {
  private static let changed = ResultField<Bool>(
    "changed",
    help: "whether applying would change anything"
  )
  private static let count = ResultField<Int>("count", help: "objects that would change")
  private static let objects = ResultField<[String]>(
    "objects",
    help: "their names as kubectl diff gives them"
  )

  let declaration = OperationDeclaration(
    "k8s.diff",
    "Compares the site's manifests with the cluster and changes nothing.",
    parameters: [KubernetesParameter.directory],
    results: [changed, count, objects],
    risk: .read,
    isRepeatable: true
  )

  func commands(_ call: Call) throws(OperationFailure) -> [Command] {
    [
      Command(
        here: Kubectl(call.site).call(
          [
            "diff", "--server-side", "--field-manager=mailconsole", "--kustomize",
            try call[KubernetesParameter.directory],
          ],
          isShort: false
        ),
        keep: 8 << 20
      )
    ]
  }

  func begin(
    _ call: Call,
    _ commands: [Command],
    now: Int
  ) throws(OperationFailure) -> Procedure {
    .run(commands[0]) { outcome throws(OperationFailure) in
      // 1 means differences, but also that kubectl could not get so far.
      if outcome.exit == 1, let failure = KubectlFailure.classify(outcome, of: commands[0]) {
        throw failure
      }
      try KubectlFailure.require(outcome, of: commands[0], exits: [0, 1])
      let objects = Self.names(outcome.stdoutText)
      let changed = outcome.exit == 1
      return .done(
        OperationResult(
          [Self.changed(changed), Self.count(objects.count), Self.objects(objects)],
          summary: changed
            ? "\(counted(objects.count, "object")) would change."
            : "The cluster is as the manifests say.",
          evidence: [Evidence(name: "diff", mediaType: "text/x-diff", bytes: outcome.stdout)]
        )
      )
    }
  }

  /// The objects of `diff -u -N /tmp/LIVE-1/apps.v1.DaemonSet.mail.mail /tmp/MERGED-2/…`.
  private static func names(_ text: String) -> [String] {
    text.split(separator: "\n").filter { $0.hasPrefix("diff -") }.compactMap { line in
      line.split(separator: " ").last?.split(separator: "/").last.map { capped(String($0)) }
    }
  }
}
