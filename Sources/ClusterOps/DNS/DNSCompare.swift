internal import Runbooks

/// `dns.compare`: a zone file of the site against what is published.
///
/// The file is read by ldns-read-zone(1), see docs/decisions/050; times to live are not compared, as
/// resolvers count them down.
struct DNSCompare: CommandOperation {
  private static let file = Parameter<String>(
    "file",
    check: checkedFile,
    help: "the zone file (RFC 1035 §5), with `$ORIGIN`, in the site's directory"
  )

  /// Refuses a path that leads out of the site's directory.
  static func checkedFile(_ path: String, _ name: String) throws(OperationFailure) -> String {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    guard !path.isEmpty, !path.utf8.contains(0), !parts.contains(".."), !path.hasPrefix("/") else {
      throw .refusedArgument(
        name,
        path,
        advice: "Give a file of the site's directory, e.g. `dns/zone.db`."
      )
    }
    return path
  }

  private static let matches = ResultField<Bool>(
    "matches",
    help: "whether all that answered publish just what the file has, for its names and types"
  )
  private static let records = ResultField<Int>("records", help: "records of the file")
  private static let same = ResultField<Int>(
    "same",
    help: "of these, those that every server that answered has"
  )
  private static let missing = ResultField<[String]>(
    "missing",
    help: "records of the file that are not published, at most 50, with the servers"
  )
  private static let different = ResultField<[String]>(
    "different",
    help: "records that are published with other data, likewise"
  )
  private static let extra = ResultField<[String]>(
    "extra",
    help: "records of the file's names and types that are published beside it, likewise"
  )
  private static let skipped = ResultField<[String]>(
    "skipped",
    help: "records of the file that cannot be compared, at most 50"
  )
  private static let silent = ResultField<[String]>(
    "silent",
    help: "servers that could not tell all"
  )

  let declaration = OperationDeclaration(
    "dns.compare",
    "Compares a zone file of the site with what its servers and resolvers answer.",
    parameters: [file, DNSArguments.resolvers, DNSArguments.authorities, Probe.from],
    results: [matches, records, same, missing, different, extra, skipped, silent],
    risk: .read,
    isRepeatable: true
  )

  private func servers(_ call: Call) throws(OperationFailure) -> [DNSServer] {
    let servers =
      try call[DNSArguments.authorities].map { DNSServer(text: $0, isAuthority: true) }
      + call[DNSArguments.resolvers].map { DNSServer(text: $0, isAuthority: false) }
    guard !servers.isEmpty else {
      throw .refusedArgument(
        "resolvers",
        "none",
        advice: "Name at least one server in `resolvers` or `authorities`."
      )
    }
    return servers
  }

  func commands(_ call: Call) throws(OperationFailure) -> [Command] {
    let path = call.site.directory + "/" + (try call[Self.file])
    let from = try call[Probe.from]
    // -s: without what signing adds, which the file of a person does not have either.
    return [Command(here: ["ldns-read-zone", "-s", path], keep: 4 << 20, streams: false)]
      + (try servers(call)).map {
        Kdig.command(
          Kdig.fed($0),
          from: from,
          on: call.site,
          inputDescription: "names and types of the zone file"
        )
      }
  }

  func begin(
    _ call: Call,
    _ commands: [Command],
    now: Int
  ) throws(OperationFailure) -> Procedure {
    let path = try call[Self.file]
    let servers = try servers(call)
    return .run(commands[0]) { outcome throws(OperationFailure) in
      let zone = try Self.zone(outcome, path)
      let questions = zone.sets.map(\.question)
      let asked = zip(commands.dropFirst(), servers).map { command, server in
        (command.feeding(Kdig.input(questions)), server, questions)
      }
      return try Kdig.ask(asked) { replies throws(OperationFailure) in
        .done(Self.result(zone, replies, path))
      }
    }
  }

  /// Demands that ldns-read-zone(1) read the whole file.
  static func require(_ outcome: CommandOutcome, _ path: String) throws(OperationFailure) {
    let complaint = StandardError(outcome.stderr).telling.first ?? ""
    guard outcome.exit == 0, !outcome.isTruncated else {
      throw OperationFailure(
        .failed,
        "the zone file \(capped(path, 120)) cannot be read"
          + (complaint.isEmpty ? "" : ": \(capped(complaint))"),
        advice: "Correct it there; `ldns-read-zone` (apt install ldnsutils) reads it.",
        effect: .none
      )
    }
  }

  private static func zone(
    _ outcome: CommandOutcome,
    _ path: String
  ) throws(OperationFailure) -> ZoneLines {
    try require(outcome, path)
    let zone = ZoneLines(outcome.stdoutText)
    guard !zone.sets.isEmpty, zone.strange == 0, zone.sets.count <= ZoneLines.limit else {
      let why =
        zone.sets.count > ZoneLines.limit
        ? "has \(zone.sets.count) names and types, more than \(ZoneLines.limit)"
        : zone.strange > 0
          ? "has \(counted(zone.strange, "line")) that were not understood"
          : "has no record that can be compared"
      throw OperationFailure(
        .malformed,
        "the zone file \(capped(path, 120)) \(why)",
        advice: "See what `ldns-read-zone -s` prints of it; compare a smaller file.",
        effect: .none
      )
    }
    return zone
  }

  private static func result(
    _ zone: ZoneLines,
    _ replies: [DNSReplies],
    _ path: String
  ) -> OperationResult {
    var (told, sameEverywhere) = ([DNSReply](), 0)
    var (missing, different, extra) = (Findings(), Findings(), Findings())
    for set in zone.sets {
      let answered = replies.map { $0[set.question] }
      told += answered
      let verdicts = answered.filter(\.status.isVerdict)
      var least = verdicts.isEmpty ? 0 : set.data.count
      for reply in verdicts {
        let found = ZoneDifference(set.question, meant: set.data, published: reply.answers)
        least = min(least, found.same)
        missing.add(found.missing, by: reply.server)
        different.add(found.different, by: reply.server)
        extra.add(found.extra, by: reply.server)
      }
      sameEverywhere += least
    }
    let count = zone.sets.map(\.data.count).reduce(0, +)
    let isSame = missing.isEmpty && different.isEmpty && extra.isEmpty
    let silent = told.filter { !$0.status.isVerdict }
    let isKnown = silent.count < told.count
    var summary =
      !isKnown
      ? "no server could say what is published of \(capped(path, 120))"
      : isSame
        ? "\(counted(count, "record")) of \(capped(path, 120)) published as meant"
        : "\(sameEverywhere) of \(counted(count, "record")) published as meant, "
          + "\(missing.count) missing, \(different.count) different, \(extra.count) extra: "
          + capped((different.lines + missing.lines + extra.lines).first ?? "", 300)
    summary += DNSFailure.without(silent)
    if !zone.skipped.isEmpty { summary += "; \(zone.skipped.count) not compared" }
    var seen: Set<String> = []
    return OperationResult(
      [
        matches(isSame && isKnown), records(count), same(sameEverywhere),
        Self.missing(missing.lines), Self.different(different.lines), Self.extra(extra.lines),
        skipped(Array(zone.skipped.prefix(50))),
        Self.silent(silent.map(\.server.text).filter { seen.insert($0).inserted }),
      ],
      summary: summary + ".",
      evidence: [
        Evidence(
          name: "differences",
          mediaType: "text/plain",
          bytes: Array(
            (missing.all("missing") + different.all("different") + extra.all("extra"))
              .map { $0 + "\n" }.joined().utf8
          )
        )
      ],
      doubt: DNSFailure.doubt(told)
    )
  }
}

/// Findings, each with the servers that show it.
private struct Findings {
  private var texts: [String] = []
  private var servers: [String: [String]] = [:]

  var isEmpty: Bool { texts.isEmpty }
  var count: Int { texts.count }
  var lines: [String] { texts.prefix(50).map(line) }

  mutating func add(_ found: [String], by server: DNSServer) {
    for text in found {
      if servers[text] == nil { texts.append(text) }
      servers[text, default: []].append(server.words)
    }
  }

  func all(_ kind: String) -> [String] { texts.map { "\(kind): \(line($0))" } }

  private func line(_ text: String) -> String {
    "\(text) (\((servers[text] ?? []).joined(separator: ", ")))"
  }
}
