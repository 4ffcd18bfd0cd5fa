internal import Foundation
internal import Runbooks

/// curl(1) as probes call it, and what it tells of a transfer.
enum Curl {
  /// The program and the options of every call: no configuration file, no proxy, bounded in time
  /// and size, and the facts of the transfer as JSON on standard error.
  static let argv = [
    "curl", "--disable", "--silent", "--show-error", "--noproxy", "*", "--max-time",
    String(Probe.patience), "--max-filesize", String(1 << 20), "--write-out", "%{stderr}%{json}\\n",
  ]

  /// The facts of a transfer, as curl names them.
  struct Report: Decodable, Sendable, Hashable {
    let status: Int
    let seconds: Double
    let contentType: String?
    let redirect: String?
    let address: String?

    private enum CodingKeys: String, CodingKey {
      case status = "response_code"
      case seconds = "time_total"
      case contentType = "content_type"
      case redirect = "redirect_url"
      case address = "remote_ip"
    }
  }

  /// The facts of a transfer that reached the server.
  static func report(
    _ outcome: CommandOutcome,
    of place: String,
    from: Vantage
  ) throws(OperationFailure) -> Report {
    let lines = outcome.stderrText.split(whereSeparator: \.isNewline)
    let report = lines.last { $0.hasPrefix("{") }
      .flatMap { try? JSONDecoder().decode(Report.self, from: Data($0.utf8)) }
    // 63: the body is longer than is wanted; what came is enough.
    if outcome.exit == 0 || outcome.exit == 63, let report { return report }
    let complaint = lines.first { $0.hasPrefix("curl: ") }.map { capped(String($0), 200) }
    guard outcome.exit != 0 else {
      throw OperationFailure(
        .malformed,
        "what curl told of \(capped(place, 120)) could not be read",
        advice: "curl 7.75 or later is needed (Debian 12 has it).",
        effect: .none
      )
    }
    throw ProbeFailure.unreachable(
      capped(place, 120),
      from: from,
      words(outcome.exit) ?? complaint ?? "curl ended with status \(outcome.exit)"
    )
  }

  /// What an exit status says (curl(1), EXIT CODES); nil: its own words say more.
  private static func words(_ status: Int) -> String? {
    switch status {
    case 6: "its name does not resolve there"
    case 7: "nothing accepts the connection"
    case 28: "no answer within \(Probe.patience) s"
    case 60: "its certificate is not trusted there, or not for that name"
    default: nil
    }
  }
}
