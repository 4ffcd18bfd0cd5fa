internal import Runbooks

/// `dmarc.check`: the policy that receivers apply to a domain (RFC 9989), and whether those who are to
/// get its reports take them (RFC 9990, Verifying External Destinations).
struct DMARCCheck: CommandOperation {
  private static let found = ResultField<Bool>("found", help: "whether a record applies")
  private static let record = ResultField<String>("record", help: "the record, or empty")
  private static let place = ResultField<String>(
    "at",
    help: "the domain whose record it is: the one asked for, or one above it; empty: none"
  )
  private static let policy = ResultField<String>("p", help: "its policy, as written")
  private static let subdomains = ResultField<String>(
    "sp",
    help: "its policy for names below it, as written; empty: that of `p`"
  )
  private static let nonexistent = ResultField<String>(
    "np",
    help: "its policy for names below it that do not exist, as written; empty: that of `sp`"
  )
  private static let effective = ResultField<String>(
    "effective",
    help: "what applies to the domain asked for: none, quarantine or reject; empty: nothing, "
      + "receivers do as they like"
  )
  private static let dkim = ResultField<String>("adkim", help: "r (relaxed) or s (strict)")
  private static let spf = ResultField<String>("aspf", help: "r (relaxed) or s (strict)")
  private static let aggregate = ResultField<[String]>("rua", help: "where daily reports go to")
  private static let failure = ResultField<[String]>("ruf", help: "where failures are sent to")
  private static let testing = ResultField<String>(
    "t",
    help: "y: receivers are asked not to apply the policy yet; else n"
  )
  private static let suffix = ResultField<String>(
    "psd",
    help: "y: a public suffix, n: an organisation of its own, u: not said"
  )
  private static let problems = ResultField<[String]>("problems", help: "what is wrong, in words")

  let declaration = OperationDeclaration(
    "dmarc.check",
    "Finds the DMARC policy that receivers apply to a domain, and what is wrong with its record.",
    parameters: [MailPolicyFamily.domain, DNSArguments.resolver, Probe.from],
    results: [
      found, record, place, policy, subdomains, nonexistent, effective, dkim, spf, aggregate,
      failure, testing, suffix, problems,
    ],
    risk: .read,
    isRepeatable: true
  )

  private struct Setting {
    let domain: String
    let walk: DMARCWalk
    let server: DNSServer

    /// NXDOMAIN says that the domain does not exist, whatever the type (RFC 8020).
    var existence: DNSQuestion { DNSQuestion(name: domain, type: .mx) }

    init(_ call: Call) throws(OperationFailure) {
      domain = try call[MailPolicyFamily.domain]
      walk = DMARCWalk(domain)
      server = DNSServer(text: try call[DNSArguments.resolver], isAuthority: false)
    }
  }

  func commands(_ call: Call) throws(OperationFailure) -> [Command] {
    let setting = try Setting(call)
    let from = try call[Probe.from]
    return [
      Kdig.command(
        Kdig.argv(setting.server, setting.walk.questions + [setting.existence]),
        from: from,
        on: call.site
      ),
      Kdig.command(
        Kdig.fed(setting.server),
        from: from,
        on: call.site,
        inputDescription: "the names by which domains outside say that they take its reports"
      ),
    ]
  }

  func begin(
    _ call: Call,
    _ commands: [Command],
    now: Int
  ) throws(OperationFailure) -> Procedure {
    let setting = try Setting(call)
    let questions = setting.walk.questions + [setting.existence]
    return try Kdig.ask([(commands[0], setting.server, questions)]) {
      replies throws(OperationFailure) in
      let finding = try setting.walk.finding(replies[0])
      let own = replies[0][DMARCWalk.question(setting.domain)].answers
      guard let applied = finding.applied else {
        return .done(Self.nothing(setting.domain, Self.strays(own)))
      }
      var subject = DMARCRecord.Subject.itself
      if applied.domain != setting.domain {
        let isThere = try replies[0].known(setting.existence).status != .noName
        subject = isThere ? .subdomain : .nonexistent
      }
      let effective = applied.record.policy(for: subject)
      let found = Found(
        domain: setting.domain,
        place: applied.domain,
        record: applied.record,
        effective: effective ?? "",
        problems: Self.strays(own) + applied.record.problems
      )
      let consents = ReportConsent.needed(by: applied.record, at: applied.domain, finding)
      guard !consents.isEmpty else { return .done(Self.result(found, doubt: nil)) }
      let asked = consents.map(\.question)
      let command = commands[1].feeding(Kdig.input(asked))
      return try Kdig.ask([(command, setting.server, asked)]) { said throws(OperationFailure) in
        let told = consents.map { (consent: $0, reply: said[0][$0.question]) }
        let refused = told.filter { $0.reply.status.isVerdict && !ReportConsent.isGiven($0.reply) }
        var complete = found
        // Where parents are silent, a host that does not consent may be of the same organisation.
        let isOutside = finding.organisation != nil
        if isOutside { complete.problems += refused.map(\.consent.problem) }
        let known = replies[0][DMARCWalk.question(applied.domain)]
        let silent = told.map(\.reply) + (isOutside || refused.isEmpty ? [] : finding.silent)
        // The policy itself is known, whoever says nothing of the reports.
        return .done(Self.result(complete, doubt: DNSFailure.doubt([known] + silent)))
      }
    }
  }

  /// What lies at the domain's own name and does not count.
  private static func strays(_ answers: [String]) -> [String] {
    let records = answers.filter { DMARCRecord($0) != nil }
    var problems = answers.filter { DMARCRecord($0) == nil }.flatMap { text in
      let version = text.lowercased().firstRange(of: "v=dmarc1")
      let hint: String
      if let version, version.lowerBound > text.startIndex {
        hint = ", as \(capped(String(text[..<version.lowerBound]), 40)) stands before it"
      } else if version != nil {
        hint = ", as the version is written DMARC1, in capitals"
      } else {
        hint = ""
      }
      return [
        "‘\(capped(text, 80))’ does not begin with v=DMARC1 and is ignored\(hint): correct it or take it "
          + "out\(TagList.place(0))"
      ] + (version == nil ? [] : TagList.strays(text))
    }
    if records.count > 1 {
      problems.append("there are \(records.count) records, so receivers take none: leave one")
    }
    return problems
  }

  /// What was found out of a record that applies.
  private struct Found {
    let domain: String
    let place: String
    let record: DMARCRecord
    let effective: String
    var problems: [String]
  }

  private static func nothing(_ domain: String, _ problems: [String]) -> OperationResult {
    OperationResult(
      [
        found(false), record(""), place(""), policy(""), subdomains(""), nonexistent(""),
        effective(""), dkim("r"), spf("r"), aggregate([]), failure([]), testing("n"), suffix("u"),
        Self.problems(MailPolicyFamily.bounded(problems)),
      ],
      summary: "\(capped(domain, 120)) has no DMARC policy, so anybody may send in its name"
        + MailPolicyFamily.words(problems) + "."
    )
  }

  private static func result(_ found: Found, doubt: Doubt?) -> OperationResult {
    func texts(_ targets: [ReportURI]) -> [String] {
      targets.prefix(20).map { capped($0.text, 300) }
    }
    let record = found.record
    let name = capped(found.domain, 120)
    var words =
      found.effective.isEmpty
      ? "\(name): receivers do not look at its DMARC record"
      : "\(name): receivers apply \(found.effective) to mail that fails DMARC"
    if found.place != found.domain { words += ", by the record of \(capped(found.place, 120))" }
    if record.testing == "y" { words += ", once it is no longer tried (t=y)" }
    return OperationResult(
      [
        Self.found(true), Self.record(capped(record.text, 1_000)), place(found.place),
        policy(capped(record.written("p"), 40)), subdomains(capped(record.written("sp"), 40)),
        nonexistent(capped(record.written("np"), 40)), effective(found.effective),
        dkim(record.dkimAlignment), spf(record.spfAlignment),
        aggregate(texts(record.aggregateTargets)), failure(texts(record.failureTargets)),
        testing(record.testing), suffix(record.publicSuffix),
        problems(MailPolicyFamily.bounded(found.problems)),
      ],
      summary: words + MailPolicyFamily.words(found.problems) + ".",
      evidence: [MailPolicyFamily.evidence("record", [record.text])],
      doubt: doubt
    )
  }
}
