internal import Foundation
internal import Runbooks

/// Messages that were sent to be looked for: where they lie in a simulated world, and the time that is
/// waited for them.
struct CanaryFacet: Facet {
  let programs: Set = ["doveadm", "sleep"]

  func answer(_ command: Command, in scene: inout Scene) -> Answer? {
    let program = Probe.inner(command.program)
    if program.first == "sleep", let seconds = program.last.flatMap({ Int($0) }) {
      scene.world.now += max(0, min(seconds, 3_600))
      return Answer()
    }
    guard case .pod = command.vantage, program.first == "xargs",
      let start = program.firstIndex(of: "doveadm"), let login = Scene.option("-u", program)
    else { return nil }
    let id = String(decoding: command.input, as: UTF8.self).split(separator: "\n").map(String.init)
    let isRemoval = program[start...].contains("expunge")
    return scene.mailbox(of: login, id.first ?? "", isRemoval: isRemoval)
  }
}

extension Scene {
  /// A message that a simulated host has taken, on its way.
  struct Arriving {
    let messageID: String
    let queueID: String
    let recipient: String
    let helo: String
    /// With CRLF; the header and an empty line first.
    let message: String
    let isSecure: Bool

    var lines: [Substring] {
      message.replacing("\r\n", with: "\n")
        .split(separator: "\n", omittingEmptySubsequences: false)
    }
  }

  /// Puts a message on its way into the recipient's mailbox, unless the scenario loses it.
  mutating func deliver(_ mail: Arriving) {
    let smtp = world.state["smtp"] ?? .record([:])
    guard !smtp.truth("loses", false) else { return }
    let isSpam = smtp.truth("junk", false)
    let at = world.now + smtp.int("delay", 0)
    let tls =
      mail.isSecure
      ? "\n\t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)\n"
        + "\t key-exchange X25519 server-signature ECDSA (P-256) server-digest SHA256)\n"
        + "\t(No client certificate requested)" : ""
    // As Postfix, Rspamd and Dovecot write them, each on top of what was there.
    let header = """
      Return-Path: <>
      Delivered-To: \(mail.recipient)
      Received: from \(site.mailHost)
      \tby \(site.mailHost) with LMTP
      \tid \(mail.queueID)
      \t(envelope-from <>)
      \tfor <\(mail.recipient)>; \(MailDate.text(at))
      Received: from \(mail.helo) (unknown [198.51.100.77])\(tls)
      \tby \(site.mailHost) (Postfix) with \(mail.isSecure ? "ESMTPS" : "ESMTP") id \(mail.queueID)
      \tfor <\(mail.recipient)>; \(MailDate.text(world.now)) (UTC)
      Authentication-Results: \(site.mailHost);
      \tdkim=none;
      \tspf=none (\(site.mailHost): domain of \(mail.helo) has no SPF policy) smtp.helo=\(mail.helo);
      \tdmarc=none
      X-Spamd-Result: default: False [\(isSpam ? "8.10" : "1.30") / 15.00];
      \tMIME_GOOD(-0.10)[text/plain];\(isSpam ? "\nX-Spam: Yes" : "")

      """
    let ours = mail.lines.prefix { !$0.isEmpty }.joined(separator: "\n")
    let arrived = world.state["canaries"]?.elements ?? []
    world.state["canaries"] = .list(
      arrived + [
        .record([
          "id": .string(mail.messageID), "login": .string(mail.recipient),
          "folder": .string(isSpam ? "Junk" : "INBOX"), "header": .string(header + ours + "\n\n"),
          "at": .integer(at),
        ])
      ]
    )
  }

  /// What doveadm prints of the message with an id, or says when it has deleted it.
  fileprivate mutating func mailbox(
    of login: String,
    _ id: String,
    isRemoval: Bool
  ) -> Answer {
    guard world.state["dovecot"]?.truth("running", true) ?? true else {
      var answer = Answer(isRemoval ? "" : "[]")
      answer.exit = 123
      answer.stderr =
        "doveadm(\(login)): Error: User lookup failed: Internal error occurred. Refer to server log "
        + "for more information.\n"
      return answer
    }
    let all = world.state["canaries"]?.elements ?? []
    func isAsked(_ mail: Value) -> Bool {
      mail["login"]?.text == login && mail.int("at", 0) <= world.now
        && mail.text("header", "").contains("<\(id)>")
    }
    guard !isRemoval else {
      world.state["canaries"] = .list(all.filter { !isAsked($0) })
      return Answer()
    }
    return Answer(
      bytes: JSONBytes.text(
        .list(
          all.filter(isAsked).map { mail in
            .record([
              "hdr": .string(mail.text("header", "")),
              "mailbox": .string(mail.text("folder", "INBOX")),
              "date.received.unixtime": .string(String(mail.int("at", 0))),
            ])
          }
        )
      )
    )
  }
}
