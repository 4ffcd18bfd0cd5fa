internal import Runbooks

/// `caa.check`: who may issue certificates for a name, by the CAA records of the first of it and its
/// parents that has some (RFC 8659 §3).
struct CAACheck: CommandOperation {
  private static let host = Parameter<String>(
    "host",
    default: { DNSName.canonical($0.mailHost) },
    "the site's mail host",
    check: { text, name throws(OperationFailure) in
      let host = try DNSName.checked(text, name)
      // A resolver answers one question after the other.
      guard MailPolicyFamily.isHost(Self.base(host)), host.split(separator: ".").count <= 16 else {
        throw .refusedArgument(
          name,
          text,
          advice: "Give a name such as mail.example.org or *.example.org, of at most 16 labels."
        )
      }
      return host
    },
    help: "the name of the certificate; a wildcard such as *.example.org too"
  )
  private static let issuer = Parameter<String>(
    "ca",
    default: { $0.record["values"]?["issuer"]?.text ?? "letsencrypt.org" },
    "`values: {issuer: …}` in site.yaml, else letsencrypt.org",
    check: DNSName.checked,
    help: "the issuer that is wanted, by the name that CAA records have for it"
  )

  private static let permitted = ResultField<Bool>(
    "permitted",
    help: "whether that issuer may issue: it is named, or there is no record that names any"
  )
  private static let place = ResultField<String>(
    "found_at",
    help: "the name whose records count; empty: none has any, and everybody may issue"
  )
  private static let issuers = ResultField<[String]>("issuers", help: "who may issue, by name")
  private static let records = ResultField<[String]>(
    "records",
    help: "the records, e.g. `0 issue \"letsencrypt.org\"`, at most 50"
  )
  private static let problems = ResultField<[String]>("problems", help: "what is wrong, in words")

  let declaration = OperationDeclaration(
    "caa.check",
    "Reads which issuers may make certificates for a name, and whether the wanted one may.",
    parameters: [host, issuer, DNSArguments.resolver, Probe.from],
    results: [permitted, place, issuers, records, problems],
    risk: .read,
    isRepeatable: true
  )

  /// The name without the star of a wildcard, whose parents are the same.
  private static func base(_ host: String) -> String {
    host.hasPrefix("*.") ? String(host.dropFirst(2)) : host
  }

  /// The name and its parents, without the root (RFC 8659 §3).
  private static func questions(_ host: String) -> [DNSQuestion] {
    let labels = base(host).split(separator: ".")
    return labels.indices.map {
      DNSQuestion(name: labels[$0...].joined(separator: "."), type: .caa)
    }
  }

  private func server(_ call: Call) throws(OperationFailure) -> DNSServer {
    DNSServer(text: try call[DNSArguments.resolver], isAuthority: false)
  }

  func commands(_ call: Call) throws(OperationFailure) -> [Command] {
    [
      Kdig.command(
        Kdig.argv(try server(call), Self.questions(try call[Self.host])),
        from: try call[Probe.from],
        on: call.site
      )
    ]
  }

  func begin(
    _ call: Call,
    _ commands: [Command],
    now: Int
  ) throws(OperationFailure) -> Procedure {
    let (host, issuer) = (try call[Self.host], try call[Self.issuer])
    let questions = Self.questions(host)
    return try Kdig.ask([(commands[0], try server(call), questions)]) {
      replies throws(OperationFailure) in
      for question in questions {
        // An issuer that gets no answer may not issue either, so parents say nothing then.
        let reply = try replies[0].known(question)
        guard reply.answers.isEmpty else {
          return .done(Self.result(host, issuer, at: question.name, reply.answers))
        }
      }
      return .done(Self.result(host, issuer, at: "", []))
    }
  }

  private static func result(
    _ host: String,
    _ issuer: String,
    at place: String,
    _ answers: [String]
  ) -> OperationResult {
    let set = CAASet(answers)
    let isWildcard = host.hasPrefix("*.")
    let isPermitted = set.permits(issuer, forWildcard: isWildcard)
    let named = set.issuers(forWildcard: isWildcard)
    var words =
      "\(capped(issuer, 80)) \(isPermitted ? "may" : "may not") issue for \(capped(host, 120))"
    if place.isEmpty {
      words += ": there are no CAA records, so everybody may"
    } else {
      words +=
        ", by the CAA records of \(capped(place, 120))"
        + (named.isEmpty ? "" : ", which name \(DNSReply.list(named))")
    }
    return OperationResult(
      [
        permitted(isPermitted), Self.place(place),
        issuers(named.prefix(50).map { capped($0, 255) }),
        records(answers.prefix(50).map { capped($0, 400) }),
        problems(MailPolicyFamily.bounded(set.problems)),
      ],
      summary: words + MailPolicyFamily.words(set.problems) + ".",
      evidence: [MailPolicyFamily.evidence("records", answers)]
    )
  }
}
