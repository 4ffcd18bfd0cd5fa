internal import Runbooks

/// doveadm(1) and doveconf(1) against the simulated mailboxes.
struct DovecotFacet: Facet {
  let programs: Set = ["doveadm", "doveconf"]

  func answer(_ command: Command, in scene: inout Scene) -> Answer? {
    let program = Probe.inner(command.program)
    guard case .pod = command.vantage else { return nil }
    switch program.first {
    case "doveadm": return scene.doveadm(program.dropFirst().filter { $0 != "-f" && $0 != "tab" })
    case "doveconf": return scene.doveconf(Array(program.dropFirst()))
    default: return nil
    }
  }
}

extension Scene {
  private var dovecot: Value { world.state["dovecot"] ?? .record([:]) }

  fileprivate mutating func doveadm(_ words: [String]) -> Answer? {
    guard dovecot.truth("running", true) else {
      return Answer(
        exit: 75,
        stderr: "Fatal: net_connect_unix(/run/dovecot/anvil) failed: Connection refused\n"
      )
    }
    switch words.first {
    case "who": return who(words.count > 2 ? words[2] : nil)
    case "kick": return kick(words.last ?? "")
    case "user": return user(words.last ?? "")
    case "quota": return quota(words.last ?? "")
    default: return nil
    }
  }

  /// One record a session: user, address and a process of its own.
  private func sessions() -> [Value] {
    var pid = 200
    return dovecot.records("sessions").flatMap { session in
      (0..<max(0, session.int("count", 1))).map { _ in
        pid += 2
        return Value.record([
          "user": .string(session.text("user", "")),
          "address": .string(session.text("address", "192.0.2.66")),
          "pid": .integer(session.int("pid", pid)),
        ])
      }
    }
  }

  private func who(_ login: String?) -> Answer {
    var answer = Answer("username\tproto\tpid\tip\n")
    answer.say(
      sessions().filter { login == nil || $0["user"]?.text == login }.map {
        "\($0.text("user", ""))\timap\t\($0.int("pid", 0))\t\($0.text("address", ""))"
      }
    )
    return answer
  }

  private mutating func kick(_ login: String) -> Answer {
    let all = sessions()
    let kept = all.filter { $0["user"]?.text != login }
    guard kept.count < all.count else { return Answer(exit: 68, stderr: "no users kicked\n") }
    var fields = dovecot.fields
    fields["sessions"] = .list(kept)
    world.state["dovecot"] = .record(fields)
    return Answer("\(login) kicked connections from the following users:\n\n")
  }

  /// The mailbox; one that nobody wrote down is there where it has a session, and the postmaster's
  /// always, as every mail domain must have it (RFC 5321 §4.5.1).
  private func mailbox(_ login: String) -> Value? {
    if let mailbox = dovecot["mailboxes"]?[login] { return mailbox }
    if login == "postmaster@\(site.domain)" { return .record([:]) }
    return sessions().contains { $0["user"]?.text == login } ? .record([:]) : nil
  }

  private func user(_ login: String) -> Answer {
    guard mailbox(login) != nil else {
      var answer = Answer("field\tvalue\n\n")
      answer.exit = 67
      answer.stderr = "userdb lookup: user \(login) doesn't exist\n"
      return answer
    }
    let parts = login.split(separator: "@")
    let home = "/var/vmail/\(parts.last ?? "")/\(parts.first ?? "")"
    return Answer("field\tvalue\nuid\t5000\ngid\t5000\nhome\t\(home)\nmail\tmaildir:~/Maildir\n")
  }

  private func quota(_ login: String) -> Answer {
    let mailbox = mailbox(login) ?? .record([:])
    let (used, limit) = (mailbox.int("used", 0), mailbox.int("limit", 5_242_880))
    let share = limit > 0 ? used * 100 / limit : 0
    return Answer(
      "Quota name\tType\tValue\tLimit\t%\n"
        + "User quota\tSTORAGE\t\(used)\t\(limit > 0 ? String(limit) : "-")\t\(share)\n"
        + "User quota\tMESSAGE\t\(mailbox.int("messages", 0))\t-\t0\n"
    )
  }
}
