import Foundation
import Runbooks
import Testing

@testable import ClusterOps

/// Rollouts judged by fields; the words and exit statuses are those of kubectl in the field.
@Suite struct RolloutTests {
  private let fake = FakeKubectl()

  private static func workload(
    _ kind: String,
    spec: String = "{}",
    status: String,
    generation: Int = 2
  ) -> String {
    #"{"kind": "\#(kind)", "metadata": {"name": "mail", "generation": \#(generation)}, "#
      + #""spec": \#(spec), "status": \#(status)}"#
  }

  private func rollout(_ json: String) throws -> Rollout {
    let workload = try JSONDecoder().decode(
      KubernetesObjects.Workload.self,
      from: Data(json.utf8)
    )
    return try #require(Rollout(workload))
  }

  private static let whole =
    #"{"observedGeneration": 2, "desiredNumberScheduled": 1, "#
    + #""currentNumberScheduled": 1, "updatedNumberScheduled": 1, "numberReady": 1, "#
    + #""numberAvailable": 1}"#

  @Test(
    "whole workloads are complete",
    arguments: Self.wholes
  )
  func complete(json: String) throws {
    #expect(try rollout(json).verdict == .complete)
  }

  private static let wholes: [String] =
    [
      workload("DaemonSet", status: whole),
      workload("DaemonSet", spec: #"{"updateStrategy": {"type": "OnDelete"}}"#, status: whole),
      workload(
        "Deployment",
        spec: #"{"replicas": 2, "strategy": {"type": "Recreate"}}"#,
        status: #"{"observedGeneration": 2, "replicas": 2, "updatedReplicas": 2, "#
          + #""readyReplicas": 2, "availableReplicas": 2}"#
      ),
      workload(
        "StatefulSet",
        spec: #"{"replicas": 1}"#,
        status: #"{"observedGeneration": 2, "replicas": 1, "updatedReplicas": 1, "#
          + #""readyReplicas": 1, "currentRevision": "mail-b", "updateRevision": "mail-b"}"#
      ),
      // A partition keeps the others at the old revision on purpose.
      workload(
        "StatefulSet",
        spec: #"{"replicas": 3, "updateStrategy": {"type": "RollingUpdate", "#
          + #""rollingUpdate": {"partition": 2}}}"#,
        status: #"{"observedGeneration": 2, "replicas": 3, "updatedReplicas": 1, "#
          + #""readyReplicas": 3, "availableReplicas": 3, "currentRevision": "mail-a", "#
          + #""updateRevision": "mail-b"}"#
      ),
    ]

  @Test(
    "one field that is not as it should be is enough",
    arguments: Self.obstacles
  )
  func incomplete(json: String, part: String) throws {
    let rollout = try rollout(json)
    guard case .underWay(let why) = rollout.verdict else {
      Issue.record("\(rollout.verdict)")
      return
    }
    #expect(why.contains(part))
    #expect(rollout.summary.contains(why))
  }

  private static let obstacles: [(String, String)] = daemonSets + others

  private static let daemonSets: [(String, String)] =
    [
      (workload("DaemonSet", status: whole, generation: 3), "has not seen"),
      (workload("DaemonSet", status: #"{"observedGeneration": 2}"#), "0 of 0"),
      (
        workload(
          "DaemonSet",
          status: whole.replacing(#""updatedNumberScheduled": 1"#, with: #""x": 1"#)
        ), "old revision"
      ),
      (
        workload(
          "DaemonSet",
          spec: #"{"updateStrategy": {"type": "OnDelete"}}"#,
          status: whole.replacing(#""updatedNumberScheduled": 1"#, with: #""x": 1"#)
        ), "one by one"
      ),
      (
        workload(
          "DaemonSet",
          status: whole.replacing(
            #""currentNumberScheduled": 1"#,
            with: #""currentNumberScheduled": 0"#
          )
        ), "without its pod"
      ),
      (
        workload("DaemonSet", status: whole.replacing(#""numberReady": 1"#, with: #""x": 1"#)),
        "not ready"
      ),
      (
        workload("DaemonSet", status: whole.replacing(#""numberAvailable": 1"#, with: #""x": 1"#)),
        "not available"
      ),
      (
        workload(
          "DaemonSet",
          status: whole.replacing("}", with: #", "numberUnavailable": 1}"#)
        ), "unavailable"
      ),
      (
        workload(
          "DaemonSet",
          status: whole.replacing("}", with: #", "numberMisscheduled": 1}"#)
        ), "none should run"
      ),
    ]

  private static let others: [(String, String)] =
    [
      (
        workload(
          "Deployment",
          status: #"{"observedGeneration": 2, "replicas": 2, "updatedReplicas": 1, "#
            + #""readyReplicas": 1, "availableReplicas": 1}"#
        ), "1 old pod not ended"
      ),
      (
        workload(
          "Deployment",
          spec: #"{"replicas": 1, "paused": true}"#,
          status: #"{"observedGeneration": 2, "replicas": 1, "readyReplicas": 1}"#
        ), "paused"
      ),
      (
        workload(
          "Deployment",
          status: #"{"observedGeneration": 2, "replicas": 1, "updatedReplicas": 1, "#
            + #""readyReplicas": 1, "availableReplicas": 1, "unavailableReplicas": 1}"#
        ), "unavailable"
      ),
      (
        workload(
          "StatefulSet",
          spec: #"{"replicas": 1}"#,
          status: #"{"observedGeneration": 2, "replicas": 1, "updatedReplicas": 1, "#
            + #""readyReplicas": 1, "currentRevision": "mail-a", "updateRevision": "mail-b"}"#
        ), "revision mail-b"
      ),
      (
        workload(
          "StatefulSet",
          spec: #"{"replicas": 1, "updateStrategy": {"type": "OnDelete"}}"#,
          status: #"{"observedGeneration": 2, "replicas": 1, "readyReplicas": 1}"#
        ), "one by one"
      ),
    ]

  @Test("a passed deadline is a failed rollout, in the fields as in kubectl's words")
  func deadline() async throws {
    let half = Self.workload(
      "Deployment",
      status: #"{"replicas": 2, "updatedReplicas": 1, "readyReplicas": 1, "#
        + #""availableReplicas": 1, "observedGeneration": 2}"#
    )
    fake.answer("get", half)
    fake.answer(
      "rollout",
      stderr: "error: deployment \"rspamd\" exceeded its progress deadline\n",
      exit: 1
    )
    await #expect {
      _ = try await fake.catalogue.operation("k8s.rollout").perform([:])
    } throws: { error in
      let failure = error as? OperationFailure
      return failure?.reason == .failed && failure?.message.contains("progress deadline") == true
    }
    fake.answer(
      "get",
      half.replacing(
        #""observedGeneration": 2"#,
        with: #""observedGeneration": 2, "conditions": [{"type": "Progressing", "#
          + #""status": "False", "reason": "ProgressDeadlineExceeded"}]"#
      )
    )
    await #expect {
      _ = try await fake.catalogue.operation("k8s.rollout").perform([
        "within": .duration(.zero)
      ])
    } throws: { ($0 as? OperationFailure)?.reason == .failed }
  }

  @Test("a failure of kubectl that is not known is a failure, however well the pods are")
  func unclassified() async throws {
    fake.answer("get", Self.workload("DaemonSet", status: Self.whole))
    fake.answer("rollout", stderr: "error: something nobody has seen before\n", exit: 1)
    await #expect {
      _ = try await fake.catalogue.operation("k8s.rollout").perform([:])
    } throws: { ($0 as? OperationFailure)?.message.contains("nobody has seen") == true }
  }

  @Test(
    "of an OnDelete workload kubectl's error is no failed rollout; the fields decide",
    arguments: [
      "error: rollout status is only available for RollingUpdate strategy type\n",
      "error: OnDelete updateStrategy does not have a Status`\n",
    ]
  )
  func onDelete(stderr: String) async throws {
    fake.answer(
      "get",
      Self.workload(
        "DaemonSet",
        spec: #"{"updateStrategy": {"type": "OnDelete"}}"#,
        status: Self.whole.replacing(
          #""updatedNumberScheduled": 1"#,
          with: #""updatedNumberScheduled": 0"#
        )
      )
    )
    fake.answer("rollout", stderr: stderr, exit: 1)
    let result = try await fake.catalogue.operation("k8s.rollout").perform([:])
    #expect(result.values["complete"] == .boolean(false))
    #expect(result.values["strategy"] == .string("OnDelete"))
    #expect(result.summary.contains("delete the old pods one by one"))
  }

  @Test("a broken watch is undetermined unless the fields say that it is complete")
  func brokenWatch() async throws {
    fake.answer(
      "rollout",
      "Waiting for daemon set \"mail\" rollout to finish: 0 of 1 updated pods are available...\n",
      stderr: "error: unable to decode an event from the watch stream: http2: client connection "
        + "lost\n",
      exit: 1
    )
    fake.answer("get", Self.workload("DaemonSet", status: #"{"observedGeneration": 2}"#))
    let open = try await fake.catalogue.operation("k8s.rollout").perform([:])
    #expect(open.doubt != nil)
    fake.answer("get", Self.workload("DaemonSet", status: Self.whole))
    let complete = try await fake.catalogue.operation("k8s.rollout").perform([:])
    #expect(complete.doubt == nil)
    #expect(complete.values["complete"] == .boolean(true))
  }
}
