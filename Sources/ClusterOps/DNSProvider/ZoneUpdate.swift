internal import Runbooks

/// A change of a zone by RFC 2136, as knsupdate(1) of Knot 3.2 takes it on standard input.
enum ZoneUpdate {
  /// Seconds that the server is waited for.
  static let patience = 10

  /// Octets of an update that are sent; a message over TCP has at most 65,535.
  static let limit = 48 << 10

  /// By TCP alone: over UDP knsupdate would send an update again whose answer was lost.
  static func argv(key: String) -> [String] {
    ["knsupdate", "-v", "-t", String(patience), "-k", key]
  }

  /// The update, shown before it is sent, and the server's answer.
  ///
  /// It is taken as a whole or not at all (§3.4), and only where every set that is changed is still
  /// as it was read: with just these records (§2.4.2), or not there (§2.4.3).
  static func script(
    _ changes: ZoneChanges,
    of zone: String,
    at server: DNSServer
  ) throws(OperationFailure) -> [UInt8] {
    let parts = server.text.split(separator: "#", maxSplits: 1).map(String.init)
    var lines = ["server \(parts.joined(separator: " "))", "zone \(zone)."]
    for change in changes.needed {
      let set = "\(change.question.owner)"
      let type = change.question.type.rawValue
      if let before = change.before {
        lines += before.data.map { "prereq yxrrset \(set) \(type) \($0.text)" }
      } else {
        lines.append("prereq nxrrset \(set) \(type)")
      }
    }
    for change in changes.needed {
      let set = "\(change.question.owner)"
      let type = change.question.type.rawValue
      if change.before != nil { lines.append("update delete \(set) \(type)") }
      if let after = change.after {
        lines += after.data.map { "update add \(set) \(after.ttl) \(type) \($0.text)" }
      }
    }
    lines += ["show", "send", "answer"]
    let script = lines.map { $0 + "\n" }.joined()
    guard script.utf8.count <= limit else {
      throw OperationFailure(
        .refused,
        "the change has \(script.utf8.count) octets, more than one update takes (\(limit))",
        advice: "Publish in two steps.",
        effect: .none
      )
    }
    return Array(script.utf8)
  }

  /// Reads how knsupdate ended.
  static func ending(
    _ outcome: CommandOutcome,
    of command: Command,
    at server: DNSServer
  ) -> PublishEnding {
    let said = StandardError(outcome.stderr)
    // Without knsupdate's `;; WARNING: `.
    let telling = (said.errors + said.warnings).map { line in
      capped(line.split(separator: ": ", maxSplits: 1).last.map(String.init) ?? line, 200)
    }
    func heard(_ words: String) -> Bool { telling.contains { $0.contains(words) } }
    guard outcome.exit != 127 else {
      return .refused(CommandRunner.missing(command.program.first ?? "knsupdate"))
    }
    if heard("failed to parse keyfile") {
      return .refused(
        failure(
          "the TSIG key cannot be read from \(capped(command.program.last ?? "", 120))",
          "The file has to be there, be readable, and hold `ALGORITHM:NAME:SECRET` on one line "
            + "(`keymgr -t NAME` makes one)."
        )
      )
    }
    // Nothing was sent.
    if heard("can't connect") || heard("not known for") || heard("invalid record")
      || heard("failed to build UPDATE")
    {
      return .refused(
        failure(
          "\(server.words) was not given the update: \(telling.first ?? "")",
          "See that it is up and that TCP to its port is open from there; then retry."
        )
      )
    }
    guard let status = status(outcome.stdoutText) else {
      return .unknown(telling.first ?? "knsupdate ended with status \(outcome.exit)")
    }
    switch status {
    case "NOERROR" where outcome.exit == 0: return .taken
    // Where an answer cannot be verified it may be anybody's.
    case "NOERROR": return .unknown(telling.first ?? "its answer was not verified")
    case "YXRRSET", "NXRRSET", "YXDOMAIN", "NXDOMAIN":
      return .overtaken(server.words, status)
    case "SERVFAIL": return .unknown("it could not take it (SERVFAIL)")
    default: return .refused(refusal(status, server))
    }
  }

  /// The return code of the server's answer, the last message that was printed.
  private static func status(_ output: String) -> String? {
    let lines = output.split(whereSeparator: \.isNewline)
    let header = lines.last { $0.hasPrefix(";; ->>HEADER<<- opcode: UPDATE; status: ") }
    // The answer, not the update that was shown before: `qr` tells it.
    guard let header, let place = lines.lastIndex(of: header), place + 1 < lines.count,
      lines[place + 1].hasPrefix(";; Flags: qr")
    else { return nil }
    let rest = header.dropFirst(";; ->>HEADER<<- opcode: UPDATE; status: ".count)
    return capped(String(rest.prefix { $0 != ";" }), 20)
  }

  private static func refusal(_ status: String, _ server: DNSServer) -> OperationFailure {
    let (words, advice) =
      switch status {
      case "NOTAUTH":
        (
          "is not the zone's primary, or wants the update signed (NOTAUTH)",
          "Name the primary in `server`, and see that the key is the zone's."
        )
      case "NOTZONE":
        (
          "says that a name is outside the zone (NOTZONE)", "Name the zone that holds it in `zone`."
        )
      case "REFUSED":
        (
          "does not let this key change that (REFUSED)",
          "Have the key allowed to update these names and types of the zone."
        )
      case "BADKEY":
        (
          "does not know the key, or does not let it change that (BADKEY)",
          "Compare the key's name and algorithm in the file with the server's, and what it may change."
        )
      case "BADSIG":
        (
          "says that the signature is wrong (BADSIG)",
          "The secret in the file is another than the server's: replace the file."
        )
      case "BADTIME":
        (
          "says that the clocks differ by more than five minutes (BADTIME)",
          "Set the clock here or there right (timedatectl), then retry."
        )
      case "FORMERR": ("did not understand the update (FORMERR)", "See the server's log.")
      case "NOTIMP":
        ("takes no updates (NOTIMP)", "Allow updates by RFC 2136 there, or publish in another way.")
      default: ("answered \(status)", "See the server's log.")
      }
    return failure("\(server.words) \(words)", advice)
  }

  private static func failure(_ message: String, _ advice: String) -> OperationFailure {
    OperationFailure(.refused, message, advice: advice, effect: .none)
  }
}
