internal import Runbooks

/// `dkim.compare`: the DKIM keys that are published against those that sign.
///
/// The public half of each private key is made in the pod by openssl-pkey(1); no private key leaves it.
struct DKIMCompare: CommandOperation {
  private static let selectors = Parameter<[String]>(
    "selectors",
    default: ["s1", "s2"],
    check: { texts, name throws(OperationFailure) in
      var selectors: [String] = []
      for text in texts {
        let selector = try DNSName.checked(text, name)
        guard MailPolicyFamily.isHost(selector) else {
          throw .refusedArgument(name, text, advice: "Give selectors such as s1.")
        }
        if !selectors.contains(selector) { selectors.append(selector) }
      }
      guard (1...8).contains(selectors.count) else {
        throw .refusedArgument(name, "\(selectors.count) selectors", advice: "Give 1 to 8.")
      }
      return selectors
    },
    help: "the selectors to look at, the one that signs among them"
  )

  private static let matches = ResultField<Bool>(
    "matches",
    help: "whether the key that signs is the one that is published, and not revoked"
  )
  private static let usable = ResultField<Bool>(
    "usable",
    help:
      "whether receivers take signatures by it: it matches, and verifiers take its record and its size"
  )
  private static let signing = ResultField<String>(
    "signing",
    help: "the selector that mail is signed with; empty: it is not signed"
  )
  private static let published = ResultField<[String]>(
    "published",
    help: "the selectors with a key in the DNS"
  )
  private static let revoked = ResultField<[String]>(
    "revoked",
    help: "the selectors that are published as revoked, with an empty `p`"
  )
  private static let bits = ResultField<Int>(
    "bits",
    help:
      "the size of the published key that signs, of RSA in bits of its modulus; 0: there is none"
  )
  private static let problems = ResultField<[String]>("problems", help: "what is wrong, in words")

  let declaration = OperationDeclaration(
    "dkim.compare",
    "Compares the DKIM keys that a domain publishes with those that sign its mail.",
    parameters: [
      MailPolicyFamily.domain, selectors, DKIMKeys.service.container, DNSArguments.resolver,
      Probe.from,
    ],
    results: [matches, usable, signing, published, revoked, bits, problems],
    risk: .read,
    isRepeatable: true
  )

  private struct Setting {
    let domain: String
    let selectors: [String]
    let server: DNSServer

    init(_ call: Call) throws(OperationFailure) {
      domain = try call[MailPolicyFamily.domain]
      selectors = try call[DKIMCompare.selectors]
      server = DNSServer(text: try call[DNSArguments.resolver], isAuthority: false)
    }

    func question(_ selector: String) -> DNSQuestion {
      DNSQuestion(name: "\(selector)._domainkey.\(domain)", type: .txt)
    }

    /// Where a record lands whose whole name was written into a form that adds the zone's.
    func misplaced(_ selector: String) -> DNSQuestion {
      DNSQuestion(name: "\(selector)._domainkey.\(domain).\(domain)", type: .txt)
    }

    var questions: [DNSQuestion] {
      selectors.map(question) + selectors.map(misplaced).filter { DNSName.isPlain($0.name) }
    }
  }

  /// The questions, the map, and of each selector the key in the pod and the published one.
  func commands(_ call: Call) throws(OperationFailure) -> [Command] {
    let setting = try Setting(call)
    var commands = [
      Kdig.command(
        Kdig.argv(setting.server, setting.questions),
        from: try call[Probe.from],
        on: call.site
      ),
      try DKIMKeys.service.command(["cat", DKIMKeys.map], call),
    ]
    for selector in setting.selectors {
      commands.append(
        try DKIMKeys.service.command(DKIMKeys.publicHalf(setting.domain, selector), call)
      )
      commands.append(
        Command(here: PublicKey.argv, inputDescription: "the published key of \(selector)")
      )
    }
    return commands
  }

  func begin(
    _ call: Call,
    _ commands: [Command],
    now: Int
  ) throws(OperationFailure) -> Procedure {
    let setting = try Setting(call)
    return try Kdig.ask([(commands[0], setting.server, setting.questions)]) {
      replies throws(OperationFailure) in
      var found: [Published] = []
      for selector in setting.selectors {
        let misplaced = setting.misplaced(selector)
        let isThere =
          setting.questions.contains(misplaced) && !replies[0][misplaced].answers.isEmpty
        found.append(
          Published(
            records: try replies[0].known(setting.question(selector)).answers,
            misplaced: isThere ? misplaced.name : ""
          )
        )
      }
      let records = found
      return .run(commands[1]) { outcome throws(OperationFailure) in
        let map = try DKIMKeys.service.text(of: outcome, commands[1])
        let signing = DKIMKeys.signing(setting.domain, in: map)
        guard signing.isEmpty || setting.selectors.contains(signing) else {
          throw OperationFailure(
            undetermined: "the key that signs was not looked at",
            Doubt(
              .end,
              "mail is signed with the selector \(capped(signing, 60))",
              advice: "Name it among `selectors`."
            )
          )
        }
        return try Self.look(at: records, setting, signing, Array(commands.dropFirst(2)), [])
      }
    }
  }

  /// What the DNS has of a selector.
  private struct Published {
    let records: [String]
    /// The name with the zone's in it twice, where there is something; else empty.
    let misplaced: String
  }

  /// Reads the keys of one selector after the other.
  private static func look(
    at records: [Published],
    _ setting: Setting,
    _ signing: String,
    _ commands: [Command],
    _ findings: [DKIMFinding]
  ) throws(OperationFailure) -> Procedure {
    let place = findings.count
    guard place < setting.selectors.count else {
      return .done(result(setting.domain, signing, findings))
    }
    let (inPod, here) = (commands[2 * place], commands[2 * place + 1])
    func goOn(_ published: PublicKey?, _ mounted: PublicKey?) throws(OperationFailure) -> Procedure
    {
      let finding = DKIMFinding(
        selector: setting.selectors[place],
        signs: setting.selectors[place] == signing,
        records: records[place].records,
        misplaced: records[place].misplaced,
        published: published,
        mounted: mounted
      )
      return try look(at: records, setting, signing, commands, findings + [finding])
    }
    return .run(inPod) { outcome throws(OperationFailure) in
      let mounted = try DKIMKeys.read(outcome, of: inPod)
      let records = records[place].records
      guard records.count == 1, let key = DKIMRecord(records[0]).key else {
        return try goOn(nil, mounted)
      }
      return .run(here.feeding(key)) { outcome throws(OperationFailure) in
        guard outcome.exit == 0 || outcome.stderrText.contains("Could not read") else {
          throw OperationFailure(
            undetermined: "the published key was not read",
            Doubt(
              .end,
              StandardError(outcome.stderr).telling.first.map { capped($0) }
                ?? "openssl ended with status \(outcome.exit)",
              advice: "openssl 3 is needed here\(ProgramPackage.hint(of: "openssl")); then retry."
            )
          )
        }
        return try goOn(PublicKey(outcome.stdoutText), mounted)
      }
    }
  }

  private static func result(
    _ domain: String,
    _ signing: String,
    _ findings: [DKIMFinding]
  ) -> OperationResult {
    let signer = findings.first(where: \.signs)
    let isSame = signer?.isSame ?? false
    var all = findings.flatMap(\.problems)
    if signing.isEmpty {
      all.insert(
        "the selector map names none for \(capped(domain, 120)): its mail is not signed",
        at: 0
      )
    }
    let words =
      if let signer, signer.mounted != nil {
        "\(capped(signing, 60)) signs, and its key "
          + (isSame
            ? "is the one that is published (\(signer.published?.bits ?? 0) bits)"
            : signer.published == nil ? "is not published" : "is not the one that is published")
      } else {
        "no key signs"
      }
    return OperationResult(
      [
        matches(isSame), usable(signer?.isUsable ?? false), Self.signing(capped(signing, 60)),
        published(findings.filter { $0.published != nil }.map(\.selector)),
        revoked(findings.filter(\.isRevoked).map(\.selector)),
        bits(signer?.published?.bits ?? 0), problems(MailPolicyFamily.bounded(all)),
      ],
      summary: "\(capped(domain, 120)): \(words)" + MailPolicyFamily.words(all) + ".",
      evidence: [
        MailPolicyFamily.evidence("records", findings.flatMap(\.evidence))
      ]
    )
  }
}
