internal import Runbooks

/// The records of a zone at Cloudflare: read page by page, changed in one request.
struct CloudflareZone: Sendable {
  let id: String
  let records: [CloudflareRecord]

  /// Records a page, and pages that are read: more are not understood to be all.
  static let perPage = 500
  static let pages = 10

  /// What is asked of the token itself.
  private struct Token: Decodable, Sendable {
    let status: String
  }

  private struct Zone: Decodable, Sendable {
    let id: String
    let name: String
  }

  /// The commands in order: the token, the zone, its records, the change, its records again.
  static func commands(_ cloudflare: Cloudflare, of zone: String) -> [Command] {
    let list = cloudflare.later("GET /zones/ZONE/dns_records, a page at a time")
    return [
      cloudflare.command("/user/tokens/verify"),
      cloudflare.command("/zones", [("name", zone)]),
      list,
      cloudflare.later(
        "POST /zones/ZONE/dns_records/batch, what is announced before",
        changes: true
      ),
      list,
    ]
  }

  /// Asks whether the token is good, then for the zone and its records.
  static func find(
    _ zone: String,
    _ cloudflare: Cloudflare,
    _ commands: [Command],
    then: @escaping (CloudflareZone) throws(OperationFailure) -> Procedure
  ) -> Procedure {
    .run(commands[0]) { outcome throws(OperationFailure) in
      let token = try cloudflare.reply(Token.self, outcome, to: "verify itself").result
      guard token.status == "active" else {
        throw OperationFailure(
          .refused,
          "the token for Cloudflare is \(EscapedText.escaped(token.status, 40))",
          advice: "Have it made active again, or give another.",
          effect: .none
        )
      }
      return .run(commands[1]) { outcome throws(OperationFailure) in
        let zones = try cloudflare.reply([Zone].self, outcome, to: "see its zones").result
        let found = zones.filter { DNSName.canonical($0.name) == zone }
        guard found.count == 1, CloudflareRecord.isID(found[0].id) else {
          throw OperationFailure(
            .refused,
            "the token for Cloudflare sees no zone \(zone)",
            advice:
              "Give it Zone Read and DNS Edit on that zone, or name the zone that holds it in "
              + "`zone`.",
            effect: .none
          )
        }
        return list(found[0].id, cloudflare, commands[2], then: then)
      }
    }
  }

  /// Reads all records of a zone.
  static func list(
    _ id: String,
    _ cloudflare: Cloudflare,
    _ command: Command,
    then: @escaping (CloudflareZone) throws(OperationFailure) -> Procedure
  ) -> Procedure {
    func read(_ place: Int, _ records: [CloudflareRecord]) -> Procedure {
      let page = cloudflare.filled(
        command,
        "/zones/\(id)/dns_records?per_page=\(perPage)&page=\(place)"
      )
      return .run(page) { outcome throws(OperationFailure) in
        let reply = try cloudflare.reply([CloudflareRecord].self, outcome, to: "list its records")
        let all = records + reply.result
        guard let total = reply.page?.total, let count = reply.page?.pages else {
          throw Cloudflare.failure(
            "it does not say how many records there are",
            "See that `api` is Cloudflare's."
          )
        }
        guard count <= pages else {
          throw Cloudflare.failure(
            "the zone has \(total) records, more than are read (\(pages * perPage))",
            "Publish in another way."
          )
        }
        if place < count { return read(place + 1, all) }
        // A record that came or went between two pages moves the others.
        guard all.count == total, Set(all.map(\.id)).count == total,
          all.allSatisfy({ CloudflareRecord.isID($0.id) })
        else {
          throw Cloudflare.failure(
            "\(all.count) of \(total) records came: they changed while they were read",
            "Retry."
          )
        }
        return try then(CloudflareZone(id: id, records: all))
      }
    }
    return read(1, [])
  }

  // MARK: Sets

  /// The sets that are asked for, and what else of them is not as it has to be.
  ///
  /// - Throws: where a record of them is not understood.
  func sets(
    _ wanted: [WantedSet]
  ) throws(OperationFailure) -> (sets: [DNSQuestion: RecordSet], remedies: [DNSQuestion: String]) {
    var sets: [DNSQuestion: RecordSet] = [:]
    var remedies: [DNSQuestion: String] = [:]
    let groups = Dictionary(grouping: records.filter { $0.question != nil }) { $0.question }
    for wanted in wanted {
      let question = wanted.question
      guard let group = groups[question] else { continue }
      var data: [RecordData] = []
      for record in group {
        guard let understood = record.record else {
          throw Cloudflare.failure(
            "a record of \(question.words) is not understood",
            "Change it there by hand."
          )
        }
        data.append(understood)
      }
      let times = Set(group.map(\.seconds))
      sets[question] = RecordSet(question: question, ttl: times.max() ?? 0, data: data)
      if group.contains(where: \.isProxied) {
        remedies[question] = "not proxied any more"
      } else if times.count > 1 {
        remedies[question] = "one TTL for all"
      } else if group.contains(where: { $0.ttl == 1 }) {
        remedies[question] = "TTL said, not automatic"
      } else if Set(data).count < data.count {
        remedies[question] = "each once"
      }
    }
    return (sets, remedies)
  }

  /// Hosts of the zone that mail needs and that are proxied: no proxy there speaks SMTP.
  ///
  /// - Parameter hosts: their names.
  func proxied(_ hosts: Set<String>) -> [DNSQuestion] {
    var found: [DNSQuestion] = []
    for record in records where record.isProxied {
      guard let question = record.question, hosts.contains(question.name),
        !found.contains(question)
      else { continue }
      found.append(question)
    }
    return found.sorted { ($0.name, $0.type.rawValue) < ($1.name, $1.type.rawValue) }
  }

  /// Where mail is sent to by the records that are there.
  var mailHosts: Set<String> {
    MailHosts.of(
      records.compactMap { record in
        guard let question = record.question, let data = record.record else { return nil }
        return (question, data)
      }
    )
  }

  // MARK: Change

  /// The body of the request that makes a change: as a whole or not at all, in the order deletes,
  /// patches, posts.
  func batch(_ changes: ZoneChanges) -> Value {
    var (deletes, patches, posts) = ([Value](), [Value](), [Value]())
    for change in changes.needed {
      var kept: Set<RecordData> = []
      for record in records where record.question == change.question {
        guard let data = record.record, let after = change.after, after.data.contains(data),
          kept.insert(data).inserted
        else {
          deletes.append(.record(["id": .string(record.id)]))
          continue
        }
        guard record.ttl != after.ttl || record.isProxied else { continue }
        var patch: [String: Value] = ["id": .string(record.id), "ttl": .integer(after.ttl)]
        if CloudflareRecord.proxyable.contains(change.question.type) {
          patch["proxied"] = .boolean(false)
        }
        patches.append(.record(patch))
      }
      guard let after = change.after else { continue }
      posts += after.data.filter { !kept.contains($0) }.map {
        CloudflareRecord.body(change.question, $0, ttl: after.ttl)
      }
    }
    let parts = [("deletes", deletes), ("patches", patches), ("posts", posts)]
    return .record(
      Dictionary(uniqueKeysWithValues: parts.filter { !$0.1.isEmpty }.map { ($0.0, .list($0.1)) })
    )
  }
}

/// The hosts that records send mail to, or vouch for the certificates of.
enum MailHosts {
  static func of(_ records: [(question: DNSQuestion, data: RecordData)]) -> Set<String> {
    var hosts: Set<String> = []
    for (question, data) in records {
      switch question.type {
      case .mx, .srv:
        let host = data.words.split(separator: " ").last.map(String.init) ?? "."
        if host != "." { hosts.insert(host) }
      case .tlsa:
        // `_25._tcp.HOST` (RFC 7672 §2.2.3).
        let labels = question.name.split(separator: ".").drop { $0.hasPrefix("_") }
        hosts.insert(labels.joined(separator: "."))
      default: break
      }
    }
    return hosts
  }
}
