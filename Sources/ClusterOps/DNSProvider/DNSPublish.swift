internal import Runbooks

/// `dns.publish`: puts record sets of a zone into the DNS, or takes them out.
///
/// What is there is read first, the difference alone is done, in one change that is taken as a whole
/// or not at all, and what is there is read again: the proof is what the provider then answers.
struct DNSPublish: CommandOperation {
  static let records = Parameter<[String]>(
    "records",
    default: [],
    help:
      "lines of a zone file, `NAME TTL IN TYPE DATA` (RFC 1035 §5), as deploy/dns/render prints "
      + "them: each set, of one name and type, is there with just these records then; names "
      + "without a dot at their end are below the zone"
  )
  static let file = Parameter<String?>(
    "file",
    checkGiven: DNSCompare.checkedFile,
    help:
      "instead of `records`: a zone file of the site's directory; its SOA, NS and DNSKEY of the "
      + "zone itself are left out"
  )
  static let remove = Parameter<[String]>(
    "remove",
    default: [],
    help: "sets that are to go, each `NAME TYPE`, e.g. `s1._domainkey TXT`"
  )

  private static let zone = ResultField<String>("zone", help: "the zone")
  private static let added = ResultField<[String]>(
    "added",
    help: "sets that were not there and are, with their data, at most 50"
  )
  private static let changed = ResultField<[String]>(
    "changed",
    help: "sets with other data or another time to live than before, likewise"
  )
  private static let removed = ResultField<[String]>(
    "removed",
    help: "sets that were there and are not, likewise"
  )
  private static let unchanged = ResultField<[String]>(
    "unchanged",
    help: "`NAME TYPE` of sets that needed nothing, likewise"
  )
  private static let serialBefore = ResultField<Int>(
    "serial_before",
    help: "the zone's serial before; -1: not told"
  )
  private static let serialAfter = ResultField<Int>("serial_after", help: "and after")
  private static let kept = ResultField<Duration>(
    "kept",
    help: "how long others may keep what they were told before, for dns.wait: the greatest time to "
      + "live of what was changed or removed, and the negative one where something was added; "
      + "zero where nothing was done"
  )
  private static let restore = ResultField<[String]>(
    "restore",
    help: "the changed and removed sets as they were, for `records` of a rollback"
  )
  private static let withdraw = ResultField<[String]>(
    "withdraw",
    help: "the added sets, for `remove` of a rollback"
  )
  private static let proxied = ResultField<[String]>(
    "proxied",
    help: "address records of hosts of mail that the provider proxies, and that this step leaves; "
      + "mail does not pass there"
  )

  let declaration = OperationDeclaration(
    "dns.publish",
    "Publishes or removes record sets of the site's zone, and proves what is there then.",
    parameters: [
      records, file, remove, DNSProviderArguments.zone, DNSProviderArguments.provider,
      DNSProviderArguments.server, DNSProviderArguments.key, DNSProviderArguments.token,
      DNSProviderArguments.tokenFile, DNSProviderArguments.api, DNSProviderArguments.from,
    ],
    results: [
      zone, added, changed, removed, unchanged, serialBefore, serialAfter, kept, restore, withdraw,
      proxied,
    ],
    risk: .change,
    isRepeatable: true
  )

  // MARK: Commands

  func commands(_ call: Call) throws(OperationFailure) -> [Command] {
    let request = try PublishRequest(call)
    var commands: [Command] = []
    if let file = request.file {
      commands.append(
        Command(
          here: ["ldns-read-zone", "-s", call.site.directory + "/" + file],
          keep: 4 << 20,
          streams: false
        )
      )
    }
    switch request.provider {
    case .cloudflare:
      commands += CloudflareZone.commands(try Cloudflare(call), of: request.zone)
    case .rfc2136:
      commands += ZonePrimary(try PublishRequest.server(call)).commands(
        key: try PublishRequest.key(call),
        from: try DNSProviderArguments.from(call),
        on: call.site
      )
    }
    return commands
  }

  func begin(
    _ call: Call,
    _ commands: [Command],
    now: Int
  ) throws(OperationFailure) -> Procedure {
    let request = try PublishRequest(call)
    guard request.file != nil else {
      return try publish(try request.wanted(request.lines), request, call, commands)
    }
    return .run(commands[0]) { outcome throws(OperationFailure) in
      let wanted = try request.wanted(of: outcome)
      return try publish(wanted, request, call, Array(commands.dropFirst()))
    }
  }

  private func publish(
    _ wanted: [WantedSet],
    _ request: PublishRequest,
    _ call: Call,
    _ commands: [Command]
  ) throws(OperationFailure) -> Procedure {
    guard !wanted.isEmpty else {
      return .done(Self.result(ZoneChanges([], published: [:]), request, 0))
    }
    switch request.provider {
    case .rfc2136:
      return try Self.update(
        wanted,
        request,
        ZonePrimary(try PublishRequest.server(call)),
        commands
      )
    case .cloudflare:
      return try Self.batch(wanted, request, try Cloudflare(call), call.site, commands)
    }
  }

  // MARK: RFC 2136

  private static func update(
    _ wanted: [WantedSet],
    _ request: PublishRequest,
    _ primary: ZonePrimary,
    _ commands: [Command]
  ) throws(OperationFailure) -> Procedure {
    let questions = wanted.map(\.question)
    let (read, write, reread) = (commands[0], commands[1], commands[2])
    return primary.read(questions, of: request.zone, by: read) { before throws(OperationFailure) in
      let changes = ZoneChanges(wanted, published: before.sets)
      let kept = changes.kept(negative: before.negativeTTL)
      guard !changes.needed.isEmpty else {
        return .done(
          result(changes, request, kept, serials: (before.soa.serial, before.soa.serial))
        )
      }
      let update = write.feeding(
        try ZoneUpdate.script(changes, of: request.zone, at: primary.server)
      )
      return .say(announcement(changes, request)) { () throws(OperationFailure) in
        .run(update) { outcome throws(OperationFailure) in
          let ending = ZoneUpdate.ending(outcome, of: update, at: primary.server)
          if case .refused(let failure) = ending { throw failure }
          return primary.read(questions, of: request.zone, by: reread) {
            after throws(OperationFailure) in
            try ending.require(
              ZoneChanges(wanted, published: after.sets),
              since: changes,
              by: primary.server.words
            )
            return .done(
              result(changes, request, kept, serials: (before.soa.serial, after.soa.serial))
            )
          }
        }
      }
    }
  }

  // MARK: Cloudflare

  private static func batch(
    _ wanted: [WantedSet],
    _ request: PublishRequest,
    _ cloudflare: Cloudflare,
    _ site: Site,
    _ commands: [Command]
  ) throws(OperationFailure) -> Procedure {
    for set in wanted.compactMap(\.set) where !(60...86_400).contains(set.ttl) {
      throw .refusedArgument(
        "records",
        "\(set.question.words) with TTL \(set.ttl)",
        advice: "Cloudflare takes 60 to 86400 seconds."
      )
    }
    let named = MailHosts.of(
      wanted.flatMap { set in (set.set?.data ?? []).map { (set.question, $0) } }
    )
    return CloudflareZone.find(request.zone, cloudflare, commands) {
      before throws(OperationFailure) in
      let published = try before.sets(wanted)
      let changes = ZoneChanges(
        wanted,
        published: published.sets,
        remedies: published.remedies
      )
      let written = Set(wanted.filter { $0.set != nil }.map(\.question))
      let hosts = before.mailHosts.union([DNSName.canonical(site.mailHost)])
      let left = before.proxied(hosts.union(named)).filter { !written.contains($0) }
      if let host = left.first(where: { named.contains($0.name) }) {
        throw OperationFailure(
          .refused,
          "\(host.words) is proxied by Cloudflare, and the records send mail there",
          advice:
            "No proxy passes SMTP: publish its addresses in the same step, or switch the proxy "
            + "off there.",
          effect: .none
        )
      }
      let kept = changes.kept(negative: nil)
      guard !changes.needed.isEmpty else {
        return .done(result(changes, request, kept, proxied: left))
      }
      let change = cloudflare.filled(
        commands[3],
        "/zones/\(before.id)/dns_records/batch",
        body: before.batch(changes)
      )
      return .say(announcement(changes, request)) { () throws(OperationFailure) in
        .run(change) { outcome throws(OperationFailure) in
          let ending = cloudflare.ending(outcome)
          if case .refused(let failure) = ending { throw failure }
          return CloudflareZone.list(before.id, cloudflare, commands[4]) {
            after throws(OperationFailure) in
            let published = try after.sets(wanted)
            try ending.require(
              ZoneChanges(wanted, published: published.sets, remedies: published.remedies),
              since: changes,
              by: Cloudflare.name
            )
            return .done(result(changes, request, kept, proxied: left))
          }
        }
      }
    }
  }

  // MARK: Words

  private static func announcement(_ changes: ZoneChanges, _ request: PublishRequest) -> String {
    "zone \(request.zone): \(changes.words)\n" + changes.announcement
  }

  private static func result(
    _ changes: ZoneChanges,
    _ request: PublishRequest,
    _ kept: Int,
    serials: (before: Int, after: Int) = (-1, -1),
    proxied left: [DNSQuestion] = []
  ) -> OperationResult {
    func texts(_ kind: SetChange.Kind) -> [String] {
      changes.of(kind).prefix(50).map { capped($0.words, 800) }
    }
    let back = (changes.of(.changed) + changes.of(.removed)).flatMap { $0.before?.lines ?? [] }
    var summary = "zone \(request.zone): \(changes.words)"
    if let first = changes.needed.first, changes.needed.count == 1 {
      summary = "zone \(request.zone), \(changes.words): \(capped(first.words, 200))"
    }
    if let host = left.first {
      summary += "; \(host.words) is proxied, and mail does not pass there"
    }
    return OperationResult(
      [
        zone(request.zone), added(texts(.added)), changed(texts(.changed)),
        removed(texts(.removed)), unchanged(texts(.unchanged)), serialBefore(serials.before),
        serialAfter(serials.after), Self.kept(.seconds(kept)), restore(back),
        withdraw(changes.of(.added).map(\.question.set)),
        proxied(left.prefix(50).map(\.words)),
      ],
      summary: summary + ".",
      evidence: [
        Evidence(
          name: "changes",
          mediaType: "text/plain",
          bytes: Array(announcement(changes, request).utf8)
        )
      ]
    )
  }
}

extension ZoneChanges {
  /// Seconds for which others may keep what they were told before.
  ///
  /// - Parameter negative: of that there was nothing; nil: not known.
  fileprivate func kept(negative: Int?) -> Int {
    needed.map { $0.before?.ttl ?? negative ?? 0 }.max() ?? 0
  }
}
