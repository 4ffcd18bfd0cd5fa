internal import Runbooks

/// `imap.login`: whether the mailbox server takes a test account's password, and refuses a wrong one,
/// by curl(1).
///
/// The right password is read by curl alone, from a file on the vantage; the wrong one is no secret.
struct IMAPLogin: CommandOperation {
  /// A password that nobody has.
  static let wrong = "mailconsole-wrong-password"

  private static let account = Parameter<String>(
    "account",
    default: { "postmaster@" + $0.domain },
    "postmaster of the site's domain",
    check: DovecotFamily.login,
    help: "the login that the wrong password is tried with"
  )
  private static let file = Parameter<String?>(
    "login_file",
    default: { $0.record["values"]?["imap_login_file"]?.text.flatMap { $0.isEmpty ? nil : $0 } },
    "that of `values: {imap_login_file: …}` in site.yaml",
    checkGiven: PathArgument.absolute,
    help:
      "a file where it is looked from, with the line `user = \"LOGIN:PASSWORD\"` of a test account"
  )

  private static let takesRight = ResultField<Bool>(
    "takes_right",
    help: "whether the login of the file opened its mailbox"
  )
  private static let refusesWrong = ResultField<Bool>(
    "refuses_wrong",
    help: "whether a wrong password was refused"
  )
  private static let messages = ResultField<Int>(
    "messages",
    help: "messages in the INBOX of the file's login; -1: it was not opened"
  )

  let declaration = OperationDeclaration(
    "imap.login",
    "Tries a wrong password, which has to be refused, and the right one of a test account.",
    parameters: [Probe.host, IMAPProbe.port, account, file, Probe.roots, Probe.from],
    results: [takesRight, refusesWrong, messages],
    risk: .read,
    isRepeatable: true
  )

  func commands(_ call: Call) throws(OperationFailure) -> [Command] {
    guard let file = try call[Self.file] else {
      throw OperationFailure(
        undetermined: "whether logins work",
        Doubt(
          .end,
          "no test account is named",
          advice:
            "Write `user = \"LOGIN:PASSWORD\"` of a test account into a file that only you may "
            + "read, where it is looked from, and name it in site.yaml: "
            + "`values: {imap_login_file: /PATH}`."
        )
      )
    }
    let url = "imaps://\(Probe.place(try call[Probe.host], try call[IMAPProbe.port]))/"
    let roots = try call[Probe.roots].map { ["--cacert", $0] } ?? []
    let status = ["--request", "STATUS INBOX (MESSAGES)", url]
    let from = try call[Probe.from]
    return [
      Command(
        Curl.argv + roots + ["--config", "-"] + status,
        from: from,
        on: call.site,
        inputDescription: "\(try call[Self.account]) and a wrong password",
        streams: false
      ),
      Command(
        Curl.argv + roots + ["--config", file] + status,
        from: from,
        on: call.site,
        streams: false
      ),
    ]
  }

  func begin(
    _ call: Call,
    _ commands: [Command],
    now: Int
  ) throws(OperationFailure) -> Procedure {
    let place = Probe.place(try call[Probe.host], try call[IMAPProbe.port])
    let from = try call[Probe.from]
    let wrong = "user = \"\(try call[Self.account]):\(Self.wrong)\"\n"
    return .run(commands[0].feeding(Array(wrong.utf8))) { outcome throws(OperationFailure) in
      let isRefused = try Self.count(outcome, place, from) == nil
      return .run(commands[1]) { outcome throws(OperationFailure) in
        // 26 and 2: the file cannot be read, or has another form.
        guard outcome.exit != 26, outcome.exit != 2 else {
          throw OperationFailure(
            undetermined: "whether the right password is taken",
            Doubt(
              .end,
              "curl cannot read the login file at \(from.words)",
              advice: "It needs the one line `user = \"LOGIN:PASSWORD\"`, and to be readable there."
            )
          )
        }
        let count = try Self.count(outcome, place, from)
        return .done(Self.result(isRefused: isRefused, count, place))
      }
    }
  }

  /// The number of messages after a login; nil: it was refused.
  private static func count(
    _ outcome: CommandOutcome,
    _ place: String,
    _ from: Vantage
  ) throws(OperationFailure) -> Int? {
    // 67: the server refused the login, which is an answer.
    if outcome.exit == 67 { return nil }
    _ = try Curl.report(outcome, of: place, from: from)
    guard let count = IMAPProbe.count(in: outcome.stdoutText)
    else {
      throw OperationFailure(
        .malformed,
        "what \(place) said after a login could not be read",
        advice: "Log in by hand: openssl s_client -connect \(place).",
        effect: .none
      )
    }
    return count
  }

  private static func result(
    isRefused: Bool,
    _ count: Int?,
    _ place: String
  ) -> OperationResult {
    let right = count.map { "takes the right one, and shows \(counted($0, "message"))" }
    return OperationResult(
      [takesRight(count != nil), refusesWrong(isRefused), messages(count ?? -1)],
      summary: "\(place) \(isRefused ? "refuses" : "TAKES") a wrong password and "
        + (right ?? "refuses the right one too") + "."
    )
  }
}
