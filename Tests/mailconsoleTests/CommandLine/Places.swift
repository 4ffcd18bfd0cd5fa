import Foundation
import TestSupport

/// Sites, runbooks and stand-ins for kubectl, in a folder of a test's own.
struct Places {
  let folder: TemporaryFolder
  /// Environment of every command.
  var variables: [String: String] = [:]

  init() throws { folder = try TemporaryFolder() }

  var state: String { folder.path + "/state" }
  var site: String { folder.path + "/site" }

  var console: ConsoleBinary { ConsoleBinary(state: state, variables: variables) }

  /// A site with a cluster; its kubeconfig names a port of this machine that is closed.
  func writeSite(_ more: String = "") throws {
    try SmallSite.write(to: folder, more: more)
    try folder.write(
      """
      apiVersion: v1
      kind: Config
      clusters: [{name: lab, cluster: {server: "https://127.0.0.1:1"}}]
      contexts: [{name: lab, context: {cluster: lab, user: lab}}]
      users: [{name: lab, user: {token: none}}]
      current-context: lab

      """,
      to: "site/kubeconfig"
    )
  }

  /// A runbook of one step that reads the queue.
  func writeRunbook(_ more: String = "", timeout: String = "1m") throws {
    try folder.write(
      """
      apiVersion: mailconsole/v1
      kind: Runbook
      id: read-queue
      title: Read the queue
      version: 1.0.0
      owner: E4
      summary: Reads the queue.
      inputs:
        ticket: {type: string, required: false, help: "the ticket"}
      steps:
        - id: look
          title: Read the queue
          do: postfix.queue
          timeout: \(timeout)
          on_failure: abort
      \(more)
      """,
      to: "runbooks/operations/read-queue.yaml"
    )
  }

  var runbooks: String { folder.path + "/runbooks" }

  /// Puts a script named kubectl first on PATH.
  mutating func writeKubectl(_ script: String) throws {
    let path = try folder.write("#!/bin/bash\n" + script + "\n", to: "bin/kubectl")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    let inherited = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    variables["PATH"] = folder.path + "/bin:" + inherited
  }

  /// Runs the runbook of ``writeRunbook(_:timeout:)`` on the site.
  func run(_ more: String...) throws -> Program.Result {
    try ConsoleBinary(state: state, variables: variables).run(
      ["run", "read-queue", "--runbooks", runbooks, "--site", site, "--as", "tomas", "--plain"]
        + more
    )
  }
}

extension Program.Result {
  /// What a terminal could take for a command, or that hides what stands beside it.
  var dangerous: [Unicode.Scalar] {
    (output + errors).unicodeScalars.filter { $0 != "\n" && Hostile.isDangerous($0) }
  }
}
