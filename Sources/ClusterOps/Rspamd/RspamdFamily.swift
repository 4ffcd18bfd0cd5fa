internal import Foundation
internal import Runbooks

/// The filter, asked through its controller by rspamc(1).
enum RspamdFamily {
  static let service = PodService("Rspamd", container: "rspamd")

  static let operations: [any CommandOperation] = [RspamdStat(), RspamdScan()]

  /// Where the controller listens, as `worker-controller.inc` in `deploy/` has it.
  static let port = Parameter(
    "port",
    default: 11_334,
    in: 1...65_535,
    help: "the controller's port on the pod's loopback"
  )

  /// rspamc with a command, told to answer as JSON.
  static func argv(_ command: String, _ call: Call) throws(OperationFailure) -> [String] {
    ["rspamc", "--json", "--connect", "127.0.0.1:\(try call[port])", command]
  }

  /// The JSON that it answered.
  static func read<Reply: Decodable>(
    _ type: Reply.Type,
    _ outcome: CommandOutcome,
    of command: Command
  ) throws(OperationFailure) -> Reply {
    let text = try service.text(of: outcome, command)
    guard let reply = try? JSONDecoder().decode(type, from: Data(outcome.stdout)) else {
      let line = text.split(whereSeparator: \.isNewline).first.map { capped(String($0), 120) }
      throw service.notUnderstood(line.map { "it begins with ‘\($0)’" } ?? "it says nothing")
    }
    return reply
  }
}
