internal import Runbooks

/// `tlsrpt.check`: where a domain asks for reports on TLS with it, by its record (RFC 8460 §3).
struct TLSRPTCheck: CommandOperation {
  private static let found = ResultField<Bool>(
    "found",
    help: "whether there is one record that senders take"
  )
  private static let record = ResultField<String>("record", help: "the record, or empty")
  private static let targets = ResultField<[String]>("rua", help: "where reports are sent to")
  private static let problems = ResultField<[String]>("problems", help: "what is wrong, in words")

  let declaration = OperationDeclaration(
    "tlsrpt.check",
    "Reads where a domain asks senders to report how TLS with it works.",
    parameters: [MailPolicyFamily.domain, DNSArguments.resolver, Probe.from],
    results: [found, record, targets, problems],
    risk: .read,
    isRepeatable: true
  )

  private func question(_ call: Call) throws(OperationFailure) -> DNSQuestion {
    DNSQuestion(name: "_smtp._tls.\(try call[MailPolicyFamily.domain])", type: .txt)
  }

  private func server(_ call: Call) throws(OperationFailure) -> DNSServer {
    DNSServer(text: try call[DNSArguments.resolver], isAuthority: false)
  }

  func commands(_ call: Call) throws(OperationFailure) -> [Command] {
    [
      Kdig.command(
        Kdig.argv(try server(call), [try question(call)]),
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
    let question = try question(call)
    return try Kdig.ask([(commands[0], try server(call), [question])]) {
      replies throws(OperationFailure) in
      .done(Self.result(try replies[0].known(question)))
    }
  }

  private static func result(_ reply: DNSReply) -> OperationResult {
    let sole = SoleRecord("v=TLSRPTv1", in: reply)
    // Unlike in DMARC the field may be there again (RFC 8460 §3).
    let tags = TagList(sole.text, repeats: ["rua"])
    let targets = tags.targets(of: "rua")
    var problems = sole.problem.isEmpty ? tags.problems : [sole.problem]
    if sole.problem.isEmpty, targets.isEmpty {
      problems.append("it names no address in `rua`: nobody reports")
    }
    problems += targets.compactMap { $0.problem(of: "rua", schemes: ["mailto", "https"]) }
    let good = targets.filter { $0.problem(of: "rua", schemes: ["mailto", "https"]) == nil }
    let subject = capped(reply.question.name, 120)
    return OperationResult(
      [
        found(!good.isEmpty), record(capped(sole.text, 1_000)),
        Self.targets(targets.prefix(20).map { capped($0.text, 300) }),
        Self.problems(MailPolicyFamily.bounded(problems)),
      ],
      summary: (good.isEmpty
        ? "\(subject): nobody is asked to report on TLS"
        : "\(subject): reports on TLS go to \(DNSReply.list(good.map(\.text)))")
        + MailPolicyFamily.words(problems) + ".",
      evidence: [MailPolicyFamily.evidence("records", reply.answers)]
    )
  }
}
