internal import Runbooks

/// `dnsbl.check`: whether block lists have the site's addresses.
///
/// The test points of each list (RFC 5782 §5) are asked first: a list that does not have its own
/// test point, or has everything, is no evidence, nor is one that refuses or does not answer.
struct DNSBLCheck: CommandOperation {
  private static let addresses = Parameter<[String]>(
    "addresses",
    default: { $0.addresses },
    "the site's addresses",
    check: { texts, name throws(OperationFailure) in
      let checked = try IPAddress.checked(texts, name)
      if let text = checked.first(where: { IPAddress($0)?.isPrivate == true }) {
        throw .refusedArgument(
          name,
          text,
          advice: "No list has private addresses; give those that receivers see."
        )
      }
      return checked
    },
    help: "IPv4 and IPv6 addresses, as receivers see them"
  )
  private static let lists = Parameter<[String]>(
    "lists",
    default: BlockList.known.map(\.zone),
    check: { texts, name throws(OperationFailure) in
      var zones: [String] = []
      for text in texts {
        let zone = try DNSName.checked(text, name)
        if let why = BlockList.unfit[zone] {
          throw .refusedArgument(name, text, advice: "Leave it out: \(why).")
        }
        if zone != ".", !zones.contains(zone) { zones.append(zone) }
      }
      guard (1...24).contains(zones.count) else {
        throw .refusedArgument(name, "\(zones.count) lists", advice: "Name 1 to 24 lists.")
      }
      return zones
    },
    help: "zones of lists of addresses; of one that is not known here only the code 127.0.0.2 is "
      + "understood"
  )

  private static let clear = ResultField<Bool>(
    "clear",
    help: "whether every list that was asked could be believed and has none of the addresses"
  )
  private static let listed = ResultField<[String]>(
    "listed",
    help: "`ADDRESS LIST CODE MEANING` for each listing"
  )
  private static let clean = ResultField<[String]>(
    "clean",
    help: "`ADDRESS LIST` where a list that can be believed does not have it"
  )
  private static let refused = ResultField<[String]>(
    "refused",
    help: "lists that do not answer us, and why"
  )
  private static let dead = ResultField<[String]>(
    "dead",
    help: "lists that do not list their own test point, or list everything, and why"
  )
  private static let unreachable = ResultField<[String]>(
    "unreachable",
    help: "lists that could not be asked, and why"
  )
  private static let unclear = ResultField<[String]>(
    "unclear",
    help: "`ADDRESS LIST CODE` for answers nobody here knows the meaning of"
  )

  let declaration = OperationDeclaration(
    "dnsbl.check",
    "Asks DNS block lists for addresses, after proving each list by its test points.",
    parameters: [addresses, lists, DNSArguments.listResolver, Probe.from],
    results: [clear, listed, clean, refused, dead, unreachable, unclear],
    risk: .read,
    isRepeatable: true
  )

  private struct Setting {
    let addresses: [IPAddress]
    let lists: [BlockList]
    let resolver: DNSServer

    init(_ call: Call) throws(OperationFailure) {
      addresses = try call[DNSBLCheck.addresses].compactMap { IPAddress($0) }
      lists = try call[DNSBLCheck.lists].map(BlockList.of)
      resolver = DNSServer(text: try call[DNSArguments.listResolver], isAuthority: false)
    }

    /// What a list is asked before anything else.
    func tests(_ list: BlockList) -> [DNSQuestion] {
      points(list).flatMap { [$0.listed, $0.unlisted] }.map { Self.question($0, list, .a) }
    }

    /// The test points of the families that a list is asked for.
    func points(_ list: BlockList) -> [ListTestPoint] {
      ListTestPoint.all.filter { point in
        asked(list).contains { $0.isIPv6 == point.listed.isIPv6 }
      }
    }

    /// The addresses that a list may have.
    func asked(_ list: BlockList) -> [IPAddress] {
      addresses.filter { !$0.isIPv6 || list.takesIPv6 }
    }

    static func question(
      _ address: IPAddress,
      _ list: BlockList,
      _ type: DNSType
    ) -> DNSQuestion {
      DNSQuestion(name: "\(address.reversed).\(list.zone)", type: type)
    }
  }

  func commands(_ call: Call) throws(OperationFailure) -> [Command] {
    let setting = try Setting(call)
    let from = try call[Probe.from]
    return [
      Kdig.command(
        Kdig.argv(setting.resolver, setting.lists.flatMap(setting.tests)),
        from: from,
        on: call.site
      ),
      Kdig.command(
        Kdig.fed(setting.resolver),
        from: from,
        on: call.site,
        inputDescription: "the addresses at each list whose test points are as they should be"
      ),
    ]
  }

  func begin(
    _ call: Call,
    _ commands: [Command],
    now: Int
  ) throws(OperationFailure) -> Procedure {
    let setting = try Setting(call)
    let tests = setting.lists.flatMap(setting.tests)
    return try Kdig.ask([(commands[0], setting.resolver, tests)]) {
      proofs throws(OperationFailure) in
      var findings = ListFindings()
      var questions: [DNSQuestion] = []
      var usable: [(list: BlockList, addresses: [IPAddress])] = []
      for list in setting.lists {
        let good = setting.points(list).filter { findings.prove(list, $0, by: proofs[0]) }
        let addresses = setting.asked(list).filter { address in
          good.contains { $0.listed.isIPv6 == address.isIPv6 }
        }
        guard !addresses.isEmpty else { continue }
        usable.append((list, addresses))
        questions += addresses.flatMap { address in
          [DNSType.a, .txt].map { Setting.question(address, list, $0) }
        }
      }
      guard !questions.isEmpty else { return .done(Self.result(findings, setting)) }
      let command = commands[1].feeding(Kdig.input(questions))
      return try Kdig.ask([(command, setting.resolver, questions)]) {
        replies throws(OperationFailure) in
        for (list, addresses) in usable {
          for address in addresses {
            findings.take(
              address,
              list,
              replies[0][Setting.question(address, list, .a)],
              reasons: replies[0][Setting.question(address, list, .txt)].answers
            )
          }
        }
        return .done(Self.result(findings, setting))
      }
    }
  }

  private static func result(_ found: ListFindings, _ setting: Setting) -> OperationResult {
    func lines(_ lines: [String]) -> [String] { lines.prefix(50).map { capped($0, 400) } }
    let names = DNSReply.list(setting.addresses.map(\.text))
    var parts: [String] = []
    if let first = found.listings.first {
      parts.append(
        "\(counted(found.listings.count, "listing")): \(first.words)"
          + (found.listings.count > 1 ? " and others" : "")
          + (first.page.isEmpty ? "" : "; see \(first.page)")
      )
    } else if !found.clean.isEmpty {
      let lists = Set(found.clean.map(\.list)).count
      parts.append("\(names): on none of \(counted(lists, "list")) that can be believed")
    } else {
      parts.append("no list could say anything of \(names)")
    }
    if !found.refused.isEmpty { parts.append("refused: \(DNSReply.list(found.refused, 2))") }
    if !found.dead.isEmpty { parts.append("not to be believed: \(DNSReply.list(found.dead, 2))") }
    if !found.unreachable.isEmpty {
      parts.append("without an answer: \(DNSReply.list(found.unreachable, 2))")
    }
    if !found.unclear.isEmpty { parts.append("unclear: \(DNSReply.list(found.unclear, 2))") }
    return OperationResult(
      [
        clear(found.listings.isEmpty && !found.clean.isEmpty && found.doubt == nil),
        listed(lines(found.listings.map(\.words))),
        clean(lines(found.clean.map { "\($0.address) \($0.list)" })), refused(lines(found.refused)),
        dead(lines(found.dead)), unreachable(lines(found.unreachable)),
        unclear(lines(found.unclear)),
      ],
      summary: parts.joined(separator: "; ") + ".",
      evidence: [
        Evidence(
          name: "listings",
          mediaType: "text/plain",
          bytes: Array(found.evidence.map { $0 + "\n" }.joined().utf8)
        )
      ],
      doubt: found.doubt
    )
  }
}
