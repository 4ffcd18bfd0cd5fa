import Foundation
import TestSupport
import Testing

/// The lab as the tests use it: its script, its cluster read by plain kubectl, and the console on it.
struct Lab {
  /// Whether `make lab-test` asks for these tests.
  static let isWanted = ProcessInfo.processInfo.environment["MAILCONSOLE_LAB_TESTS"] == "1"

  let console: ConsoleBinary
  private let folder: TemporaryFolder

  /// - Parameters:
  ///   - script: what the console finds in kubectl's place; `$LAB_KUBECTL` in it is the real one,
  ///     `$LAB_FOLDER` a directory for the length of the test.
  ///   - variables: further environment of the console.
  init(kubectl script: String? = nil, variables: [String: String] = [:]) throws {
    folder = try TemporaryFolder()
    // The lab's kubectl, where the machine has none that is new enough.
    var path = (ProcessInfo.processInfo.environment["PATH"] ?? "") + ":/run/mailconsole-lab/bin"
    if let script {
      let real = try #require(
        path.split(separator: ":").map { "\($0)/kubectl" }
          .first { FileManager.default.isExecutableFile(atPath: $0) }
      )
      let head = "#!/bin/bash\nLAB_KUBECTL='\(real)' LAB_FOLDER='\(folder.path)'\n"
      let wrapper = try folder.write(head + script + "\n", to: "bin/kubectl")
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: wrapper)
      path = folder.path + "/bin:" + path
    }
    console = ConsoleBinary(
      state: folder.path + "/state",
      variables: variables.merging(["PATH": path]) { $1 }
    )
  }

  /// A file of the test's directory as text; empty where there is none.
  func read(_ name: String) -> String {
    (try? String(contentsOfFile: folder.path + "/" + name, encoding: .utf8)) ?? ""
  }

  /// Where a file of the test's directory is.
  func place(of name: String) -> String { folder.path + "/" + name }

  var site: String { console.root + "/deploy/lab/site" }

  func answers(_ runbook: String) -> String { "\(site)/answers/\(runbook).yaml" }

  /// Writes a file for the length of the test.
  func write(_ text: String, to name: String) throws -> String {
    try folder.write(text, to: name)
  }

  /// Runs the lab's own command.
  @discardableResult
  func lab(_ arguments: String...) throws -> Program.Result {
    let result = try Program.run(console.root + "/deploy/lab/lab", arguments)
    try #require(result.status == 0, "lab \(arguments): \(result.output)\(result.errors)")
    return result
  }

  /// Runs a program on the internet's side of the lab.
  func outside(_ arguments: [String]) throws -> Program.Result {
    try Program.run(console.root + "/deploy/lab/from", ["outside"] + arguments)
  }

  /// Runs a program on the lab's node.
  func node(_ arguments: [String]) throws -> Program.Result {
    try Program.run(console.root + "/deploy/lab/from", ["node"] + arguments)
  }

  /// Runs kubectl as the cluster's administrator.
  @discardableResult
  func kubectl(_ arguments: String...) throws -> String { try kubectl(arguments) }

  /// Runs kubectl as the cluster's administrator.
  @discardableResult
  func kubectl(_ arguments: [String]) throws -> String {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    let result = try Program.run(
      "kubectl",
      [
        "--kubeconfig", "/run/mailconsole-lab/kubeconfig", "--context", "mailconsole-lab-admin",
        "--namespace", "mail",
      ] + arguments,
      environment: ["PATH": "\(path):/run/mailconsole-lab/bin", "HOME": "/root"]
    )
    try #require(result.status == 0, "kubectl \(arguments): \(result.errors)")
    return result.output
  }

  /// One message as plain `postqueue -j` tells it.
  struct Message: Decodable {
    struct Recipient: Decodable { let address: String }
    let queue: String
    let id: String
    let sender: String
    let recipients: [Recipient]

    enum CodingKeys: String, CodingKey {
      case queue = "queue_name"
      case id = "queue_id"
      case sender, recipients
    }
  }

  /// The real queue, read without the console.
  func queue() throws -> [Message] {
    let text = try kubectl(
      "exec",
      "daemonset/mail",
      "--container",
      "postfix",
      "--",
      "postqueue",
      "-j"
    )
    return try text.split(separator: "\n").map {
      try JSONDecoder().decode(Message.self, from: Data($0.utf8))
    }
  }

  /// The one run in the state directory.
  func run() throws -> String {
    struct Row: Decodable { let run: String }
    let rows = try JSONDecoder().decode(
      [Row].self,
      from: Data(try console.run("runs", "--json").output.utf8)
    )
    return try #require(rows.first?.run)
  }

  /// The record of that run.
  func timeline() throws -> RecordedTimeline {
    try RecordedTimeline(json: try console.run("show", try run(), "--json").output)
  }

  /// Runs steps on the lab by themselves, and gives the end of each.
  ///
  /// - Parameter status: what the run has to end with.
  func ends(of steps: String, status: Int32) throws -> [String: String] {
    let text = """
      apiVersion: mailconsole/v1
      kind: Runbook
      id: probes
      title: Probes
      version: 1.0.0
      owner: E4
      summary: Looks at the lab.
      steps:

      """
    _ = try write(text + steps, to: "runbooks/probes.yaml")
    let result = try console.run(
      "run",
      "probes",
      "--runbooks",
      place(of: "runbooks"),
      "--site",
      site,
      "--plain",
      "--unattended",
      "--as",
      "tomas"
    )
    #expect(result.status == status, "\(result.output)\(result.errors)")
    var ends: [String: String] = [:]
    for line in try timeline().lines { if let step = line.step { ends[step] = line.text } }
    return ends
  }
}
