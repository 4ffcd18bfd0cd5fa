internal import Foundation
internal import Runbooks

/// `k8s.pods`: the pods of a selector, their readiness and restarts.
///
/// The whole objects are not recorded: a pod's specification may carry secrets.
struct PodsOperation: CommandOperation {
  private static let total = ResultField<Int>(
    "total",
    help: "pods that match, terminating ones included"
  )
  private static let ready = ResultField<Int>(
    "ready",
    help: "pods whose Ready condition is true"
  )
  private static let restarts = ResultField<Int>("restarts", help: "container restarts, summed")
  private static let containers = ResultField<Int>(
    "containers",
    help: "containers in these pods"
  )
  private static let containersReady = ResultField<Int>(
    "containers_ready",
    help: "containers that are ready"
  )
  private static let names = ResultField<[String]>("names", help: "pod names")
  private static let phases = ResultField<[String]>(
    "phases",
    help: "the phase of each, in the order of names"
  )
  private static let nodes = ResultField<[String]>(
    "nodes",
    help: "the node of each, in the order of names"
  )
  private static let images = ResultField<[String]>(
    "images",
    help: "image ids that run, each once"
  )
  private static let problems = ResultField<[String]>(
    "problems",
    help: "what keeps a container from being ready, e.g. `mail-x/clamd: CrashLoopBackOff`"
  )
  private static let youngest = ResultField<Int>(
    "youngest_seconds",
    help: "age of the newest pod; 0 without pods"
  )

  let declaration = OperationDeclaration(
    "k8s.pods",
    "Lists the mail pods, their readiness and restarts.",
    parameters: [KubernetesParameter.selector],
    results: [
      total, ready, restarts, containers, containersReady, names, phases, nodes, images, problems,
      youngest,
    ],
    risk: .read,
    isRepeatable: true
  )

  func commands(_ call: Call) throws(OperationFailure) -> [Command] {
    let selector = try call[KubernetesParameter.selector]
    return [
      Command(
        here: Kubectl(call.site).call([
          "get", "pods", "--selector", selector, "--output", "json",
        ]),
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
    let problems = pods.flatMap(Self.problems(of:))
    let ages = pods.compactMap { KubernetesObjects.seconds($0.metadata.creationTimestamp) }
      .map { max(0, now - $0) }
    func short(_ texts: [String]) -> [String] { texts.map { capped($0, 253) } }
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
        problems: Self.problems(of: pod)
      )
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let json = (try? encoder.encode(records)).map { Array($0) } ?? []
    return OperationResult(
      [
        total(pods.count), Self.ready(ready), Self.restarts(restarts),
        Self.containers(containers.count), containersReady(containers.count(where: \.ready)),
        names(short(pods.map(\.metadata.name))),
        phases(short(pods.map { $0.status.phase ?? "Unknown" })),
        nodes(short(pods.map { $0.spec.nodeName ?? "" })),
        images(short(Set(containers.compactMap(\.imageID)).sorted())),
        Self.problems(short(problems)), youngest(ages.min() ?? 0),
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

  private static func problems(of pod: KubernetesObjects.Pod) -> [String] {
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
