internal import Foundation
internal import Runbooks

/// `k8s.pods`: the pods of a selector, their readiness and restarts.
///
/// The whole objects are not recorded: a pod's specification may carry secrets.
struct PodsOperation: CommandOperation {
  var declaration: OperationDeclaration { .pods }

  func commands(_ call: Call) throws(OperationFailure) -> [Command] {
    let arguments = call.arguments
    let site = call.site
    let selector = try KubernetesName.checked(
      arguments.string("selector") ?? site.kubernetes.selector,
      "a label selector"
    )
    return [
      Command(
        here: Kubectl(site).call(["get", "pods", "--selector", selector, "--output", "json"]),
        keep: 16 << 20,
        streams: false
      )
    ]
  }

  func begin(
    _ call: Call,
    _ commands: [Command],
    now: Int
  ) throws(OperationFailure) -> Procedure {
    .kubectl(commands[0]) { outcome throws(OperationFailure) in
      let list = try KubernetesObjects.read(
        KubernetesObjects.List<KubernetesObjects.Pod>.self,
        from: outcome,
        "the pods"
      )
      return .done(Self.result(list.items, now: now))
    }
  }

  private struct Record: Encodable {
    let name: String
    let phase: String
    let ready: Bool
    let terminating: Bool
    let node: String
    let containers: [String: Int]
    let problems: [String]
  }

  private static func result(_ pods: [KubernetesObjects.Pod], now: Int) -> OperationResult {
    let pods = pods.sorted { $0.metadata.name < $1.metadata.name }
    let containers = pods.flatMap { $0.status.containerStatuses ?? [] }
    let ready = pods.count(where: \.isReady)
    let restarts = containers.reduce(0) { $0 + $1.restartCount }
    let problems = pods.flatMap(problems)
    let ages = pods.compactMap { KubernetesObjects.seconds($0.metadata.creationTimestamp) }
      .map { max(0, now - $0) }
    func texts(_ texts: [String]) -> Value { .list(texts.map { .string(capped($0, 253)) }) }
    let records = pods.map { pod in
      Record(
        name: pod.metadata.name,
        phase: pod.status.phase ?? "",
        ready: pod.isReady,
        terminating: pod.metadata.deletionTimestamp != nil,
        node: pod.spec.nodeName ?? "",
        containers: Dictionary(
          (pod.status.containerStatuses ?? []).map { ($0.name, $0.restartCount) },
          uniquingKeysWith: { $1 }
        ),
        problems: Self.problems(pod)
      )
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let json = (try? encoder.encode(records)).map { Array($0) } ?? []
    return OperationResult(
      values: [
        "total": .integer(pods.count), "ready": .integer(ready), "restarts": .integer(restarts),
        "containers": .integer(containers.count),
        "containers_ready": .integer(containers.count(where: \.ready)),
        "names": texts(pods.map(\.metadata.name)),
        "phases": texts(pods.map { $0.status.phase ?? "Unknown" }),
        "nodes": texts(pods.map { $0.spec.nodeName ?? "" }),
        "images": texts(Set(containers.compactMap(\.imageID)).sorted()),
        "problems": texts(problems), "youngest_seconds": .integer(ages.min() ?? 0),
      ],
      summary: pods.isEmpty
        ? "There is no such pod."
        : "\(ready) of \(counted(pods.count, "pod")) ready, "
          + "\(containers.count(where: \.ready)) of \(counted(containers.count, "container")), "
          + "\(counted(restarts, "restart"))."
          + (problems.first.map { " \(capped($0, 100))." } ?? ""),
      evidence: [Evidence(name: "pods", mediaType: "application/json", bytes: json)]
    )
  }

  private static func problems(_ pod: KubernetesObjects.Pod) -> [String] {
    let all = (pod.status.initContainerStatuses ?? []) + (pod.status.containerStatuses ?? [])
    var problems = all.compactMap { container -> String? in
      let reason =
        container.state?.waiting?.reason
        ?? container.state?.terminated?.reason.flatMap { $0 == "Completed" ? nil : $0 }
      let isStuck = reason.map { $0 != "PodInitializing" } ?? false
      guard isStuck, let reason else { return nil }
      return "\(pod.metadata.name)/\(container.name): \(reason)"
    }
    if pod.metadata.deletionTimestamp != nil {
      problems.append("\(pod.metadata.name): Terminating")
    }
    if problems.isEmpty, !pod.isReady {
      problems = (pod.status.containerStatuses ?? []).filter { !$0.ready }.map {
        "\(pod.metadata.name)/\($0.name): NotReady"
      }
      if problems.isEmpty {
        problems = ["\(pod.metadata.name): \(pod.status.reason ?? pod.status.phase ?? "NotReady")"]
      }
    }
    return problems
  }
}

/// `k8s.delete_pod`: deletes pods and waits until they are gone.
struct DeletePodOperation: CommandOperation {
  var declaration: OperationDeclaration { .deletePod }

  func commands(_ call: Call) throws(OperationFailure) -> [Command] {
    let arguments = call.arguments
    let site = call.site
    let which: [String]
    if let pod = arguments.string("pod") {
      which = ["pod", try KubernetesName.checked(pod, "a pod")]
    } else {
      which = [
        "pods", "--selector",
        try KubernetesName.checked(
          arguments.string("selector") ?? site.kubernetes.selector,
          "a label selector"
        ),
      ]
    }
    return [
      Command(
        here: Kubectl(site).call(
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
          values: [
            "deleted": .integer(names.count), "names": .list(names.map(Value.string)),
          ],
          summary: names.isEmpty
            ? "There was no such pod." : "\(counted(names.count, "pod")) deleted."
        )
      )
    }
  }
}
