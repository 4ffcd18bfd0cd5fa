internal import Runbooks

/// `redis.ping`: whether Redis answers on its socket, by redis-cli(1) PING.
struct RedisPing: CommandOperation {
  /// The socket in the pod, as `redis.conf` in `deploy/` has it.
  static let socket = Parameter<String>(
    "socket",
    default: "/run/mail/redis.sock",
    check: PathArgument.absolute,
    help: "its socket, in the container"
  )

  private static let answers = ResultField<Bool>("answers", help: "whether it answered PONG")
  private static let reply = ResultField<String>(
    "reply",
    help: "what it answered, or why it did not"
  )

  let declaration = OperationDeclaration(
    "redis.ping",
    "Asks Redis whether it is there.",
    parameters: [socket, RedisFamily.service.container],
    results: [answers, reply],
    risk: .read,
    isRepeatable: true
  )

  func commands(_ call: Call) throws(OperationFailure) -> [Command] {
    [try RedisFamily.service.command(["redis-cli", "-s", try call[Self.socket], "ping"], call)]
  }

  func begin(
    _ call: Call,
    _ commands: [Command],
    now: Int
  ) throws(OperationFailure) -> Procedure {
    .run(commands[0]) { outcome throws(OperationFailure) in
      let exit = try RedisFamily.service.exit(of: outcome, commands[0])
      let reply = try Self.heard(outcome, exit: exit)
      let answers = reply == "PONG"
      return .done(
        OperationResult(
          [Self.answers(answers), Self.reply(reply)],
          summary: answers ? "Redis answers." : "Redis does not answer PING with PONG: ‘\(reply)’."
        )
      )
    }
  }

  /// Errors that Redis answers a PING with instead; redis-cli exits with 0 for them all the same.
  private static let errors = [
    "LOADING ", "NOAUTH ", "MISCONF ", "BUSY ", "MASTERDOWN ", "NOPERM ", "ERR ",
  ]

  /// What is known of it: PONG, its error, or why redis-cli got nothing of it.
  private static func heard(
    _ outcome: CommandOutcome,
    exit: Int
  ) throws(OperationFailure) -> String {
    let text = outcome.stdoutText.trimmingSpaces
    if exit == 0, text == "PONG" { return "PONG" }
    if exit == 0, errors.contains(where: text.hasPrefix), !text.contains(where: \.isNewline) {
      return capped(String(text))
    }
    // In its own container silence and a socket that nobody listens on are findings.
    if exit == 124 { return PodService.said(outcome) }
    if exit == 1, outcome.stderrText.contains("Could not connect to Redis") {
      return PodService.said(outcome)
    }
    throw RedisFamily.service.notUnderstood(
      text.isEmpty ? PodService.said(outcome) : "it says ‘\(capped(String(text), 120))’"
    )
  }
}
