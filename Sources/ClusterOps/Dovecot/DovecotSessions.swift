internal import Runbooks

/// The sessions that `doveadm -f tab who -1` lists: a line `username proto pid ip` each.
struct DovecotSessions: Sendable {
  struct Session: Hashable, Sendable {
    let user: String
    let service: String
    let pid: Int
    /// Empty: not told.
    let address: String
  }

  let sessions: [Session]
  /// Lines that were not understood.
  let strange: Int

  /// doveadm's arguments for them; without a login for all.
  static func argv(_ login: String?) -> [String] {
    ["doveadm", "-f", "tab", "who", "-1"] + (login.map { [$0] } ?? [])
  }

  /// - Throws: where it is no such list, not even an empty one.
  init(_ outcome: CommandOutcome, of command: Command) throws(OperationFailure) {
    let text = try DovecotFamily.service.text(of: outcome, command)
    let lines = text.split(whereSeparator: \.isNewline)
    guard lines.first == "username\tproto\tpid\tip" else {
      throw DovecotFamily.service.notUnderstood(
        lines.first.map { "it begins with ‘\(capped(String($0), 120))’" } ?? "it says nothing"
      )
    }
    var sessions: [Session] = []
    for line in lines.dropFirst() {
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
      guard fields.count == 4, !fields[0].isEmpty, let pid = Int(fields[2]) else { continue }
      sessions.append(
        Session(
          user: capped(String(fields[0]), 120),
          service: capped(String(fields[1]), 40),
          pid: pid,
          address: capped(String(fields[3]), 60)
        )
      )
    }
    self.sessions = sessions
    strange = lines.count - 1 - sessions.count
  }

  /// Where they come from, each address once, sorted.
  var addresses: [String] { Set(sessions.map(\.address)).filter { !$0.isEmpty }.sorted() }

  /// The same of each login, the one with the most addresses first.
  var people: [(user: String, sessions: Int, addresses: [String])] {
    Dictionary(grouping: sessions, by: \.user).map { user, all in
      (
        user: user, sessions: all.count,
        addresses: Set(all.map(\.address)).filter { !$0.isEmpty }.sorted()
      )
    }.sorted {
      ($1.addresses.count, $1.sessions, $0.user) < ($0.addresses.count, $0.sessions, $1.user)
    }
  }

  /// What is not known of them.
  var doubt: Doubt? {
    guard strange > 0 else { return nil }
    return Doubt(
      .parts,
      "\(counted(strange, "line")) of doveadm's list \(strange == 1 ? "was" : "were") not understood",
      advice: "Run the command by hand and read its output."
    )
  }
}
