internal import Runbooks

/// `spf.evaluate`: whether addresses may send in a domain's name, by spfquery of Mail::SPF (RFC 7208).
///
/// The record is understood by that program alone; it asks the resolver that resolv.conf(5) names there.
struct SPFEvaluate: CommandOperation {
  private static let identity = Parameter<String>(
    "domain",
    default: { DNSName.canonical($0.domain) },
    "the site's domain",
    check: MailPolicyFamily.checkedDomain,
    help: "the domain of the sender's address, as in MAIL FROM"
  )
  private static let host = Parameter<String>(
    "helo",
    default: { DNSName.canonical($0.mailHost) },
    "the site's mail host",
    check: MailPolicyFamily.checkedDomain,
    help: "the name that the sending host gives in HELO"
  )

  private static let passes = ResultField<Bool>(
    "passes",
    help: "whether every address may send in the domain's name"
  )
  private static let results = ResultField<[String]>(
    "results",
    help: "`ADDRESS RESULT` for each: pass, fail, softfail, neutral, none (there is no record) or "
      + "permerror (the record is broken)"
  )
  private static let problems = ResultField<[String]>(
    "problems",
    help: "of each address that does not pass, why, in the words of spfquery"
  )

  let declaration = OperationDeclaration(
    "spf.evaluate",
    "Asks whether addresses may send in a domain's name, as receivers do by SPF.",
    parameters: [identity, host, DNSArguments.addresses, Probe.from],
    results: [passes, results, problems],
    risk: .read,
    isRepeatable: true
  )

  func commands(_ call: Call) throws(OperationFailure) -> [Command] {
    let (domain, host) = (try call[Self.identity], try call[Self.host])
    let from = try call[Probe.from]
    return try call[DNSArguments.addresses].map { address in
      Command(
        Probe.bounded([
          Self.program, "--scope", "mfrom", "--identity", domain, "--ip-address", address,
          "--helo-identity", host,
        ]),
        from: from,
        on: call.site,
        streams: false
      )
    }
  }

  /// The program of Debian's spf-tools-perl.
  static let program = "spfquery.mail-spf-perl"

  /// What it can say, by its exit status (spfquery(1), EXIT CODE).
  static let verdicts = ["pass", "fail", "softfail", "neutral", "permerror", "temperror", "none"]

  func begin(
    _ call: Call,
    _ commands: [Command],
    now: Int
  ) throws(OperationFailure) -> Procedure {
    let (domain, from) = (try call[Self.identity], try call[Probe.from])
    let addresses = try call[DNSArguments.addresses]
    return try .each(commands) { place, outcome throws(OperationFailure) in
      try Verdict(outcome, of: addresses[place], from: from)
    } then: { verdicts throws(OperationFailure) in
      .done(Self.result(domain, verdicts))
    }
  }

  /// What was said of one address.
  private struct Verdict {
    let address: String
    let result: String
    /// Why, in the program's words.
    let words: String

    /// - Throws: where it told nothing that can be relied on, and where the DNS did not answer it.
    init(
      _ outcome: CommandOutcome,
      of address: String,
      from: Vantage
    ) throws(OperationFailure) {
      let lines = outcome.stdoutText.split(whereSeparator: \.isNewline).map(String.init)
      let verdicts = SPFEvaluate.verdicts
      // What a domain explains comes before, on lines of its own; the last two are the program's.
      guard verdicts.indices ~= outcome.exit, lines.first == verdicts[outcome.exit],
        lines.count >= 3, !outcome.isTruncated,
        lines.last?.hasPrefix("Received-SPF: \(verdicts[outcome.exit]) (") == true
      else { throw SPFEvaluate.failure(outcome, from) }
      result = verdicts[outcome.exit]
      words = capped(DNSText.printable(Array(lines[lines.count - 2].utf8)), 300)
      guard result != "temperror" else { throw SPFEvaluate.undetermined(words, from) }
      self.address = address
    }
  }

  private static func failure(_ outcome: CommandOutcome, _ from: Vantage) -> OperationFailure {
    switch outcome.exit {
    case 124: undetermined("no answer within \(Probe.patience) s", from)
    case 126, 127:
      OperationFailure(
        undetermined: "the program \(program) is not at the vantage \(from.words)",
        Doubt(
          .end,
          "nothing was asked",
          advice:
            "Install it there\(ProgramPackage.hint(of: program)), or ask from another vantage."
        )
      )
    default:
      undetermined(
        "\(program) ended with status \(outcome.exit)"
          + (StandardError(outcome.stderr).telling.first.map { ": \(capped($0))" } ?? ""),
        from
      )
    }
  }

  private static func undetermined(_ why: String, _ from: Vantage) -> OperationFailure {
    OperationFailure(
      undetermined: "SPF could not be evaluated from \(from.words)",
      Doubt(
        .end,
        why,
        advice: "See with dns.lookup that the resolver there answers for the domain; then retry."
      )
    )
  }

  private static func result(_ domain: String, _ verdicts: [Verdict]) -> OperationResult {
    let bad = verdicts.filter { $0.result != "pass" }
    let named = DNSReply.list(
      (bad.isEmpty ? verdicts : bad).map {
        bad.isEmpty ? $0.address : "\($0.address) (\($0.result))"
      }
    )
    let words = bad.map { "\($0.address): \($0.result): \($0.words)" }
    return OperationResult(
      [
        passes(bad.isEmpty), results(verdicts.map { "\($0.address) \($0.result)" }),
        problems(MailPolicyFamily.bounded(words)),
      ],
      summary: "\(capped(domain, 120)): "
        + (bad.isEmpty ? "\(named) may send in its name" : "SPF does not pass for \(named)") + ".",
      evidence: [
        MailPolicyFamily.evidence(
          "results",
          verdicts.map { "\($0.address) \($0.result): \($0.words)" }
        )
      ]
    )
  }
}
