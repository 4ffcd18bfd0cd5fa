internal import Runbooks

/// What Postfix's own programs say when they fail.
enum PostfixFailure {
  /// Demands success of a Postfix program in the container.
  static func require(
    _ outcome: CommandOutcome,
    of command: Command
  ) throws(OperationFailure) {
    guard outcome.ending != .exited(0) else { return }
    let text = outcome.stderrText
    let signs = [
      "mail system is down", "Connect to the Postfix showq", "mail system is not running",
    ]
    if signs.contains(where: text.contains) {
      throw OperationFailure(
        .unreachable,
        "Postfix does not run in the container",
        advice: "Look at the container's log with k8s.logs; start or repair Postfix first.",
        effect: .none
      )
    }
    throw KubectlFailure.failure(outcome, of: command)
  }
}
