internal import Runbooks

/// `dovecot.who`: who is logged in and from where, by doveadm-who(1).
struct DovecotWho: CommandOperation {
  private static let user = Parameter<String?>(
    "user",
    checkGiven: DovecotFamily.login,
    help: "the login to look at; everyone without it"
  )

  private static let sessions = ResultField<Int>("sessions", help: "sessions that are open")
  private static let people = ResultField<Int>("people", help: "logins that have any")
  private static let users = ResultField<[String]>(
    "users",
    help: "who, the one with the most addresses first, at most 200"
  )
  private static let addresses = ResultField<[String]>(
    "addresses",
    help: "where they come from, at most 200"
  )
  private static let most = ResultField<Int>(
    "most_addresses",
    help: "addresses that one login comes from at once, at most"
  )
  private static let top = ResultField<String>(
    "top_user",
    help: "the login with the most addresses; empty: nobody is logged in"
  )

  let declaration = OperationDeclaration(
    "dovecot.who",
    "Lists who is logged in to a mailbox, and from which addresses.",
    parameters: [user, DovecotFamily.service.container],
    results: [sessions, people, users, addresses, most, top],
    risk: .read,
    isRepeatable: true
  )

  func commands(_ call: Call) throws(OperationFailure) -> [Command] {
    [
      try DovecotFamily.service.command(DovecotSessions.argv(try call[Self.user]), call)
    ]
  }

  func begin(
    _ call: Call,
    _ commands: [Command],
    now: Int
  ) throws(OperationFailure) -> Procedure {
    .run(commands[0]) { outcome throws(OperationFailure) in
      .done(Self.result(try DovecotSessions(outcome, of: commands[0])))
    }
  }

  private static func result(_ found: DovecotSessions) -> OperationResult {
    let people = found.people
    let top = people.first
    var summary = "\(counted(found.sessions.count, "session")) of \(counted(people.count, "login"))"
    if let top {
      summary += "; \(top.user) comes from \(counted(top.addresses.count, "address", "addresses"))"
    }
    return OperationResult(
      [
        sessions(found.sessions.count), Self.people(people.count),
        users(people.prefix(200).map(\.user)), addresses(Array(found.addresses.prefix(200))),
        most(top?.addresses.count ?? 0), Self.top(top?.user ?? ""),
      ],
      summary: summary + ".",
      doubt: found.doubt
    )
  }
}
