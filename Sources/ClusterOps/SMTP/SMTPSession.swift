internal import Runbooks

/// What one session of swaks(1) is given: the same for whoever looks, sends, or follows a message.
enum SMTPSession {
  static let port = Parameter("port", default: 25, in: 1...65_535, help: "the port")
  static let security = Parameter<SMTPSecurity>(
    "security",
    default: .auto,
    help: "auto: TLS from the first byte on 465, STARTTLS on 587, STARTTLS where offered else"
  )
  static let sender = Parameter<String>(
    "sender",
    default: "<>",
    check: MailAddress.checked,
    help: "envelope sender; `<>` is that of bounces"
  )
  static let user = Parameter<String?>("user", help: "the login, where one is to be tried")
  static let password = Parameter<SecretMark?>("password", help: "its password")

  /// The session.
  ///
  /// - Parameters:
  ///   - options: what is asked of swaks beyond that, up to the message.
  ///   - roots: the certificates that are believed; nil: the machine's.
  static func command(
    _ call: Call,
    to recipient: String,
    _ options: [String],
    roots: String? = nil,
    changes: Bool
  ) throws(OperationFailure) -> Command {
    let (host, port) = (try call[Probe.host], try call[port])
    var argv = [
      "swaks", "--server", host, "--port", String(port), "--ehlo", try call[SMTPFamily.helo],
      "--from", try call[sender], "--to", recipient, "--timeout", String(Probe.patience),
      "--show-time-lapse",
    ]
    argv += try call[security].options(on: port, name: host, roots: roots)
    argv += options
    let isSecret = try call[password] != nil
    if let user = try call[user] {
      guard isSecret else {
        throw .refusedArgument("user", user, advice: "Give `password` with it.")
      }
      argv += ["--auth-user", user, "--auth-password", "-", "--auth-hide-password"]
    }
    return Command(
      argv,
      from: try call[Probe.from],
      on: call.site,
      inputDescription: isSecret ? "the password" : nil,
      changes: changes
    )
  }

  /// The session with the password on its standard input, where there is one.
  static func feeding(_ command: Command, _ call: Call) throws(OperationFailure) -> Command {
    guard let password = try call[password] else { return command }
    return command.feeding(VeiledText(password) + VeiledText("\n"))
  }
}
