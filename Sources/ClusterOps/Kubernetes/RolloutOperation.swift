internal import Runbooks

/// `k8s.rollout`: waits for a workload and judges its rollout by its fields.
struct RolloutOperation: CommandOperation {
  private static let within = Parameter<Duration>(
    "within",
    default: .seconds(120),
    help: "how long to wait for it to complete; 0s looks once"
  )

  private static let complete = ResultField<Bool>(
    "complete",
    help: "there are wanted pods, all updated and available, and no others"
  )
  private static let desired = ResultField<Int>("desired", help: "pods wanted")
  private static let updated = ResultField<Int>("updated", help: "pods of the newest revision")
  private static let ready = ResultField<Int>("ready", help: "pods ready")
  private static let available = ResultField<Int>("available", help: "pods ready for long enough")
  private static let unavailable = ResultField<Int>(
    "unavailable",
    help: "wanted pods that are not available, as reported"
  )
  private static let misscheduled = ResultField<Int>(
    "misscheduled",
    help: "pods on nodes where none should run"
  )
  private static let strategy = ResultField<String>(
    "strategy",
    help: "`RollingUpdate`, `Recreate` or `OnDelete`"
  )

  let declaration = OperationDeclaration(
    "k8s.rollout",
    "Waits for a workload's rollout and judges it by its fields; a failed one is a failure.",
    parameters: [KubernetesParameter.workload, within],
    results: [
      complete, desired, updated, ready, available, unavailable, misscheduled, strategy,
    ],
    risk: .read,
    isRepeatable: true
  )

  func commands(_ call: Call) throws(OperationFailure) -> [Command] {
    let site = call.site
    let workload = try call[KubernetesParameter.workload]
    let seconds = try call[Self.within].components.seconds
    let look = Command(
      here: Kubectl(site).call(["get", workload, "--output", "json"]),
      keep: 8 << 20,
      streams: false
    )
    guard seconds > 0 else { return [look] }
    let wait = Command(
      here: Kubectl(site).call(
        ["rollout", "status", workload, "--timeout", "\(seconds)s"],
        isShort: false
      )
    )
    return [wait, look]
  }

  func begin(
    _ call: Call,
    _ commands: [Command],
    now: Int
  ) throws(OperationFailure) -> Procedure {
    let look = commands[commands.count - 1]
    guard commands.count > 1 else { return Self.looking(look, after: .ended) }
    return .run(commands[0]) { outcome throws(OperationFailure) in
      try Self.looking(look, after: Wait(outcome, of: commands[0]))
    }
  }

  /// How the waiting of `kubectl rollout status` ended; what it came to is for the fields to say.
  enum Wait {
    case ended
    /// The controller gave up, in kubectl's words.
    case gaveUp
    /// The watch broke: kubectl does not know how it went on.
    case broke(String)

    init(_ outcome: CommandOutcome, of command: Command) throws(OperationFailure) {
      let text = outcome.stderrText
      if outcome.exit == 0 {
        self = .ended
      } else if text.contains("exceeded its progress deadline") {
        self = .gaveUp
      } else if text.contains("timed out waiting for the condition")
        || text.contains("only available for RollingUpdate")
        || text.contains("OnDelete updateStrategy")
      {
        // A rollout that takes longer, and one that people do pod by pod, are answers.
        self = .ended
      } else {
        let failure = KubectlFailure.failure(outcome, of: command)
        // What is not known to be a broken watch is a failure, whatever the pods are like.
        guard failure.reason == .undetermined else { throw failure }
        self = .broke(failure.message)
      }
    }
  }

  private static func looking(_ look: Command, after wait: Wait) -> Procedure {
    .kubectl(look) { outcome throws(OperationFailure) in
      let workload = try KubernetesObjects.read(
        KubernetesObjects.Workload.self,
        from: outcome,
        "the workload"
      )
      guard let rollout = Rollout(workload) else {
        throw OperationFailure(
          .refused,
          "a \(capped(workload.kind, 60)) has no rollout",
          advice: "Name a DaemonSet, Deployment or StatefulSet.",
          effect: .none
        )
      }
      return .done(try result(rollout, workload, after: wait))
    }
  }

  private static func result(
    _ rollout: Rollout,
    _ workload: KubernetesObjects.Workload,
    after wait: Wait
  ) throws(OperationFailure) -> OperationResult {
    var rollout = rollout
    if case .gaveUp = wait { rollout = rollout.failing("it exceeded its progress deadline") }
    if case .failed = rollout.verdict {
      throw OperationFailure(
        .failed,
        "\(workload.kind) \(capped(workload.metadata.name, 80)): \(rollout.summary)",
        advice: "Waiting longer does not help. Read the newest pod's state (k8s.pods) and its log, "
          + "correct it and apply, or take the last change back (kubectl rollout undo).",
        effect: .none
      )
    }
    var doubt: Doubt?
    if case .broke(let message) = wait, !rollout.isComplete {
      doubt = Doubt(.parts, message, advice: "Ask again; the rollout itself goes on.")
    }
    return OperationResult(
      [
        complete(rollout.isComplete), desired(rollout.desired), updated(rollout.updated),
        ready(rollout.ready), available(rollout.available), unavailable(rollout.unavailable),
        misscheduled(rollout.misscheduled), strategy(rollout.strategy),
      ],
      summary: rollout.summary,
      doubt: doubt
    )
  }
}
