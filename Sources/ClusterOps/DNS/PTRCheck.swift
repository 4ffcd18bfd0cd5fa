internal import Runbooks

/// `ptr.check`: forward-confirmed reverse DNS (RFC 8601 §2.7.3): each address has one PTR record, the
/// name is that of the mail host, and the name has the address.
struct PTRCheck: CommandOperation {
  private static let host = Parameter<String>(
    "host",
    default: { DNSName.canonical($0.mailHost) },
    "the site's mail host",
    check: DNSName.checked,
    help: "the name that the PTR records have to give"
  )

  private static let confirmed = ResultField<Bool>(
    "confirmed",
    help: "whether nothing was found wrong with any address by any resolver that answered"
  )
  private static let names = ResultField<[String]>(
    "names",
    help: "`ADDRESS NAME` for each PTR record found"
  )
  private static let problems = ResultField<[String]>("problems", help: "what is wrong, in words")
  private static let unconfirmed = ResultField<[String]>(
    "unconfirmed",
    help: "the addresses with a problem"
  )
  private static let silent = ResultField<[String]>(
    "silent",
    help: "resolvers that could not tell all"
  )

  let declaration = OperationDeclaration(
    "ptr.check",
    "Checks that addresses lead to the mail host's name by PTR, and the name back to them.",
    parameters: [
      DNSArguments.addresses, host, DNSArguments.resolvers, Probe.from,
    ],
    results: [confirmed, names, problems, unconfirmed, silent],
    risk: .read,
    isRepeatable: true
  )

  private struct Setting {
    let addresses: [IPAddress]
    let host: String
    let resolvers: [DNSServer]

    var questions: [DNSQuestion] {
      addresses.map { DNSQuestion(name: $0.pointer, type: .ptr) }
    }

    init(_ call: Call) throws(OperationFailure) {
      addresses = try call[DNSArguments.addresses].compactMap { IPAddress($0) }
      host = try call[PTRCheck.host]
      resolvers = try call[DNSArguments.resolvers].map { DNSServer(text: $0, isAuthority: false) }
      guard !resolvers.isEmpty else {
        throw .refusedArgument("resolvers", "none", advice: "Name at least one resolver.")
      }
    }
  }

  func commands(_ call: Call) throws(OperationFailure) -> [Command] {
    let setting = try Setting(call)
    let from = try call[Probe.from]
    return setting.resolvers.map {
      Kdig.command(Kdig.argv($0, setting.questions), from: from, on: call.site)
    }
      + setting.resolvers.map {
        Kdig.command(
          Kdig.fed($0),
          from: from,
          on: call.site,
          inputDescription: "the names found and \(setting.host), types A and AAAA"
        )
      }
  }

  func begin(
    _ call: Call,
    _ commands: [Command],
    now: Int
  ) throws(OperationFailure) -> Procedure {
    let setting = try Setting(call)
    let count = setting.resolvers.count
    let back = zip(commands, setting.resolvers).map { ($0, $1, setting.questions) }
    return try Kdig.ask(back) { pointers throws(OperationFailure) in
      let types = Set(setting.addresses.map(\.type)).sorted { $0.rawValue < $1.rawValue }
      let forth = pointers.enumerated().map { place, replies in
        let names = Self.names(replies, setting)
        let questions = names.flatMap { name in types.map { DNSQuestion(name: name, type: $0) } }
        let command = commands[count + place].feeding(Kdig.input(questions))
        return (command, replies.server, questions)
      }
      return try Kdig.ask(forth) { forwards throws(OperationFailure) in
        .done(Self.result(setting, Array(zip(pointers, forwards))))
      }
    }
  }

  /// The names to look up: those found, as far as they can be asked, and the host.
  private static func names(_ replies: DNSReplies, _ setting: Setting) -> [String] {
    let found = setting.questions.flatMap { replies[$0].answers }.filter(DNSName.isPlain)
    return Array(Set(found).sorted().prefix(40))
      + (found.contains(setting.host) ? [] : [setting.host])
  }

  private static func result(
    _ setting: Setting,
    _ read: [(DNSReplies, DNSReplies)]
  ) -> OperationResult {
    var told: [DNSReply] = []
    var byProblem: [(words: String, address: String, servers: [String])] = []
    var names: Set<String> = []
    for (pointers, forwards) in read {
      for address in setting.addresses {
        let reply = pointers[DNSQuestion(name: address.pointer, type: .ptr)]
        told.append(reply)
        guard reply.status.isVerdict else { continue }
        for name in reply.answers { names.insert("\(address.text) \(capped(name, 255))") }
        let forward = forwards[DNSQuestion(name: forwardName(reply, setting), type: address.type)]
        told.append(forward)
        for words in problems(address, reply, forward, setting) {
          if let place = byProblem.firstIndex(where: { $0.words == words }) {
            byProblem[place].servers.append(pointers.server.words)
          } else {
            byProblem.append((words, address.text, [pointers.server.words]))
          }
        }
      }
    }
    // That only some resolvers see it is a finding of its own: caches, or a zone half changed.
    let lines = byProblem.map { problem in
      problem.servers.count == read.count
        ? problem.words : "\(problem.words) (says \(problem.servers.joined(separator: ", ")))"
    }
    let silent = told.filter { !$0.status.isVerdict }
    var seen: Set<String> = []
    let isKnown = told.contains(where: \.status.isVerdict)
    var summary =
      lines.isEmpty
      ? (isKnown
        ? "\(DNSReply.list(setting.addresses.map(\.text), 4)): confirmed by PTR as \(setting.host), "
          + "and back"
        : "no resolver could tell the PTR of \(setting.host)'s addresses")
      : DNSReply.list(lines)
    summary += DNSFailure.without(silent)
    return OperationResult(
      [
        confirmed(lines.isEmpty && isKnown), Self.names(names.sorted().prefix(50).map { $0 }),
        Self.problems(lines.prefix(50).map { capped($0, 400) }),
        unconfirmed(
          setting.addresses.map(\.text).filter { text in byProblem.contains { $0.address == text } }
        ),
        Self.silent(silent.map(\.server.text).filter { seen.insert($0).inserted }),
      ],
      summary: summary + ".",
      doubt: DNSFailure.doubt(told)
    )
  }

  /// The name whose addresses confirm: the one found, else the host's.
  private static func forwardName(_ reply: DNSReply, _ setting: Setting) -> String {
    if reply.answers.contains(setting.host) { return setting.host }
    return reply.answers.first(where: DNSName.isPlain) ?? setting.host
  }

  private static func problems(
    _ address: IPAddress,
    _ reply: DNSReply,
    _ forward: DNSReply,
    _ setting: Setting
  ) -> [String] {
    let ask = "ask the owner of the address, i.e. the provider, for `\(setting.host)`"
    var problems: [String] = []
    switch reply.answers.count {
    case 0: problems.append("\(address.text) has no PTR record: \(ask)")
    case 1 where reply.answers[0] != setting.host:
      problems.append(
        "\(address.text) is called \(capped(reply.answers[0], 120)), not \(setting.host): \(ask)"
      )
    case 1: break
    default:
      problems.append(
        "\(address.text) has \(reply.answers.count) PTR records (\(DNSReply.list(reply.answers))): "
          + "\(ask) alone"
      )
    }
    if forward.status.isVerdict, !forward.answers.contains(address.text) {
      problems.append(
        "\(capped(forward.question.words, 160)) does not lead to \(address.text) but is "
          + "\(forward.words): publish it"
      )
    }
    return problems
  }
}
