import Foundation
import TestSupport
import Testing

/// The drain of the real node, over a real SSH session that drops in the middle of it.
@Suite(.serialized, .enabled(if: Lab.isWanted)) struct DrainTests {
  /// How long the pod beside the mail pod takes to go: longer than sshd takes to give a silent
  /// client up.
  private static let slowness = SSHServer.patience + 17

  /// A pod that ignores being asked to end, so that its eviction takes its whole grace period.
  private func addSlowPod(_ lab: Lab) throws {
    let image = try lab.kubectl(
      "get",
      "daemonset",
      "mail",
      "--output",
      "jsonpath={.spec.template.spec.containers[?(@.name==\"postfix\")].image}"
    )
    let file = try lab.write(
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: slow-to-go}
      spec:
        selector: {matchLabels: {app: slow-to-go}}
        template:
          metadata: {labels: {app: slow-to-go}}
          spec:
            terminationGracePeriodSeconds: \(Self.slowness)
            tolerations: [{operator: Exists, effect: NoSchedule, key: mailconsole/mail}]
            containers:
              # The first process of a container has no default for SIGTERM: it is not ended by it.
              - {name: sleep, image: "\(image)", imagePullPolicy: IfNotPresent, command: [sleep, "3600"]}

      """,
      to: "slow.yaml"
    )
    try lab.kubectl("apply", "--filename", file)
    try lab.kubectl("rollout", "status", "deployment/slow-to-go", "--timeout", "60s")
  }

  /// Puts the node back into service, whatever became of the test.
  private func restore(_ lab: Lab) {
    let commands = [
      ["delete", "deployment", "slow-to-go", "--ignore-not-found", "--wait=false"],
      ["uncordon", "mail-node"],
      ["label", "node", "mail-node", "mailconsole/mail=true", "--overwrite"],
      ["rollout", "status", "daemonset/mail", "--timeout", "240s"],
    ]
    for command in commands { _ = try? lab.kubectl(command) }
  }

  private func session(_ lab: Lab, _ server: SSHServer, _ state: TemporaryFolder, _ words: [String])
    throws -> ConsoleSession
  {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    return try ConsoleSession(
      over: server,
      environment: ["PATH": "\(path):/run/mailconsole-lab/bin"],
      state: state,
      patience: 300,
      words + ["--site", lab.site]
    )
  }

  @Test(
    "the drain ends though the session drops, the next step waits, and a second operator finishes; no message is lost",
    .timeLimit(.minutes(15)),
    arguments: SSHServer.Loss.allCases
  )
  func drain(loss: SSHServer.Loss) throws {
    let lab = try Lab()
    let state = try TemporaryFolder()
    let server = try SSHServer()
    defer { restore(lab) }
    try lab.lab("deploy")
    try lab.lab("queue", "--clear")
    try lab.lab("queue", "--size", "50")
    try addSlowPod(lab)

    let first = try session(lab, server, state, ["run", "node-drain", "--as", "tomas"])
    try NodeDrain.walkToDrain(first, approvedBy: "erin")
    try NodeDrain.startDrain(first)
    try server.lose(first, loss)
    try NodeDrain.expectDrainEndsAndNextWaits(first, within: 180)
    try server.expectLost(first, loss)

    // Read without the console: cordoned, without the label, and neither pod is on it.
    let node = try lab.kubectl("get", "node", "mail-node", "--output", "json")
    #expect(node.contains("\"unschedulable\": true"))
    #expect(!node.contains("mailconsole/mail"))
    let pods = try lab.kubectl(
      "get",
      "pods",
      "--field-selector",
      "spec.nodeName=mail-node",
      "--output",
      "name"
    )
    #expect(!pods.contains("pod/mail-") && !pods.contains("slow-to-go"), "\(pods)")

    let second = try session(
      lab,
      server,
      state,
      ["attach", try first.run(), "--as", "quinn"]
    )
    try NodeDrain.takeOverAndFinish(second, from: "tomas", signedBy: "marek")
    let lines = try second.timeline().lines
    let kept = try #require(lines.last { $0.step == "queue-before" && $0.type == "step.ended" })
    let count = try #require(
      kept.text.split(separator: " ").lazy.compactMap { Int($0) }.first,
      "\(kept.text)"
    )
    #expect(count > 0, "nothing was on the spool, so nothing is proved")
    #expect(try lab.queue().count >= count)
    #expect(
      try !lab.kubectl("get", "node", "mail-node", "--output", "json")
        .contains("\"unschedulable\": true")
    )
    try lab.lab("queue", "--clear")
  }
}
