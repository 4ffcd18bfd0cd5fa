import Foundation
import TestSupport
import Testing

/// The lab as the tests use it: its script, its cluster read by plain kubectl, and the console on it.
struct Lab {
  /// Whether `make lab-test` asks for these tests.
  static let isWanted = ProcessInfo.processInfo.environment["MAILCONSOLE_LAB_TESTS"] == "1"

  let console: ConsoleBinary
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    // The lab's kubectl, where the machine has none that is new enough.
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    console = ConsoleBinary(
      state: folder.path + "/state",
      variables: ["PATH": "\(path):/run/mailconsole-lab/bin"]
    )
  }

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

  /// Runs kubectl as the cluster's administrator.
  @discardableResult
  func kubectl(_ arguments: String...) throws -> String {
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
}
