internal import Foundation
internal import Runbooks

/// `tlsa.compare`: the TLSA records of a port against the certificates that it serves (RFC 6698,
/// RFC 7671, RFC 7672), and whether the next key may come.
///
/// A server may have a certificate for each kind of key, and senders choose: each is asked for. Of a
/// name without records senders encrypt as they like; of records that are not signed likewise.
struct TLSACompare: CommandOperation {
  private static let host = Parameter<String>(
    "host",
    default: { DNSName.canonical($0.mailHost) },
    "the site's mail host",
    check: { text, name throws(OperationFailure) in
      let host = try MailPolicyFamily.checkedDomain(text, name)
      guard IPAddress(host) == nil, DNSName.isPlain("_65535._tcp.\(host)") else {
        throw .refusedArgument(name, text, advice: "Give a name: addresses have no TLSA records.")
      }
      return host
    },
    help: "the mail host, by the name that MX records have"
  )
  private static let port = Parameter(
    "port",
    default: 25,
    in: 1...65_535,
    help: "the port; of mail from others 25"
  )
  private static let files = Parameter<[String]>(
    "files",
    default: ["/etc/tls/rsa/tls.crt", "/etc/tls/ecdsa/tls.crt"],
    check: { files, name throws(OperationFailure) in
      for file in files { _ = try PathArgument.absolute(file, name) }
      return files
    },
    help: "the certificates mounted in the pod; not looked at where it is another's host, or none"
  )
  private static let next = Parameter<[String]>(
    "next",
    default: [],
    check: { digests, name throws(OperationFailure) in
      try digests.map { digest throws(OperationFailure) in
        guard let digest = Digest(hex: digest.lowercased()) else {
          throw .refusedArgument(
            name,
            digest,
            advice: "Give the 64 digits of `openssl pkey -pubin -in KEY -outform DER | sha256sum`."
          )
        }
        return digest.hex
      }
    },
    help: "SHA-256 of the public keys that are to be served next, as a record 3 1 1 has it"
  )

  private static let records = ResultField<[String]>(
    "records",
    help: "the records, e.g. `3 1 1 8d02…`, at most 50; none: senders do no DANE with us"
  )
  private static let signed = ResultField<Bool>(
    "signed",
    help: "whether the resolver vouches for them by DNSSEC (AD); if not, senders ignore them"
  )
  private static let holds = ResultField<Bool>(
    "holds",
    help: "whether every certificate that is served has a usable record: else mail is put off"
  )
  private static let nextReady = ResultField<Bool>(
    "next_ready",
    help: "whether the key can change at once: the records of the next are there, or one of an "
      + "authority of the chain (usage 2)"
  )
  private static let matching = ResultField<[String]>(
    "matching",
    help: "the records of what is served"
  )
  private static let stale = ResultField<[String]>(
    "stale",
    help: "usable records of nothing that is served, mounted or given as next"
  )
  private static let unusable = ResultField<[String]>(
    "unusable",
    help: "records that senders leave aside: usage 0 and 1 (RFC 7672 §3.1.3), or malformed"
  )
  private static let keys = ResultField<[String]>(
    "keys",
    help: "SHA-256 of the keys that are served, as a record 3 1 1 has it"
  )
  private static let kept = ResultField<Duration>(
    "kept",
    help: "how long others may keep the records, for a wait before a key changes; zero: none"
  )
  private static let problems = ResultField<[String]>("problems", help: "what is wrong, in words")

  let declaration = OperationDeclaration(
    "tlsa.compare",
    "Compares the TLSA records (DANE) of a mail host with the certificates that its port serves.",
    parameters: [host, port, files, next, DNSArguments.resolver, Probe.from],
    results: [
      records, signed, holds, nextReady, matching, stale, unusable, keys, kept, problems,
    ],
    risk: .read,
    isRepeatable: true
  )

  /// Kinds of key, and the signatures that a client takes to get a certificate with one.
  private static let kinds = [
    (
      "RSA",
      "RSA-PSS+SHA256:RSA-PSS+SHA384:RSA-PSS+SHA512:RSA+SHA256:RSA+SHA384:RSA+SHA512"
    ), ("ECDSA", "ECDSA+SHA256:ECDSA+SHA384:ECDSA+SHA512:ed25519"),
  ]

  /// Certificates of a chain, or of the pod, that are looked at.
  private static let limit = 12

  /// The root is signed, so that a resolver which does not vouch for it vouches for nothing.
  private static let root = DNSQuestion(name: ".", type: .soa)

  private struct Setting: Sendable {
    let host: String
    let port: Int
    let files: [String]
    let next: [String]
    let server: DNSServer
    let from: Vantage

    init(_ call: Call) throws(OperationFailure) {
      host = try call[TLSACompare.host]
      port = try call[TLSACompare.port]
      // Another's host serves nothing that is mounted here.
      files =
        host == DNSName.canonical(call.site.mailHost) ? try call[TLSACompare.files] : []
      next = try call[TLSACompare.next]
      server = DNSServer(text: try call[DNSArguments.resolver], isAuthority: false)
      from = try call[Probe.from]
    }

    var question: DNSQuestion { DNSQuestion(name: "_\(port)._tcp.\(host)", type: .tlsa) }
    var place: String { Probe.place(host, port) }
  }

  /// The question, a session for each kind of key, the mounted files, and what reads a certificate: as
  /// often as there are certificates.
  func commands(_ call: Call) throws(OperationFailure) -> [Command] {
    let setting = try Setting(call)
    var commands = [
      Kdig.command(
        Kdig.argv(setting.server, [setting.question, Self.root]),
        from: setting.from,
        on: call.site
      )
    ]
    for (_, signatures) in Self.kinds {
      commands.append(
        Command(
          Probe.bounded(
            ["openssl", "s_client", "-connect", setting.place, "-servername", setting.host]
              + TLSStart.auto.options(on: setting.port)
              + ["-showcerts", "-sigalgs", signatures]
          ),
          from: setting.from,
          on: call.site,
          streams: false
        )
      )
    }
    if !setting.files.isEmpty {
      commands.append(.postfix(["cat"] + setting.files, on: call.site, streams: false))
    }
    commands.append(
      Command(here: CertificateFacts.argv, inputDescription: "each certificate in its turn")
    )
    return commands
  }

  func begin(
    _ call: Call,
    _ commands: [Command],
    now: Int
  ) throws(OperationFailure) -> Procedure {
    let setting = try Setting(call)
    return try Kdig.ask([(commands[0], setting.server, [setting.question, Self.root])]) {
      replies throws(OperationFailure) in
      let reply = try replies[0].known(setting.question)
      guard !reply.answers.isEmpty else { return .done(Self.absent(reply, setting)) }
      guard reply.isAuthenticated || replies[0][Self.root].isAuthenticated else {
        throw OperationFailure(
          undetermined: "whether \(setting.question.words) is signed",
          Doubt(
            .end,
            "\(setting.server.words) does not validate: it does not vouch for the root either",
            advice:
              "Name one that does in `values: {dns_resolvers: …}` of site.yaml, or with `resolver`."
          )
        )
      }
      return try Self.look(reply, setting, commands, now)
    }
  }

  // MARK: What is served

  private enum Served: Sendable {
    case chain([String])
    case none(String)
    case unknown(String)
  }

  private static func served(_ outcome: CommandOutcome) -> Served {
    let pems = CertificateFacts.pems(in: outcome.stdoutText, limit)
    guard pems.isEmpty else { return .chain(pems) }
    let lines = outcome.stderrText.split(whereSeparator: \.isNewline).map(String.init)
    switch TLSSession.failure(outcome, lines) {
    case .closed: return .unknown("nothing listens there")
    case .refused(let words): return .none(words)
    case .unknown(let words): return .unknown(words)
    case .made: return .unknown("it served no certificate")
    }
  }

  private static func look(
    _ reply: DNSReply,
    _ setting: Setting,
    _ commands: [Command],
    _ now: Int
  ) throws(OperationFailure) -> Procedure {
    let sessions = Array(commands[1...kinds.count])
    return try .each(sessions) { _, outcome in
      served(outcome)
    } then: { sessions throws(OperationFailure) in
      var chains: [(kind: String, pems: [String])] = []
      var whys: [String] = []
      for ((kind, _), session) in zip(kinds, sessions) {
        switch session {
        case .chain(let pems): chains.append((kind, pems))
        case .none(let why): whys.append(why)
        case .unknown(let why):
          // What one kind of sender gets is not known; nothing holds for all.
          throw ProbeFailure.unreachable(setting.place, from: setting.from, why)
        }
      }
      guard !chains.isEmpty else {
        throw ProbeFailure.unreachable(
          setting.place,
          from: setting.from,
          "it does not begin TLS: \(whys.first ?? "no certificate")"
        )
      }
      let found = chains
      let reader = commands[commands.count - 1]
      func read(_ mounted: [String]) throws(OperationFailure) -> Procedure {
        var all: [String] = []
        for pem in found.flatMap(\.pems) + mounted where !all.contains(pem) { all.append(pem) }
        return try certificates(all, reader, setting.place) { byPEM in
          result(
            TLSAFinding(
              records: reply.answers.map(TLSARecord.init),
              chains: found.map { chain in
                TLSAFinding.Chain(
                  kind: chain.kind,
                  certificates: chain.pems.compactMap { byPEM[$0] }
                )
              },
              mounted: mounted.compactMap { byPEM[$0] },
              next: setting.next,
              host: setting.host,
              now: now
            ),
            reply,
            setting
          )
        }
      }
      guard !setting.files.isEmpty else { return try read([]) }
      let files = commands[1 + kinds.count]
      return .run(files) { outcome throws(OperationFailure) in
        // A file that is not there says nothing of the records.
        if outcome.exit != 0, KubectlFailure.isFromContainer(outcome) {
          throw OperationFailure(
            undetermined: "the mounted certificates were not read",
            Doubt(
              .end,
              PodService.said(outcome),
              advice: "Name the files that are mounted with `files`; with none only what is served "
                + "counts."
            )
          )
        }
        try PostfixFailure.require(outcome, of: files)
        return try read(CertificateFacts.pems(in: outcome.stdoutText, limit))
      }
    }
  }

  /// Reads one certificate after the other, and goes on with all of them.
  private static func certificates(
    _ pems: [String],
    _ reader: Command,
    _ place: String,
    _ found: [String: NamedCertificate] = [:],
    then: @escaping ([String: NamedCertificate]) -> OperationResult
  ) throws(OperationFailure) -> Procedure {
    guard let pem = pems.first else { return .done(then(found)) }
    return .run(reader.feeding(Array(pem.utf8))) { outcome throws(OperationFailure) in
      let base64 = pem.split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("-----") }.joined()
      guard outcome.exit == 0, let facts = CertificateFacts(outcome.stdoutText),
        let der = Data(base64Encoded: base64)
      else {
        throw OperationFailure(
          .malformed,
          "openssl does not understand a certificate of \(place)",
          advice: "Look at it with `openssl s_client -connect \(place) -showcerts`; one may be "
            + "mounted that is damaged.",
          effect: .none
        )
      }
      let certificate = NamedCertificate(facts: facts, der: Array(der))
      return try certificates(
        Array(pems.dropFirst()),
        reader,
        place,
        found.merging([pem: certificate]) { $1 },
        then: then
      )
    }
  }

  // MARK: What comes of it

  private static func absent(_ reply: DNSReply, _ setting: Setting) -> OperationResult {
    OperationResult(
      [
        records([]), signed(reply.isAuthenticated), holds(false), nextReady(false), matching([]),
        stale([]), unusable([]), keys([]), kept(.zero),
        problems([
          "there is no TLSA record: senders encrypt without proof of who we are, unless MTA-STS asks "
            + "for it"
        ]),
      ],
      summary: "\(setting.question.words): \(reply.words), so senders do no DANE with us."
    )
  }

  private static func result(
    _ found: TLSAFinding,
    _ reply: DNSReply,
    _ setting: Setting
  ) -> OperationResult {
    func texts(_ records: [TLSARecord]) -> [String] { records.prefix(50).map(\.text) }
    var all = found.problems
    if !reply.isAuthenticated {
      all.insert(
        "the records are not signed, and senders ignore them: sign the zone (DNSSEC), or delete them",
        at: 0
      )
    }
    let count = found.records.count
    var words =
      "\(setting.question.words): \(found.matching.count) of \(counted(count, "record")) "
      + (found.matching.count == 1 ? "is" : "are") + " of what \(setting.place) serves"
    if found.holds { words += found.isNextReady ? "; the next key may come" : "" }
    let isCut = found.records.contains(where: \.isCut)
    return OperationResult(
      [
        records(texts(found.records)), signed(reply.isAuthenticated), holds(found.holds),
        nextReady(found.isNextReady), matching(texts(found.matching)), stale(texts(found.stale)),
        unusable(texts(found.unusable)), keys(found.keys), kept(.seconds(reply.ttl ?? 0)),
        problems(MailPolicyFamily.bounded(all)),
      ],
      summary: words + MailPolicyFamily.words(all) + ".",
      evidence: [
        MailPolicyFamily.evidence("records", reply.answers),
        MailPolicyFamily.evidence(
          "certificates",
          found.chains.flatMap { chain in
            chain.certificates.map {
              "\(chain.kind): \(EscapedText.escaped($0.facts.subject)) key \($0.facts.keyDigest)"
            }
          }
        ),
      ],
      doubt: isCut
        ? Doubt(
          .parts,
          "a record is longer than is read",
          advice: "Publish a digest (3 1 1): whole certificates are not meant for the DNS."
        ) : nil
    )
  }
}
