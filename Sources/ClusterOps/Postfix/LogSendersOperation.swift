internal import Runbooks

/// `postfix.log_senders`: who submitted mail under which login.
///
/// Counts lines of smtpd(8) such as `…: A1B2C3: client=host[192.0.2.7],
/// sasl_method=PLAIN, sasl_username=alice`: one a message.
struct LogSendersOperation: CommandOperation {
  let runner: CommandRunner
  var declaration: OperationDeclaration { .logSenders }

  func requests(_ arguments: Arguments, for site: Site) throws(OperationFailure) -> [Request] {
    let tail = arguments.integer("tail") ?? 50_000
    let file = arguments.string("file") ?? "/var/log/mail/postfix.log"
    guard 1...200_000 ~= tail, file.hasPrefix("/") else {
      throw OperationFailure(
        .refused,
        "`tail` or `file` is not usable",
        advice: "Ask for 1 to 200000 lines of a file with an absolute path.",
        effect: .none
      )
    }
    return [.postfix(["tail", "-n", String(tail), file], on: site, keep: 64 << 20, streams: false)]
  }

  func begin(
    _ arguments: Arguments,
    _ requests: [Request],
    in context: ProcedureContext
  ) throws(OperationFailure) -> Procedure {
    .kubectl(requests[0]) { outcome throws(OperationFailure) in
      return .done(Self.result(outcome))
    }
  }

  private static func result(_ outcome: CommandOutcome) -> OperationResult {
    var lines = 0
    var counts: [String: Int] = [:]
    var clients: [String: [String: Int]] = [:]
    for line in outcome.stdout.split(separator: 0x0A) {
      lines += 1
      guard let submission = Submission(line) else { continue }
      counts[submission.user, default: 0] += 1
      clients[submission.user, default: [:]][submission.client, default: 0] += 1
    }
    let users = ordered(counts)
    let top = users.first ?? ""
    func texts(_ texts: [String]) -> Value {
      .list(texts.prefix(20).map { .string(capped($0, 320)) })
    }
    return OperationResult(
      values: [
        "lines": .integer(lines), "submissions": .integer(counts.values.reduce(0, +)),
        "top_user": .string(capped(top, 320)), "top_count": .integer(counts[top] ?? 0),
        "users": texts(users), "clients": texts(ordered(clients[top] ?? [:])),
      ],
      summary: top.isEmpty
        ? "No submission with a login in \(counted(lines, "line"))."
        : "\(capped(top, 60)) submitted \(counts[top] ?? 0) of "
          + "\(counted(counts.values.reduce(0, +), "message")).",
      evidence: [
        Evidence(
          name: "logins",
          mediaType: "text/plain",
          bytes: users.flatMap { Array("\(counts[$0] ?? 0) \($0)\n".utf8) }
        )
      ]
    )
  }

  private static func ordered(_ counts: [String: Int]) -> [String] {
    counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
  }
}

/// A line of smtpd(8) that accepts a message from a login.
private struct Submission {
  let user: String
  let client: String

  init?(_ line: ArraySlice<UInt8>) {
    let text = String(decoding: line, as: UTF8.self)
    guard text.contains("/smtpd["), let user = Self.field("sasl_username=", in: text), !user.isEmpty
    else { return nil }
    let client = Self.field("client=", in: text) ?? ""
    self.user = user
    self.client = client.split(separator: "[").last.map { String($0.prefix { $0 != "]" }) } ?? ""
  }

  private static func field(_ name: String, in text: String) -> String? {
    guard let range = text.firstRange(of: name) else { return nil }
    return String(text[range.upperBound...].prefix { $0 != "," && $0 != " " })
  }
}
