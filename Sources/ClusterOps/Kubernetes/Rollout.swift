internal import Runbooks

/// Where the rollout of a workload stands, decided by its fields and its strategy, not by words.
///
/// The rules are those of the controllers and of `kubectl rollout status` (Kubernetes API
/// reference, apps/v1), and stricter in one way: a workload that wants no pod is not complete.
struct Rollout {
  enum Verdict: Hashable {
    case complete
    /// It may still get there, or a person has to do something for it; why it is not complete.
    case underWay(String)
    /// Waiting longer does not help; why.
    case failed(String)
  }

  private(set) var verdict: Verdict
  let desired: Int
  let updated: Int
  let ready: Int
  let available: Int
  let unavailable: Int
  let misscheduled: Int
  let strategy: String

  var isComplete: Bool { verdict == .complete }

  /// Judges a DaemonSet, Deployment or StatefulSet; nil for any other kind.
  init?(_ workload: KubernetesObjects.Workload) {
    let (spec, status) = (workload.spec, workload.status)
    switch workload.kind {
    case "DaemonSet":
      desired = status.desiredNumberScheduled ?? 0
      updated = status.updatedNumberScheduled ?? 0
      ready = status.numberReady ?? 0
      available = status.numberAvailable ?? 0
      unavailable = status.numberUnavailable ?? 0
      misscheduled = status.numberMisscheduled ?? 0
      strategy = spec.updateStrategy?.type ?? "RollingUpdate"
    case "Deployment":
      desired = spec.replicas ?? 1
      updated = status.updatedReplicas ?? 0
      ready = status.readyReplicas ?? 0
      available = status.availableReplicas ?? 0
      unavailable = status.unavailableReplicas ?? 0
      misscheduled = 0
      strategy = spec.strategy?.type ?? "RollingUpdate"
    case "StatefulSet":
      desired = spec.replicas ?? 1
      updated = status.updatedReplicas ?? 0
      ready = status.readyReplicas ?? 0
      // Clusters before 1.25 do not tell; then a ready pod counts as available.
      available = status.availableReplicas ?? ready
      unavailable = 0
      misscheduled = 0
      strategy = spec.updateStrategy?.type ?? "RollingUpdate"
    default: return nil
    }
    verdict = Self.failure(workload).map(Verdict.failed) ?? .complete
    if isComplete, let obstacle = obstacle(workload) { verdict = .underWay(obstacle) }
  }

  /// The same rollout, which somebody who knows says has failed.
  func failing(_ why: String) -> Rollout {
    var rollout = self
    rollout.verdict = .failed(why)
    return rollout
  }

  /// Why the controller has given up; only Deployments have a deadline.
  private static func failure(_ workload: KubernetesObjects.Workload) -> String? {
    guard isObserved(workload),
      workload.status.conditions?.contains(where: {
        $0.type == "Progressing" && $0.reason == "ProgressDeadlineExceeded"
      }) == true
    else { return nil }
    return "it exceeded its progress deadline"
  }

  private static func isObserved(_ workload: KubernetesObjects.Workload) -> Bool {
    (workload.status.observedGeneration ?? 0) >= (workload.metadata.generation ?? 0)
  }

  /// The first thing that keeps it from being complete.
  private func obstacle(_ workload: KubernetesObjects.Workload) -> String? {
    let (spec, status) = (workload.spec, workload.status)
    if !Self.isObserved(workload) {
      return "its controller has not seen the newest specification yet"
    }
    if desired == 0 {
      return workload.kind == "DaemonSet"
        ? "0 of 0 pods: no node is wanted or fits" : "0 of 0 pods: it is scaled to none"
    }
    if let condition = status.conditions?.first(where: {
      $0.type == "ReplicaFailure" && $0.status == "True"
    }) {
      return "pods cannot be created: \(capped(condition.message ?? condition.reason ?? "", 120))"
    }
    let partition = spec.updateStrategy?.rollingUpdate?.partition ?? 0
    let wanted =
      workload.kind == "StatefulSet" && strategy == "RollingUpdate"
      ? max(0, desired - partition) : desired
    if updated < wanted {
      let left = "\(counted(wanted - updated, "pod")) still of an old revision"
      if strategy == "OnDelete" {
        return left + "; the strategy is OnDelete: delete the old pods one by one"
      }
      return spec.paused == true ? left + "; the rollout is paused" : left
    }
    if workload.kind == "StatefulSet", strategy == "RollingUpdate", partition == 0,
      let update = status.updateRevision, let current = status.currentRevision, update != current
    {
      return "not every pod is of revision \(capped(update, 80)) yet"
    }
    // DaemonSets count no replicas; the others count every pod, old ones included.
    if let replicas = status.replicas, replicas > max(desired, updated) || isOver(workload) {
      return "\(counted(max(1, replicas - desired), "old pod")) not ended yet"
    }
    if let current = status.currentNumberScheduled, current < desired {
      return "\(counted(desired - current, "node")) without its pod"
    }
    if ready < desired { return "\(counted(desired - ready, "pod")) not ready" }
    if available < desired { return "\(counted(desired - available, "pod")) not available yet" }
    if unavailable > 0 { return "\(counted(unavailable, "pod")) unavailable" }
    if misscheduled > 0 {
      return "\(counted(misscheduled, "pod")) on nodes where none should run"
    }
    return nil
  }

  /// Whether a Deployment still has pods beside those of the newest revision.
  private func isOver(_ workload: KubernetesObjects.Workload) -> Bool {
    workload.kind == "Deployment" && (workload.status.replicas ?? 0) > updated
  }

  /// The numbers and what they come to, in one sentence.
  var summary: String {
    let numbers =
      "\(ready) of \(counted(desired, "pod")) ready, \(updated) of the newest revision"
    return switch verdict {
    case .complete: numbers + "."
    case .underWay(let why): "Not rolled out: \(why); \(numbers)."
    case .failed(let why): "The rollout failed: \(why); \(numbers)."
    }
  }
}
