internal import Runbooks

/// `imap.probe`: what an IMAP server offers, and whether a login opens a mailbox, by curl(1).
struct IMAPProbe: CommandOperation {
  static let port = Parameter("port", default: 993, in: 1...65_535, help: "the port")
  private static let user = Parameter<String?>(
    "user",
    checkGiven: { text, name throws(OperationFailure) in
      // It stands between quotes in a line of a file that curl reads.
      guard text.utf8.allSatisfy({ 0x21..<0x7F ~= $0 && $0 != 0x22 && $0 != 0x5C && $0 != 0x3A })
      else {
        throw .refusedArgument(name, text, advice: "Give a login without blanks, quotes or colons.")
      }
      return text
    },
    help: "the login, where one is to be tried"
  )
  private static let password = Parameter<SecretMark?>("password", help: "its password")
  private static let mailbox = Parameter<String>(
    "mailbox",
    default: "INBOX",
    check: { text, name throws(OperationFailure) in
      let isPlain = text.utf8.allSatisfy {
        (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
          || "._-/".utf8.contains($0)
      }
      guard isPlain, !text.isEmpty, text.utf8.count <= 200 else {
        throw .refusedArgument(name, text, advice: "Give a plain mailbox name such as INBOX.")
      }
      return text
    },
    help: "the mailbox to count after a login"
  )

  private static let capabilities = ResultField<[String]>(
    "capabilities",
    help: "what the server offers before a login (RFC 9051 §6.1.1)"
  )
  private static let mechanisms = ResultField<[String]>(
    "mechanisms",
    help: "the ways to log in, e.g. PLAIN, XOAUTH2"
  )
  private static let loggedIn = ResultField<Bool>(
    "logged_in",
    help: "whether the login was accepted; false when none was tried"
  )
  private static let messages = ResultField<Int>(
    "messages",
    help: "messages in the mailbox; -1 without a login"
  )
  private static let milliseconds = ResultField<Int>("milliseconds", help: "how long it took")

  let declaration = OperationDeclaration(
    "imap.probe",
    "Asks an IMAP server what it offers, and tries a login where one is given.",
    parameters: [Probe.host, port, user, password, mailbox, Probe.roots, Probe.from],
    results: [capabilities, mechanisms, loggedIn, messages, milliseconds],
    risk: .read,
    isRepeatable: true
  )

  func commands(_ call: Call) throws(OperationFailure) -> [Command] {
    let (host, port) = (try call[Probe.host], try call[Self.port])
    let (from, mailbox) = (try call[Probe.from], try call[Self.mailbox])
    // TLS from the first byte but on 143, where STARTTLS is demanded.
    let scheme = port == 143 ? "imap" : "imaps"
    let url = "\(scheme)://\(Probe.place(host, port))/"
    var argv = Curl.argv
    if port == 143 { argv.append("--ssl-reqd") }
    if let roots = try call[Probe.roots] { argv += ["--cacert", roots] }
    var commands = [
      Command(argv + ["--request", "CAPABILITY", url], from: from, on: call.site)
    ]
    let hasPassword = try call[Self.password] != nil
    if let user = try call[Self.user] {
      guard hasPassword else {
        throw .refusedArgument("user", user, advice: "Give `password` with it.")
      }
      commands.append(
        Command(
          argv + ["--config", "-", "--request", "STATUS \(mailbox) (MESSAGES)", url],
          from: from,
          on: call.site,
          inputDescription: "the login and its password",
          streams: false
        )
      )
    }
    return commands
  }

  func begin(
    _ call: Call,
    _ commands: [Command],
    now: Int
  ) throws(OperationFailure) -> Procedure {
    let place = Probe.place(try call[Probe.host], try call[Self.port])
    let from = try call[Probe.from]
    var login: VeiledText?
    if let user = try call[Self.user], let password = try call[Self.password] {
      login = VeiledText("user = \"\(user):") + VeiledText(password) + VeiledText("\"\n")
    }
    return .run(commands[0]) { outcome throws(OperationFailure) in
      let report = try Curl.report(outcome, of: place, from: from)
      let offered = Self.capabilities(in: outcome.stdoutText)
      guard let login, commands.count > 1 else {
        return .done(Self.result(offered, messages: nil, isRefused: false, report, place))
      }
      return .run(commands[1].feeding(login)) { outcome throws(OperationFailure) in
        // 67: the server refused the login, which is an answer.
        if outcome.exit == 67 {
          return .done(Self.result(offered, messages: nil, isRefused: true, report, place))
        }
        let report = try Curl.report(outcome, of: place, from: from)
        return .done(
          Self.result(
            offered,
            messages: Self.count(in: outcome.stdoutText),
            isRefused: false,
            report,
            place
          )
        )
      }
    }
  }

  /// The words of `* CAPABILITY …`.
  private static func capabilities(in text: String) -> [String] {
    let line = text.split(whereSeparator: \.isNewline).first {
      $0.uppercased().hasPrefix("* CAPABILITY ")
    }
    return (line?.dropFirst(13).split(separator: " ") ?? []).prefix(60).map {
      capped(String($0), 60)
    }
  }

  /// The number of `* STATUS INBOX (MESSAGES 3)`.
  static func count(in text: String) -> Int? {
    guard let mark = text.firstRange(of: "(MESSAGES ") else { return nil }
    return Int(text[mark.upperBound...].prefix { $0.isASCII && $0.isNumber })
  }

  private static func result(
    _ offered: [String],
    messages count: Int?,
    isRefused: Bool,
    _ report: Curl.Report,
    _ place: String
  ) -> OperationResult {
    let ways = offered.filter { $0.uppercased().hasPrefix("AUTH=") }.map { String($0.dropFirst(5)) }
    var summary = "\(place) offers \(counted(offered.count, "capability", "capabilities"))"
    if isRefused { summary += " and refuses the login" }
    if let count { summary += "; logged in, \(counted(count, "message"))" }
    return OperationResult(
      [
        capabilities(offered), mechanisms(ways), loggedIn(count != nil), messages(count ?? -1),
        milliseconds(Int(report.seconds * 1_000)),
      ],
      summary: summary + "."
    )
  }
}
