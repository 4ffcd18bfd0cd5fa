internal import Runbooks

/// `postfix.log_senders`: who submitted mail under which login.
///
/// Counts lines of smtpd(8) such as `…: A1B2C3: client=host[192.0.2.7],
/// sasl_method=PLAIN, sasl_username=alice`: one a message.
struct LogSendersOperation: CommandOperation {
  private static let tail = Parameter(
    "tail",
    default: 50_000,
    in: 1...200_000,
    help: "log lines to read from the end"
  )
  private static let file = Parameter(
    "file",
    default: "/var/log/mail/postfix.log",
    check: PathArgument.absolute,
    help: "the log, in the container"
  )

  private static let lines = ResultField<Int>("lines", help: "log lines read")
  private static let submissions = ResultField<Int>(
    "submissions",
    help: "of these, submissions with a login"
  )
  private static let topUser = ResultField<String>(
    "top_user",
    help: "the login with the most submissions, or empty"
  )
  private static let topCount = ResultField<Int>("top_count", help: "its submissions")
  private static let users = ResultField<[String]>(
    "users",
    help: "logins, most submissions first, at most 20"
  )
  private static let clients = ResultField<[String]>(
    "clients",
    help: "the addresses top_user came from, at most 20"
  )

  let declaration = OperationDeclaration(
    "postfix.log_senders",
    "Counts the logins that submitted mail, from the mail log.",
    parameters: [tail, file],
    results: [lines, submissions, topUser, topCount, users, clients],
    risk: .read,
    isRepeatable: true
  )

  func commands(_ call: Call) throws(OperationFailure) -> [Command] {
    [
      .postfix(
        ["tail", "-n", String(try call[Self.tail]), try call[Self.file]],
        on: call.site,
        keep: 64 << 20,
        streams: false
      )
    ]
  }

  func begin(
    _ call: Call,
    _ commands: [Command],
    now: Int
  ) throws(OperationFailure) -> Procedure {
    .kubectl(commands[0]) { outcome throws(OperationFailure) in
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
    func first(_ texts: [String]) -> [String] { texts.prefix(20).map { capped($0, 320) } }
    return OperationResult(
      [
        Self.lines(lines), submissions(counts.values.reduce(0, +)), topUser(capped(top, 320)),
        topCount(counts[top] ?? 0), Self.users(first(users)),
        Self.clients(first(ordered(clients[top] ?? [:]))),
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
