internal import Runbooks

/// `dovecot.user`: whether there is a mailbox, and how full it is, by doveadm-user(1) and
/// doveadm-quota(1).
struct DovecotUser: CommandOperation {
  private static let user = Parameter<String>(
    "user",
    check: DovecotFamily.login,
    help: "the login, a whole address"
  )

  private static let exists = ResultField<Bool>("exists", help: "whether Dovecot knows the login")
  private static let used = ResultField<Int>("used_kib", help: "what its mail takes, in KiB")
  private static let limit = ResultField<Int>("limit_kib", help: "its quota; 0: no limit")
  private static let percent = ResultField<Int>(
    "used_percent",
    help: "of the quota; -1 where there is none"
  )
  private static let messages = ResultField<Int>("messages", help: "messages in all its folders")

  let declaration = OperationDeclaration(
    "dovecot.user",
    "Tells whether there is a mailbox of that name, how much of its quota is used, and the limit.",
    parameters: [user, DovecotFamily.service.container],
    results: [exists, used, limit, percent, messages],
    risk: .read,
    isRepeatable: true
  )

  func commands(_ call: Call) throws(OperationFailure) -> [Command] {
    let login = try call[Self.user]
    return [
      try DovecotFamily.service.command(["doveadm", "-f", "tab", "user", login], call),
      try DovecotFamily.service.command(
        ["doveadm", "-f", "tab", "quota", "get", "-u", login],
        call,
        seconds: 30
      ),
    ]
  }

  func begin(
    _ call: Call,
    _ commands: [Command],
    now: Int
  ) throws(OperationFailure) -> Procedure {
    let login = try call[Self.user]
    return .run(commands[0]) { outcome throws(OperationFailure) in
      guard try Self.isKnown(outcome, of: commands[0]) else {
        return .done(
          OperationResult(
            [
              Self.exists(false), Self.used(0), Self.limit(0), Self.percent(-1), Self.messages(0),
            ],
            summary: "There is no mailbox \(login)."
          )
        )
      }
      return .run(commands[1]) { outcome throws(OperationFailure) in
        let quota = try Quota(DovecotFamily.service.text(of: outcome, commands[1]))
        return .done(Self.result(quota, of: login))
      }
    }
  }

  /// EX_NOUSER (sysexits.h), which doveadm ends with for a login that the userdb does not have.
  private static let noUser = 67

  /// Whether `doveadm user` tells of a login that Dovecot knows it.
  static func isKnown(
    _ outcome: CommandOutcome,
    of command: Command
  ) throws(OperationFailure) -> Bool {
    let exit = try DovecotFamily.service.exit(of: outcome, command)
    // Through kubectl it stands in the standard output.
    let said = outcome.stdoutText + outcome.stderrText
    if exit == noUser, said.contains("doesn't exist") { return false }
    let text = try DovecotFamily.service.text(of: outcome, command)
    let lines = text.split(whereSeparator: \.isNewline)
    guard lines.first == "field\tvalue", lines.contains(where: { $0.hasPrefix("home\t") }) else {
      throw DovecotFamily.service.notUnderstood("it lists no fields of the login")
    }
    return true
  }

  /// The rows `name type value limit %` of the first quota root; sizes are in KiB.
  private struct Quota {
    var used = 0
    var limit = 0
    var messages = 0

    init(_ text: String) throws(OperationFailure) {
      let lines = text.split(whereSeparator: \.isNewline)
      guard lines.first == "Quota name\tType\tValue\tLimit\t%" else {
        throw DovecotFamily.service.notUnderstood(
          lines.first.map { "it begins with ‘\(capped(String($0), 120))’" } ?? "it says nothing"
        )
      }
      let rows = lines.dropFirst().map {
        $0.split(separator: "\t", omittingEmptySubsequences: false)
      }
      .filter { $0.count == 5 }
      guard let storage = rows.first(where: { $0[1] == "STORAGE" }),
        let count = rows.first(where: { $0[1] == "MESSAGE" }),
        let used = Int(storage[2]), let messages = Int(count[2]),
        let limit = storage[3] == "-" ? 0 : Int(storage[3]), used >= 0, limit >= 0
      else {
        throw DovecotFamily.service.notUnderstood("it tells no quota of the mailbox")
      }
      (self.used, self.limit, self.messages) = (used, limit, messages)
    }
  }

  private static func result(_ quota: Quota, of login: String) -> OperationResult {
    let share = quota.limit > 0 ? Int(Double(quota.used) / Double(quota.limit) * 100) : -1
    return OperationResult(
      [
        exists(true), used(quota.used), limit(quota.limit), percent(share),
        messages(quota.messages),
      ],
      summary: "The mailbox \(login) holds \(counted(quota.messages, "message")), "
        + (share < 0
          ? "\(quota.used) KiB without a limit." : "\(quota.used) KiB, \(share) % of its quota.")
    )
  }
}
