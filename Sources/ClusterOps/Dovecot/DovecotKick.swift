internal import Runbooks

/// `dovecot.kick`: ends the sessions of one person, by doveadm-kick(1).
///
/// Whoever still has the password logs in again: change it, or suspend the person, first. Sessions
/// are read before and after, so that what is said to have ended has ended.
struct DovecotKick: CommandOperation {
  private static let user = Parameter<String>(
    "user",
    check: DovecotFamily.login,
    help: "whose sessions end, a whole address"
  )

  private static let ended = ResultField<Int>("ended", help: "sessions that ended")
  private static let left = ResultField<Int>(
    "left",
    help: "sessions of that login that are open now"
  )
  private static let addresses = ResultField<[String]>(
    "addresses",
    help: "where the sessions came from, at most 200"
  )

  let declaration = OperationDeclaration(
    "dovecot.kick",
    "Ends every session of a login; with the right password it can come back at once.",
    parameters: [user, DovecotFamily.service.container],
    results: [ended, left, addresses],
    risk: .change,
    isRepeatable: true
  )

  func commands(_ call: Call) throws(OperationFailure) -> [Command] {
    let login = try call[Self.user]
    let who = try DovecotFamily.service.command(DovecotSessions.argv(login), call)
    return [
      who, try DovecotFamily.service.command(["doveadm", "kick", login], call, changes: true), who,
    ]
  }

  /// How doveadm ends where nobody of that name was logged in.
  private static let nobody = 68

  func begin(
    _ call: Call,
    _ commands: [Command],
    now: Int
  ) throws(OperationFailure) -> Procedure {
    let login = try call[Self.user]
    return .run(commands[0]) { outcome throws(OperationFailure) in
      let before = try DovecotSessions(outcome, of: commands[0])
      return .run(commands[1]) { kick throws(OperationFailure) in
        let exit = try DovecotFamily.service.exit(of: kick, commands[1])
        guard exit == 0 || exit == Self.nobody else {
          throw DovecotFamily.service.silent(PodService.said(kick), effect: .unknown)
        }
        return .run(commands[2]) { outcome throws(OperationFailure) in
          .done(Self.result(before, try DovecotSessions(outcome, of: commands[2]), of: login))
        }
      }
    }
  }

  private static func result(
    _ before: DovecotSessions,
    _ after: DovecotSessions,
    of login: String
  ) -> OperationResult {
    let gone = Set(before.sessions).subtracting(after.sessions)
    let kept = Set(before.sessions).intersection(after.sessions).count
    var summary = "\(counted(gone.count, "session")) of \(login) ended"
    if kept > 0 { summary += "; \(counted(kept, "session")) did not" }
    let new = after.sessions.count - kept
    if new > 0 { summary += "; \(counted(new, "session")) began since" }
    return OperationResult(
      [
        ended(gone.count), left(after.sessions.count),
        addresses(Array(before.addresses.prefix(200))),
      ],
      summary: summary + ".",
      doubt: before.doubt ?? after.doubt
    )
  }
}
