internal import Foundation
internal import Runbooks

/// `dns.wait`: how long others may still have an older answer than the one that is published.
///
/// Who asked before the change keeps the old records for their time to live (RFC 1035 §3.2.1), or for
/// the zone's negative one that there was nothing (RFC 2308 §5). A resolver that can be asked tells
/// what is left; for all others the longest of these times counts from now.
struct DNSWait: CommandOperation {
  private static let name = Parameter<String>(
    "name",
    check: DNSName.checked,
    help: "the name that was published"
  )
  private static let type = Parameter<DNSType>("type", default: .a, help: "the record type")
  private static let expected = Parameter<[String]>(
    "expect",
    default: [],
    help: "the data that is to be seen, as dns.lookup or a zone file has it; none: that there is "
      + "nothing any more"
  )
  private static let before = Parameter<Duration>(
    "kept",
    default: Duration.zero,
    check: { time, name throws(OperationFailure) in
      guard time >= .zero, time <= .seconds(Int32.max) else {
        throw .refusedArgument(
          name,
          DurationText.format(time),
          advice: "Give `kept` of dns.publish."
        )
      }
      return time
    },
    help: "how long what was there before may be kept, as dns.publish tells it"
  )

  private static let wait = ResultField<Duration>(
    "wait",
    help: "how long until nobody can have the old answer any more, for a wait; of what is not "
      + "published: until it could be, were it now"
  )
  private static let until = ResultField<String>("until", help: "when that is (RFC 3339, UTC)")
  private static let seenEverywhere = ResultField<Bool>(
    "seen_everywhere",
    help: "whether every server asked gives what is expected, and nothing else"
  )
  private static let published = ResultField<Bool>(
    "published",
    help:
      "whether every server of the zone that was asked does; without one, whether any server does"
  )
  private static let seen = ResultField<[String]>("seen", help: "the servers that do")
  private static let stale = ResultField<[String]>(
    "stale",
    help: "the servers that answer otherwise, each with what it says and how long it may keep that"
  )
  private static let silent = ResultField<[String]>(
    "silent",
    help: "the servers that did not say: no answer, SERVFAIL, REFUSED or no server of the zone"
  )
  private static let ttl = ResultField<Int>(
    "ttl",
    help: "the greatest time to live of the records that was told, in seconds; -1: none"
  )
  private static let negativeTTL = ResultField<Int>(
    "negative_ttl",
    help: "how long it is kept that something is not there, in seconds; -1: not told"
  )

  let declaration = OperationDeclaration(
    "dns.wait",
    "Tells how long others may still have an older answer, and who still has it.",
    parameters: [
      name, type, expected, before, DNSProviderArguments.zone, DNSArguments.resolvers,
      DNSArguments.authorities, Probe.from,
    ],
    results: [
      wait, until, seenEverywhere, published, seen, stale, silent, ttl, negativeTTL,
    ],
    risk: .read,
    isRepeatable: true
  )

  private struct Asked {
    let question: DNSQuestion
    let soa: DNSQuestion
    /// As ``DNSReply/answers``.
    let expected: [String]
    let kept: Int
    let servers: [DNSServer]

    init(_ call: Call) throws(OperationFailure) {
      question = DNSQuestion(name: try call[DNSWait.name], type: try call[DNSWait.type])
      let zone = try call[DNSProviderArguments.zone]
      guard question.name == zone || question.name.hasSuffix("." + zone) else {
        throw .refusedArgument(
          "name",
          question.name,
          advice: "It is outside the zone \(zone): name its own with `zone`."
        )
      }
      soa = DNSQuestion(name: zone, type: .soa)
      kept = Int(try call[DNSWait.before].components.seconds)
      servers =
        try call[DNSArguments.authorities].map { DNSServer(text: $0, isAuthority: true) }
        + call[DNSArguments.resolvers].map { DNSServer(text: $0, isAuthority: false) }
      guard !servers.isEmpty else {
        throw .refusedArgument(
          "resolvers",
          "none",
          advice: "Name at least one server in `resolvers` or `authorities`."
        )
      }
      let type = question.type
      expected = Set(try call[DNSWait.expected].map { DNSWait.canonical(type, $0) }).sorted()
    }

    var questions: [DNSQuestion] { question == soa ? [soa] : [question, soa] }
  }

  /// Data as replies have it; a text of TXT may stand without quotes, as dns.lookup tells it.
  private static func canonical(_ type: DNSType, _ text: String) -> String {
    type == .txt && !text.trimmingSpaces.hasPrefix("\"")
      ? DNSText.printable(Array(text.utf8)) : DNSText.words(type.rawValue, text)
  }

  func commands(_ call: Call) throws(OperationFailure) -> [Command] {
    let asked = try Asked(call)
    let from = try call[Probe.from]
    return asked.servers.map {
      Kdig.command(Kdig.argv($0, asked.questions), from: from, on: call.site)
    }
  }

  func begin(
    _ call: Call,
    _ commands: [Command],
    now: Int
  ) throws(OperationFailure) -> Procedure {
    let asked = try Asked(call)
    let each = zip(commands, asked.servers).map { ($0, $1, asked.questions) }
    return try Kdig.ask(each) { replies throws(OperationFailure) in
      .done(Self.result(asked, replies, now))
    }
  }

  private static func result(
    _ asked: Asked,
    _ replies: [DNSReplies],
    _ now: Int
  ) -> OperationResult {
    let told = replies.map { $0[asked.question] }
    let verdicts = told.filter(\.status.isVerdict)
    let silent = told.filter { !$0.status.isVerdict }
    let right = verdicts.filter { $0.answers == asked.expected }
    let wrong = verdicts.filter { $0.answers != asked.expected }
    let authorities = verdicts.filter(\.server.isAuthority)
    let isPublished =
      told.contains(where: \.server.isAuthority)
      ? !authorities.isEmpty && authorities.allSatisfy { $0.answers == asked.expected }
        && !silent.contains(where: \.server.isAuthority)
      : !right.isEmpty
    let negative = negativeTTL(replies, asked.soa, told)
    let positive = verdicts.compactMap { $0.status == .found ? $0.ttl : nil }.max()
    // Of those nobody asked here: any of them may have asked just before the change.
    let longest = max(asked.kept, positive ?? 0, negative ?? 0)
    let seconds = max(longest, wrong.map { left($0, negative) }.max() ?? 0)
    let doubt = doubt(silent) ?? doubt(positive, negative, asked)
    let isSeen = wrong.isEmpty && silent.isEmpty && !right.isEmpty
    let lines = wrong.map { reply in
      "\(reply.server.words): \(capped(reply.words, 300)), for \(left(reply, negative)) s more"
    }
    var summary =
      isSeen
      ? "\(asked.question.words) is as expected at \(counted(right.count, "server"))"
      : right.isEmpty && wrong.isEmpty
        ? "\(asked.question.words): no server could say"
        : "\(asked.question.words) is as expected at \(right.count) of "
          + counted(told.count, "server")
    if let first = lines.first { summary += "; \(capped(first, 200))" }
    summary += DNSFailure.without(silent)
    if !isPublished, !verdicts.isEmpty { summary += "; it is not published" }
    summary += "; others may have an older answer for \(DurationText.format(.seconds(seconds)))"
    return OperationResult(
      [
        wait(.seconds(seconds)), until(date(now + seconds)), seenEverywhere(isSeen),
        published(isPublished), seen(right.map(\.server.text)), stale(lines),
        Self.silent(silent.map(\.server.text)), ttl(positive ?? -1),
        Self.negativeTTL(negative ?? -1),
      ],
      summary: summary + ".",
      evidence: [
        Evidence(
          name: "answers",
          mediaType: "text/plain",
          bytes: Array(told.map { "\($0.server.words): \($0.words)\n" }.joined().utf8)
        )
      ],
      doubt: doubt
    )
  }

  /// How long a server may keep what it said; a server of the zone hands out the whole time anew.
  private static func left(_ reply: DNSReply, _ negative: Int?) -> Int {
    reply.status == .found ? reply.ttl ?? 0 : reply.negativeTTL ?? negative ?? 0
  }

  /// The zone's negative time to live: by its servers exactly; else bounded by the minimum alone, as a
  /// resolver tells how much is left of the SOA record, not how much there was.
  private static func negativeTTL(
    _ replies: [DNSReplies],
    _ soa: DNSQuestion,
    _ told: [DNSReply]
  ) -> Int? {
    var (exact, bound) = ([Int](), [Int]())
    for reply in replies.map({ $0[soa] }) where reply.status == .found {
      guard let data = reply.answers.first.flatMap(SOAData.init) else { continue }
      if reply.server.isAuthority {
        exact.append(min(data.minimum, reply.ttl ?? data.minimum))
      } else {
        bound.append(data.minimum)
      }
    }
    return exact.max() ?? bound.max() ?? told.compactMap(\.negativeTTL).max()
  }

  /// A server that does not say may have anything: nothing is done as long as one does not.
  private static func doubt(_ silent: [DNSReply]) -> Doubt? {
    guard let first = silent.first else { return nil }
    return Doubt(
      .end,
      DNSReply.list(silent.map(DNSFailure.words), 4),
      advice: DNSFailure.advice(first)
    )
  }

  /// Without any time to live there is nothing to wait by.
  private static func doubt(_ positive: Int?, _ negative: Int?, _ asked: Asked) -> Doubt? {
    guard negative == nil else { return nil }
    return Doubt(
      positive == nil ? .end : .parts,
      "the negative time to live of \(asked.soa.name) was not told",
      advice: "Ask a server of the zone (`authorities`), and name the zone with `zone`."
    )
  }

  private static func date(_ seconds: Int) -> String {
    Date(timeIntervalSince1970: TimeInterval(seconds)).formatted(.iso8601)
  }
}
