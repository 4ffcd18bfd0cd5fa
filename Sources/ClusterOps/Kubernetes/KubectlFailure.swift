internal import Runbooks

/// Turns what kubectl says when it fails into what is wrong, on what, and what to do next.
///
/// The texts are those of kubectl 1.20–1.34 and of client-go; each row of the
/// table is proven by a recorded message in the tests.
enum KubectlFailure {
  /// The failure that a command's end means, or nil where the program in the
  /// container, not kubectl, ended badly.
  static func classify(
    _ outcome: CommandOutcome,
    of request: Request
  ) -> OperationFailure? {
    if isFromContainer(outcome) { return nil }
    let text = outcome.stderrText
    for row in table where row.signs.contains(where: { text.contains($0) }) {
      // With output, kubectl had got somewhere before it failed.
      let isHarmless = !request.changes || (row.isBeforeAnything && outcome.stdout.isEmpty)
      let effect: OperationFailure.Effect = isHarmless ? .none : .unknown
      return OperationFailure(
        row.reason,
        "\(row.message): \(lastLine(text))",
        advice: row.advice,
        effect: effect
      )
    }
    return nil
  }

  /// What kubectl adds when a program in a container ends with another status than 0.
  static let containerSign = "command terminated with exit code "

  /// Whether it is the program in the container that ended badly, not kubectl.
  static func isFromContainer(_ outcome: CommandOutcome) -> Bool {
    outcome.stderrText.contains(containerSign)
  }

  /// Demands success of a command; anything else becomes a failure.
  static func require(
    _ outcome: CommandOutcome,
    of request: Request,
    exits: Set<Int> = [0]
  ) throws(OperationFailure) {
    if case .exited(let status) = outcome.ending, exits.contains(status) { return }
    throw failure(outcome, of: request)
  }

  /// The failure of a command that ended badly, classified or in kubectl's own words.
  static func failure(_ outcome: CommandOutcome, of request: Request) -> OperationFailure {
    if let failure = classify(outcome, of: request) { return failure }
    let how =
      switch outcome.ending {
      case .exited(let status): "exit status \(status)"
      case .signalled(let signal): "signal \(signal)"
      }
    return OperationFailure(
      .failed,
      "\(program(request)) failed with \(how): \(lastLine(outcome.stderrText))",
      advice: "Run the command by hand and read its whole output.",
      effect: request.changes ? .unknown : .none
    )
  }

  /// The program as an operator thinks of it: the one in the container, if any.
  private static func program(_ request: Request) -> String {
    guard let dashes = request.argv.firstIndex(of: "--"), dashes + 1 < request.argv.count else {
      let verb = request.argv.first {
        [
          "apply", "cordon", "delete", "diff", "drain", "get", "label", "logs", "rollout",
          "uncordon",
        ].contains($0)
      }
      return verb.map { "kubectl \($0)" } ?? (request.argv.first ?? "the command")
    }
    return capped(request.argv[(dashes + 1)...].prefix(3).joined(separator: " "), 60)
  }

  private static func lastLine(_ text: String) -> String {
    let lines = text.split(whereSeparator: \.isNewline).map { $0.trimmingSpaces }
    let telling = lines.last { !$0.isEmpty && !$0.hasPrefix(containerSign) }
    return telling.map { capped(String($0)) } ?? "no message"
  }

  private struct Row {
    let signs: [String]
    let reason: OperationFailure.Reason
    let message: String
    let advice: String
    var isBeforeAnything = true
  }

  // The order matters: the first row with a sign in the text wins.
  private static let table: [Row] = [
    Row(
      signs: ["connection refused", "did you specify the right host or port"],
      reason: .unreachable,
      message: "the cluster's API server refuses connections",
      advice: "See that the node is up and k3s or kube-apiserver runs on it; check the server "
        + "address in the kubeconfig."
    ),
    Row(
      signs: ["no such host", "server misbehaving", "Temporary failure in name resolution"],
      reason: .unreachable,
      message: "the name of the cluster's API server does not resolve",
      advice: "Check the server address in the kubeconfig and this machine's resolver."
    ),
    Row(
      signs: ["x509:", "certificate signed by unknown authority", "tls: "],
      reason: .unreachable,
      message: "the API server's or our certificate is not accepted",
      advice: "Renew the kubeconfig from the cluster; see that the clock of this machine is right."
    ),
    Row(
      signs: [
        "i/o timeout", "Client.Timeout exceeded", "context deadline exceeded",
        "TLS handshake timeout", "net/http: request canceled", "no route to host",
        "network is unreachable",
      ],
      reason: .unreachable,
      message: "the API server does not answer",
      advice: "Check the way to the node: VPN, firewall, port 6443, load of the node.",
      isBeforeAnything: false
    ),
    Row(
      signs: [
        "Unauthorized", "You must be logged in to the server", "provide credentials",
        "getting credentials: ",
      ],
      reason: .unreachable,
      message: "the cluster does not know who we are",
      advice: "The credential in the kubeconfig is missing, wrong or expired: renew it."
    ),
    Row(
      signs: ["(Forbidden)", "is forbidden: ", "cannot exec", "error: You are not allowed"],
      reason: .refused,
      message: "the cluster does not allow it",
      advice: "Use a kubeconfig with the console's role (deploy: rbac), or ask the platform owner."
    ),
    Row(
      signs: [
        "error: context \"", "error: stat ", "invalid configuration",
        "no configuration has been provided",
        "error loading config file",
      ],
      reason: .unreachable,
      message: "the kubeconfig is missing or does not have the context",
      advice: "Check `kubernetes.kubeconfig` and `kubernetes.context` of the site."
    ),
    Row(
      signs: ["executable file not found", "OCI runtime exec failed"],
      reason: .failed,
      message: "the container does not have the program",
      advice: "Check the container's name and image."
    ),
    Row(
      signs: [
        "unable to upgrade connection", "container not found", "cannot exec into a container",
        "does not have a host assigned", "pod is not running", "is not available",
        "is waiting to start", "cannot exec in a",
      ],
      reason: .unreachable,
      message: "the container is not running",
      advice: "Look at the pod with k8s.pods and at its last log with k8s.logs previous: true."
    ),
    Row(
      signs: ["(NotFound)", "not found", "the server doesn't have a resource type"],
      reason: .refused,
      message: "the cluster does not have it",
      advice: "Check the name and namespace; apply the manifests first if the platform is new."
    ),
    Row(
      signs: ["(Conflict)", "Apply failed with "],
      reason: .refused,
      message: "another manager owns fields that would change",
      advice: "Read the conflicts; settle who owns the field before applying again.",
      isBeforeAnything: false
    ),
    Row(
      signs: ["global timeout reached"],
      reason: .timedOut,
      message: "not every pod has left the node in time",
      advice: "See with k8s.evictable what is left: a pod may need long to end, or a "
        + "PodDisruptionBudget forbids it to go. The node stays cordoned; drain again.",
      isBeforeAnything: false
    ),
    Row(
      signs: ["cannot delete Pods"],
      reason: .refused,
      message: "the node has pods that nothing would bring back",
      advice: "Move or delete them by hand, then drain again. The node stays cordoned.",
      isBeforeAnything: false
    ),
    Row(
      signs: ["timed out waiting for the condition"],
      reason: .timedOut,
      message: "the cluster did not get there in time",
      advice: "Look at the pods and their events.",
      isBeforeAnything: false
    ),
    Row(
      signs: [
        "unable to find one of 'kustomization.yaml'", "accumulating resources", "is invalid",
      ],
      reason: .refused,
      message: "the manifests are not valid",
      advice: "Render them by hand with `kubectl kustomize DIR` and correct them.",
      isBeforeAnything: false
    ),
  ]
}

extension StringProtocol {
  /// The text without white space at its ends.
  var trimmingSpaces: SubSequence {
    var rest = self[...]
    while let first = rest.first, first.isWhitespace { rest.removeFirst() }
    while let last = rest.last, last.isWhitespace { rest.removeLast() }
    return rest
  }
}
