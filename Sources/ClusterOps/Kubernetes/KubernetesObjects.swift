internal import Foundation
internal import Runbooks

/// The parts of Kubernetes' objects that operations read (Kubernetes API reference, v1, apps/v1).
enum KubernetesObjects {
  struct Metadata: Decodable, Sendable {
    var name = ""
    var labels: [String: String]?
    var creationTimestamp: String?
    var deletionTimestamp: String?
    var generation: Int?
  }

  struct Condition: Decodable, Sendable {
    let type: String
    let status: String
    var reason: String?
    var message: String?
  }

  struct List<Item: Decodable & Sendable>: Decodable, Sendable {
    let items: [Item]
  }

  struct Pod: Decodable, Sendable {
    struct Spec: Decodable, Sendable {
      var nodeName: String?
    }
    struct State: Decodable, Sendable {
      struct Stuck: Decodable, Sendable {
        var reason: String?
      }
      var waiting: Stuck?
      var terminated: Stuck?
    }
    struct Container: Decodable, Sendable {
      let name: String
      let ready: Bool
      let restartCount: Int
      var imageID: String?
      var state: State?
    }
    struct Status: Decodable, Sendable {
      var phase: String?
      var reason: String?
      var conditions: [Condition]?
      var initContainerStatuses: [Container]?
      var containerStatuses: [Container]?
    }
    let metadata: Metadata
    let spec: Spec
    let status: Status

    var isReady: Bool {
      metadata.deletionTimestamp == nil
        && status.conditions?.contains { $0.type == "Ready" && $0.status == "True" } == true
    }
  }

  struct Node: Decodable, Sendable {
    struct Taint: Decodable, Sendable {
      let key: String
      var value: String?
      let effect: String
    }
    struct Spec: Decodable, Sendable {
      var unschedulable: Bool?
      var taints: [Taint]?
    }
    struct Info: Decodable, Sendable {
      let kubeletVersion: String
    }
    struct Status: Decodable, Sendable {
      var conditions: [Condition]?
      var nodeInfo: Info?
    }
    let metadata: Metadata
    let spec: Spec
    let status: Status
  }

  /// A DaemonSet, StatefulSet or Deployment: each names its numbers differently.
  struct Workload: Decodable, Sendable {
    struct Strategy: Decodable, Sendable {
      struct RollingUpdate: Decodable, Sendable {
        var partition: Int?
      }
      var type: String?
      var rollingUpdate: RollingUpdate?
    }
    struct Spec: Decodable, Sendable {
      var replicas: Int?
      var paused: Bool?
      /// Of a Deployment.
      var strategy: Strategy?
      /// Of a DaemonSet or StatefulSet.
      var updateStrategy: Strategy?
    }
    struct Status: Decodable, Sendable {
      var observedGeneration: Int?
      var replicas: Int?
      var readyReplicas: Int?
      var updatedReplicas: Int?
      var availableReplicas: Int?
      var unavailableReplicas: Int?
      var currentRevision: String?
      var updateRevision: String?
      var desiredNumberScheduled: Int?
      var currentNumberScheduled: Int?
      var numberReady: Int?
      var updatedNumberScheduled: Int?
      var numberAvailable: Int?
      var numberUnavailable: Int?
      var numberMisscheduled: Int?
      var conditions: [Condition]?
    }
    let kind: String
    let metadata: Metadata
    let spec: Spec
    let status: Status
  }

  /// Reads kubectl's JSON.
  static func read<Object: Decodable>(
    _ type: Object.Type,
    from outcome: CommandOutcome,
    _ what: String
  ) throws(OperationFailure) -> Object {
    guard !outcome.isTruncated,
      let object = try? JSONDecoder().decode(type, from: Data(outcome.stdout))
    else {
      throw OperationFailure(
        .malformed,
        "what kubectl says of \(what) cannot be understood",
        advice: "Run the command by hand; see that kubectl and the cluster are of known versions.",
        effect: .none
      )
    }
    return object
  }

  /// Seconds since 1970 of a timestamp such as `2026-11-22T03:10:00Z`.
  static func seconds(_ timestamp: String?) -> Int? {
    guard let timestamp, let date = try? Date(timestamp, strategy: .iso8601) else { return nil }
    return Int(date.timeIntervalSince1970)
  }

  /// The timestamp of seconds since 1970.
  static func timestamp(_ seconds: Int) -> String {
    Date(timeIntervalSince1970: TimeInterval(seconds)).formatted(.iso8601)
  }
}
