internal import Runbooks

/// The Kustomize directory of an operation: the argument, or the site's manifests.
func manifestDirectory(
  _ arguments: Arguments,
  _ site: Site
) throws(OperationFailure) -> String {
  guard let directory = arguments.string("directory") ?? site.manifests, !directory.isEmpty,
    !directory.hasPrefix("-")
  else {
    throw OperationFailure(
      .refused,
      "there is no directory of manifests",
      advice: "Set `manifests` in the site, or give `directory`.",
      effect: .none
    )
  }
  return directory
}

/// `k8s.diff`: what applying would change; kubectl hides the content of Secrets itself.
struct DiffOperation: CommandOperation {
  var declaration: OperationDeclaration { .diff }

  func commands(_ call: Call) throws(OperationFailure) -> [Command] {
    let arguments = call.arguments
    let site = call.site
    return [
      Command(
        here: Kubectl(site).call(
          [
            "diff", "--server-side", "--field-manager=mailconsole", "--kustomize",
            try manifestDirectory(arguments, site),
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
      let objects = Self.objects(outcome.stdoutText)
      let changed = outcome.exit == 1
      return .done(
        OperationResult(
          values: [
            "changed": .boolean(changed), "count": .integer(objects.count),
            "objects": .list(objects.map(Value.string)),
          ],
          summary: changed
            ? "\(counted(objects.count, "object")) would change."
            : "The cluster is as the manifests say.",
          evidence: [Evidence(name: "diff", mediaType: "text/x-diff", bytes: outcome.stdout)]
        )
      )
    }
  }

  /// The objects of `diff -u -N /tmp/LIVE-1/apps.v1.DaemonSet.mail.mail /tmp/MERGED-2/…`.
  private static func objects(_ text: String) -> [String] {
    text.split(separator: "\n").filter { $0.hasPrefix("diff -") }.compactMap { line in
      line.split(separator: " ").last?.split(separator: "/").last.map { capped(String($0)) }
    }
  }
}
