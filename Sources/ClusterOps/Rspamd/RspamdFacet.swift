internal import Runbooks

/// rspamc(1) against the simulated filter, which asks the simulated virus scanner.
struct RspamdFacet: Facet {
  let programs: Set = ["rspamc"]

  func answer(_ command: Command, in scene: inout Scene) -> Answer? {
    let program = Probe.inner(command.program)
    guard case .pod = command.vantage, program.first == "rspamc", let verb = program.last else {
      return nil
    }
    let rspamd = scene.world.state["rspamd"] ?? .record([:])
    guard rspamd.truth("running", true) else {
      var answer = Answer("IO write error: Connection refused\n\n")
      answer.exit = 1
      return answer
    }
    switch verb {
    case "stat":
      return Self.statistics(
        rspamd,
        uptime: max(
          0,
          scene.world.now - scene.moment("started", in: rspamd, ago: "uptime", 86_400)
        )
      )
    case "symbols":
      let message = String(decoding: command.input, as: UTF8.self)
      return Self.answer(
        to: message,
        rspamd,
        scans: scene.world.state["clamav"]?.truth("running", true) ?? true
      )
    default: return nil
    }
  }

  private static func statistics(_ rspamd: Value, uptime: Int) -> Answer {
    let actions = [
      "reject", "soft reject", "rewrite subject", "add header", "greylist", "no action",
    ]
    let counts = actions.map { rspamd["actions"]?.int($0, 0) ?? 0 }
    let ham = counts.last ?? 0
    let all = counts.reduce(0, +)
    return Answer(
      bytes: JSONBytes.text(
        .record([
          "version": .string("3.4"), "uptime": .integer(uptime),
          "scanned": .integer(all), "learned": .integer(rspamd.int("learned", 0)),
          "spam_count": .integer(all - ham), "ham_count": .integer(ham),
          "actions": .record(
            Dictionary(zip(actions, counts.map(Value.integer)), uniquingKeysWith: { $1 })
          ),
          "scan_times": .list([]),
        ])
      )
    )
  }

  /// What the rules in `deploy/base/mail/rspamd` make of a message.
  struct Verdict {
    var action = "no action"
    var score = 2
    /// What the sender is told; empty: nothing of its own.
    var reply = ""
    var symbols = ["FROM_HAS_DN", "R_DKIM_NA"]
  }

  /// Judges a message.
  ///
  /// - Parameter scans: whether the virus scanner answers.
  static func judge(_ message: String, _ rspamd: Value, scans: Bool) -> Verdict {
    var verdict = Verdict()
    guard rspamd.truth("rejects", true) else { return verdict }
    let sample = SampleMessage(message: message)
    if sample == .gtube {
      verdict = Verdict(action: "reject", score: 15, reply: "Gtube pattern", symbols: ["GTUBE"])
    } else if !scans {
      verdict.action = "soft reject"
      verdict.reply = "Content scanner unavailable, try again later"
      verdict.symbols += ["CLAM_VIRUS_FAIL", "FORCE_ACTION_VIRUS_UNKNOWN"]
    } else if sample == .eicar {
      verdict.action = "reject"
      verdict.reply = "Rejected: malware detected"
      verdict.symbols += ["CLAM_VIRUS", "FORCE_ACTION_VIRUS"]
    }
    return verdict
  }

  private static func answer(to message: String, _ rspamd: Value, scans: Bool) -> Answer {
    let verdict = judge(message, rspamd, scans: scans)
    let id = message.split(whereSeparator: \.isNewline).first { $0.hasPrefix("Message-ID: <") }
    return Answer(
      bytes: JSONBytes.text(
        .record([
          "is_skipped": .boolean(verdict.symbols == ["GTUBE"]), "score": .integer(verdict.score),
          "required_score": .integer(15), "action": .string(verdict.action),
          "symbols": .record(
            Dictionary(
              verdict.symbols.map { ($0, .record(["name": .string($0)])) },
              uniquingKeysWith: { $1 }
            )
          ),
          "messages": .record(
            verdict.reply.isEmpty ? [:] : ["smtp_message": .string(verdict.reply)]
          ),
          "message-id": .string(id.map { String($0.dropFirst(13).dropLast()) } ?? "undef"),
          "time_real": .integer(0),
        ])
      )
    )
  }
}
