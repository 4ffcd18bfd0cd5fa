internal import Runbooks

/// `dns.lookup`: what resolvers and the servers of a zone say of a name and a type.
struct DNSLookup: CommandOperation {
  private static let name = Parameter<String>(
    "name",
    default: { DNSName.canonical($0.domain) },
    "the site's domain",
    check: DNSName.checked,
    help: "the name to look up"
  )
  private static let type = Parameter<DNSType>("type", default: .a, help: "the record type")

  private static let status = ResultField<String>(
    "status",
    help: "NOERROR (there are records), NODATA, NXDOMAIN; MIXED: servers disagree; where none of "
      + "them knows: SERVFAIL, REFUSED, LAME, TRUNCATED, TIMEOUT, UNREACHABLE, OTHER or UNKNOWN"
  )
  private static let answers = ResultField<[String]>(
    "answers",
    help: "the data of the records, e.g. `10 mail.example.org`: names in lower case without the "
      + "last dot, strings of TXT joined, what does not print as \\DDD; at most 50"
  )
  private static let agree = ResultField<Bool>(
    "agree",
    help: "whether all that could say something say the same"
  )
  private static let ttl = ResultField<Int>(
    "ttl",
    help: "the least time to live that was told, in seconds; -1: none"
  )
  private static let kept = ResultField<Duration>(
    "kept",
    help: "how long others may keep what was answered, for a wait: the greatest time to live that "
      + "was told; zero where none was"
  )
  private static let authenticated = ResultField<Bool>(
    "authenticated",
    help: "whether every resolver that answered vouches for it by DNSSEC (AD)"
  )
  private static let truncated = ResultField<Bool>(
    "truncated",
    help: "whether an answer did not come whole, not even over TCP"
  )
  private static let servers = ResultField<[String]>("servers", help: "what each server says")
  private static let silent = ResultField<[String]>(
    "silent",
    help: "servers that said nothing of the name: no answer, SERVFAIL, REFUSED or no server of "
      + "the zone"
  )

  let declaration = OperationDeclaration(
    "dns.lookup",
    "Asks resolvers and the servers of a zone for a name, and whether they agree.",
    parameters: [
      name, type, DNSArguments.resolvers, DNSArguments.authorities, Probe.from,
    ],
    results: [status, answers, agree, ttl, kept, authenticated, truncated, servers, silent],
    risk: .read,
    isRepeatable: true
  )

  private func asked(_ call: Call) throws(OperationFailure) -> [DNSServer] {
    let resolvers = try call[DNSArguments.resolvers]
    let authorities = try call[DNSArguments.authorities]
    guard !resolvers.isEmpty || !authorities.isEmpty else {
      throw .refusedArgument(
        "resolvers",
        "none",
        advice: "Name at least one server in `resolvers` or `authorities`."
      )
    }
    return resolvers.map { DNSServer(text: $0, isAuthority: false) }
      + authorities.map { DNSServer(text: $0, isAuthority: true) }
  }

  func commands(_ call: Call) throws(OperationFailure) -> [Command] {
    let question = DNSQuestion(name: try call[Self.name], type: try call[Self.type])
    let from = try call[Probe.from]
    return try asked(call).map {
      Kdig.command(Kdig.argv($0, [question]), from: from, on: call.site)
    }
  }

  func begin(
    _ call: Call,
    _ commands: [Command],
    now: Int
  ) throws(OperationFailure) -> Procedure {
    let question = DNSQuestion(name: try call[Self.name], type: try call[Self.type])
    let asked = zip(commands, try asked(call)).map { ($0, $1, [question]) }
    return try Kdig.ask(asked) { replies throws(OperationFailure) in
      .done(Self.result(question, replies.map { $0[question] }))
    }
  }

  private static func result(_ question: DNSQuestion, _ replies: [DNSReply]) -> OperationResult {
    let verdicts = replies.filter(\.status.isVerdict)
    let isAgreed = verdicts.allSatisfy {
      $0.status == verdicts[0].status && $0.answers == verdicts[0].answers
    }
    let fromResolvers = verdicts.filter { !$0.server.isAuthority }
    let silent = replies.filter { !$0.status.isVerdict }
    let lines = replies.map { reply in
      capped("\(reply.server.words): \(reply.words)", 400) + suffix(reply)
    }
    return OperationResult(
      [
        status(overall(replies, verdicts, isAgreed)),
        answers(
          Set(verdicts.flatMap(\.answers)).sorted().prefix(50).map { capped($0, DNSText.limit) }
        ),
        agree(isAgreed), ttl(verdicts.compactMap(\.ttl).min() ?? -1),
        kept(.seconds(verdicts.compactMap(\.ttl).max() ?? 0)),
        authenticated(!fromResolvers.isEmpty && fromResolvers.allSatisfy(\.isAuthenticated)),
        truncated(replies.contains(where: \.isTruncated)), servers(lines),
        Self.silent(silent.map(\.server.text)),
      ],
      summary: summary(question, verdicts, isAgreed, silent),
      evidence: [
        Evidence(
          name: "answers",
          mediaType: "text/plain",
          bytes: replies.flatMap { reply in
            ([lines[replies.firstIndex(of: reply) ?? 0]] + reply.answers.map { "  " + $0 })
              .flatMap { Array(($0 + "\n").utf8) }
          }
        )
      ],
      doubt: DNSFailure.doubt(replies)
    )
  }

  private static func suffix(_ reply: DNSReply) -> String {
    (reply.ttl.map { " (TTL \($0))" } ?? "") + (reply.isAuthenticated ? " AD" : "")
  }

  private static func overall(
    _ replies: [DNSReply],
    _ verdicts: [DNSReply],
    _ isAgreed: Bool
  ) -> String {
    if let first = verdicts.first { return isAgreed ? first.status.rawValue : "MIXED" }
    let states = Set(replies.map(\.status))
    return states.count == 1 ? states.first?.rawValue ?? "UNKNOWN" : "UNKNOWN"
  }

  private static func summary(
    _ question: DNSQuestion,
    _ verdicts: [DNSReply],
    _ isAgreed: Bool,
    _ silent: [DNSReply]
  ) -> String {
    var words: String
    if let first = verdicts.first {
      words =
        isAgreed
        ? "\(question.words): \(first.words)"
          + (verdicts.count > 1 ? ", as \(counted(verdicts.count, "server")) say" : "")
        : "\(question.words): the servers disagree: "
          + verdicts.prefix(4).map { "\($0.server.words) says \($0.words)" }
          .joined(separator: "; ")
    } else {
      words = "\(question.words): no server could say"
    }
    return words + DNSFailure.without(silent) + "."
  }
}
