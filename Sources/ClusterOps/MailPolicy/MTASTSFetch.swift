internal import Runbooks

/// `mta_sts.fetch`: the policy of MTA-STS as senders get it (RFC 8461): the record that announces it,
/// the file that says it, and whether it names the hosts that take the domain's mail.
struct MTASTSFetch: CommandOperation {
  private static let valid = ResultField<Bool>(
    "valid",
    help: "whether senders find a policy that they take: one record, and a file they can read"
  )
  private static let identifier = ResultField<String>(
    "id",
    help: "the policy's id in the record, by which senders know a new one; or empty"
  )
  private static let mode = ResultField<String>("mode", help: "enforce, testing, none; or empty")
  private static let maxAge = ResultField<Int>(
    "max_age",
    help: "how long senders keep it, in seconds; 0: it does not say"
  )
  private static let hosts = ResultField<[String]>(
    "mx",
    help: "the hosts it names, `*.` before a name for any one label"
  )
  private static let uncovered = ResultField<[String]>(
    "uncovered",
    help: "hosts of the domain's MX records that it does not name: enforced, no mail comes to them"
  )
  private static let problems = ResultField<[String]>("problems", help: "what is wrong, in words")

  let declaration = OperationDeclaration(
    "mta_sts.fetch",
    "Fetches the MTA-STS policy of a domain as senders do, and compares it with its MX records.",
    parameters: [MailPolicyFamily.domain, DNSArguments.resolver, Probe.roots, Probe.from],
    results: [valid, identifier, mode, maxAge, hosts, uncovered, problems],
    risk: .read,
    isRepeatable: true
  )

  private struct Setting {
    let domain: String
    let server: DNSServer

    var record: DNSQuestion { DNSQuestion(name: "_mta-sts.\(domain)", type: .txt) }
    var exchangers: DNSQuestion { DNSQuestion(name: domain, type: .mx) }
    var url: String { "https://mta-sts.\(domain)/.well-known/mta-sts.txt" }

    init(_ call: Call) throws(OperationFailure) {
      domain = try call[MailPolicyFamily.domain]
      server = DNSServer(text: try call[DNSArguments.resolver], isAuthority: false)
    }
  }

  func commands(_ call: Call) throws(OperationFailure) -> [Command] {
    let setting = try Setting(call)
    let from = try call[Probe.from]
    // The last limit counts. Redirects are not followed, as by senders.
    var argv = Curl.argv + ["--max-filesize", String(MTASTSPolicy.limit)]
    if let roots = try call[Probe.roots] { argv += ["--cacert", roots] }
    return [
      Kdig.command(
        Kdig.argv(setting.server, [setting.record, setting.exchangers]),
        from: from,
        on: call.site
      ),
      Command(argv + [setting.url], from: from, on: call.site, streams: false),
    ]
  }

  func begin(
    _ call: Call,
    _ commands: [Command],
    now: Int
  ) throws(OperationFailure) -> Procedure {
    let setting = try Setting(call)
    let from = try call[Probe.from]
    let questions = [setting.record, setting.exchangers]
    return try Kdig.ask([(commands[0], setting.server, questions)]) {
      replies throws(OperationFailure) in
      let announcement = Announcement(try replies[0].known(setting.record))
      let exchangers = try replies[0].known(setting.exchangers)
      return .run(commands[1]) { outcome throws(OperationFailure) in
        let page = try Page(outcome, of: setting.url, from: from)
        return .done(Self.result(setting.domain, announcement, page, Self.hosts(exchangers)))
      }
    }
  }

  /// The record that says that there is a policy (RFC 8461 §3.1).
  private struct Announcement {
    let identifier: String
    let problems: [String]

    init(_ reply: DNSReply) {
      let sole = SoleRecord("v=STSv1", in: reply)
      let tags = TagList(sole.text)
      let value = tags["id"] ?? ""
      let isSound =
        (1...32).contains(value.utf8.count)
        && value.utf8.allSatisfy {
          (0x30...0x39).contains($0) || (0x61...0x7A).contains($0 | 0x20)
        }
      identifier = isSound ? value : ""
      if !sole.problem.isEmpty {
        problems = [sole.problem]
      } else if !isSound {
        problems =
          tags.problems + [
            "the record has no `id` of 1 to 32 letters and digits, so senders do not take it"
          ]
      } else {
        problems = tags.problems
      }
    }
  }

  /// What came of asking for the policy.
  private struct Page {
    let policy: MTASTSPolicy?
    let problems: [String]
    let text: [UInt8]

    init(
      _ outcome: CommandOutcome,
      of url: String,
      from: Vantage
    ) throws(OperationFailure) {
      // curl(1), EXIT CODES: the peer's certificate could not be verified. That is an answer.
      guard outcome.exit != 60 else {
        policy = nil
        text = []
        problems = [
          "the certificate of \(capped(url, 120)) is not trusted there, or not for that name, so "
            + "senders do not take the policy: renew it"
        ]
        return
      }
      let report = try Curl.report(outcome, of: url, from: from)
      text = Array(outcome.stdout.prefix(MTASTSPolicy.limit))
      guard report.status == 200 else {
        policy = nil
        let target = report.redirect ?? ""
        problems = [
          "\(capped(url, 120)) answers \(report.status) instead of 200"
            + (target.isEmpty ? "" : ", to \(capped(target, 120)), and senders follow no redirect")
        ]
        return
      }
      // 63: it is longer than the limit, so that nothing may have come of it.
      let body =
        outcome.exit == 63
        ? [UInt8](repeating: 0x20, count: 1 + MTASTSPolicy.limit) : outcome.stdout
      let found = MTASTSPolicy(body)
      policy = found
      let type = report.contentType ?? ""
      let isText = TagList.trimmed(type.prefix { $0 != ";" }).lowercased() == "text/plain"
      problems =
        found.problems
        + (isText
          ? [] : ["the policy is served as ‘\(capped(type, 60))’: serve it as text/plain"])
    }
  }

  /// The hosts that take a domain's mail (RFC 5321 §5.1): those of MX records, without any the domain
  /// itself; none where it takes no mail (RFC 7505).
  private static func hosts(_ reply: DNSReply) -> [String] {
    guard reply.status != .noName else { return [] }
    let hosts = reply.answers.compactMap { $0.split(separator: " ").last.map(String.init) }
    return hosts.isEmpty ? [reply.question.name] : hosts.filter { $0 != "." }
  }

  private static func result(
    _ domain: String,
    _ announcement: Announcement,
    _ page: Page,
    _ exchangers: [String]
  ) -> OperationResult {
    let policy = page.policy
    let isValid = policy?.isValid == true && !announcement.identifier.isEmpty
    let isNamed = policy?.isValid == true && policy?.mode != "none"
    let left = isNamed ? exchangers.filter { policy?.covers($0) != true } : []
    let all =
      announcement.problems + page.problems
      + left.map { "the policy does not name \(capped($0, 120)), which is an MX of the domain" }
    let age = policy?.maxAge ?? 0
    let name = capped(domain, 120)
    return OperationResult(
      [
        valid(isValid), identifier(announcement.identifier), mode(policy?.mode ?? ""), maxAge(age),
        hosts((policy?.hosts ?? []).prefix(50).map { capped($0, 255) }),
        uncovered(left.prefix(50).map { capped($0, 255) }),
        problems(MailPolicyFamily.bounded(all)),
      ],
      summary: (isValid
        ? "\(name): senders get the MTA-STS policy \(policy?.mode ?? "") for "
          + DurationText.format(.seconds(age))
        : "\(name): senders get no MTA-STS policy") + MailPolicyFamily.words(all) + ".",
      evidence: [Evidence(name: "policy", mediaType: "text/plain", bytes: page.text)]
    )
  }
}
