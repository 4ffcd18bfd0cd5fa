internal import Runbooks

/// Containers that crash and come back, and nodes that do.
struct KubernetesProgress: Progress {
  static let name = "kubernetes"

  /// Something that crashes again and again.
  struct Crash {
    /// nil: every container of the pod.
    let container: String?
    /// nil: every mail pod.
    let pod: String?
    let from: Int
    let until: Int?
    /// Seconds from one to the next, whole minutes.
    let every: Int
    /// Seconds until it is back.
    let away: Int

    init(_ value: Value) {
      container = value["container"]?.text
      pod = value["pod"]?.text
      from = WorldMinute.over(at: value.int("from", 0))
      until = value["until"]?.int
      every = max(1, min(14_400, value.int("every", 15))) * WorldMinute.length
      away = max(0, min(86_400, value.int("back_after", 60)))
    }

    /// The first moment after another at which it crashes.
    func next(after moment: Int) -> Int? {
      let past = moment < from ? 0 : (moment - from) / every
      let next = from + (past + 1) * every
      return until.map { next <= $0 } ?? true ? next : nil
    }
  }

  private let crashes: [Crash]

  /// Crashes begin when they are told, and pods are made, so that nobody who looks has to.
  static func settle(_ scene: inout Scene) {
    if !scene.kubernetes.records("crashes").isEmpty {
      scene.set(
        "crashes",
        .list(
          scene.kubernetes.records("crashes").map {
            $0["from"] == nil ? $0.with("from", .integer(scene.world.now)) : $0
          }
        )
      )
    }
    scene.reconcile()
    let pods = scene.kubernetes.records("pods").map {
      $0["started"] == nil ? $0.with("started", .integer(scene.origin - 3_600)) : $0
    }
    scene.set("pods", .list(pods))
  }

  init?(_ scene: Scene) {
    crashes = scene.kubernetes.records("crashes").map(Crash.init)
    let isQuiet =
      crashes.isEmpty && Self.returns(scene).isEmpty && Self.downs(scene).isEmpty
    if isQuiet { return nil }
  }

  func next(after moment: Int, in scene: Scene) -> Int? {
    (crashes.compactMap { $0.next(after: moment) } + Self.returns(scene) + Self.downs(scene)).min()
  }

  /// When nodes come back.
  private static func returns(_ scene: Scene) -> [Int] {
    scene.kubernetes.records("nodes").compactMap { $0["back_at"]?.int }
  }

  /// When containers come back.
  private static func downs(_ scene: Scene) -> [Int] {
    scene.kubernetes.records("pods").flatMap { pod in
      pod["down"]?.fields.values.compactMap(\.int) ?? []
    }
  }

  mutating func pass(_ minute: WorldMinute, in scene: inout Scene) {
    let nodes = scene.kubernetes.records("nodes")
    let isBack = { (node: Value) in node["back_at"]?.int.map { $0 <= minute.end } ?? false }
    if nodes.contains(where: isBack) {
      scene.set(
        "nodes",
        .list(
          nodes.map { node in
            isBack(node) ? node.with("ready", .boolean(true)).with("back_at", nil) : node
          }
        )
      )
      scene.reconcile()
    }
    let due = crashes.filter {
      $0.next(after: minute.end - WorldMinute.length) == minute.end
    }
    let before = scene.kubernetes.records("pods")
    let pods = before.map { pod -> Value in
      var pod = Self.recovered(pod, at: minute.end)
      for crash in due where crash.pod == nil || crash.pod == pod["name"]?.text {
        let hit = crash.container.map { [$0] } ?? scene.containers()
        for container in hit where scene.hasRunning(container) {
          pod = Self.crashed(pod, container, at: minute.end, away: crash.away)
        }
      }
      return pod
    }
    if pods != before { scene.set("pods", .list(pods)) }
  }

  private static func recovered(_ pod: Value, at moment: Int) -> Value {
    guard let down = pod["down"]?.fields else { return pod }
    let left = down.filter { ($0.value.int ?? 0) > moment }
    guard left.count < down.count else { return pod }
    return pod.with("down", left.isEmpty ? nil : .record(left))
  }

  private static func crashed(
    _ pod: Value,
    _ container: String,
    at moment: Int,
    away: Int
  ) -> Value {
    let counts = pod["crashes"] ?? .record([:])
    let down = pod["down"] ?? .record([:])
    let count = min(counts.int(container, 0), 1_000_000) + 1
    return pod.with("crashes", counts.with(container, .integer(count)))
      .with("down", down.with(container, .integer(moment + away)))
  }
}

extension Scene {
  /// Whether a container of a pod is away after a crash.
  func isAway(_ container: String, in pod: Value) -> Bool {
    pod["down"]?[container]?.int.map { $0 > world.now } ?? false
  }

  /// Whether a container runs in the pod that `kubectl exec` would choose.
  func runs(_ container: String) -> Bool {
    guard let pod = kubernetes.records("pods").first else { return false }
    return hasRunning(container) && !isAway(container, in: pod)
  }
}
