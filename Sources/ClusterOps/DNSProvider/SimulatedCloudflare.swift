internal import Foundation
internal import Runbooks

/// Cloudflare's API in a simulated world, asked by curl(1) as ``Cloudflare`` does: the site's zone with
/// what is published in it.
enum SimulatedCloudflare {
  /// The answer to a call of curl; nil: it is none to this API.
  static func answer(_ command: Command, in scene: inout Scene) -> Answer? {
    let program = command.program
    let config = Config(
      command.secretInput?.description ?? String(decoding: command.input, as: UTF8.self)
    )
    let url = config["url"] ?? program.last ?? ""
    let parts = url.split(separator: "?", maxSplits: 1).map(String.init)
    guard let path = parts.first, let place = path.firstRange(of: "/client/v4") else { return nil }
    guard program.contains("--header") || config["header"] != nil else {
      return scene.refusal(400, 6_003, "Invalid request headers")
    }
    let state = scene.dnsState["cloudflare"] ?? .record([:])
    let token = state.text("token", "active")
    let zone = DNSName.canonical(scene.site.domain)
    if state.truth("limited", false) {
      return scene.refusal(429, 971, "Please wait and consider throttling your request speed")
    }
    if token == "unknown" { return scene.refusal(401, 1_000, "Invalid API Token") }
    switch path[place.upperBound...] {
    case "/user/tokens/verify":
      return scene.reply(.record(["id": .string(id("token")), "status": .string(token)]))
    case "/zones":
      let isAsked = program.contains("name=" + zone) && state.truth("zone", true)
      let found: Value = .record(["id": .string(id(zone)), "name": .string(zone)])
      return scene.reply(.list(isAsked ? [found] : []))
    case let path where path == "/zones/\(id(zone))/dns_records":
      guard !state.truth("forbidden", false) else {
        return scene.refusal(403, 10_000, "Authentication error")
      }
      let all = records(scene.dns, state)
      return scene.reply(.list(all), count: all.count)
    case let path where path == "/zones/\(id(zone))/dns_records/batch":
      guard !state.truth("read_only", false) else {
        return scene.refusal(403, 10_000, "Authentication error")
      }
      guard let body = config["data-raw"] else { return scene.refusal(400, 9_207, "no body") }
      return change(Array(body.utf8), &scene)
    default: return scene.refusal(404, 7_003, "Could not route to it")
    }
  }

  private static func id(_ text: String) -> String {
    String(Digest(of: Array(text.utf8)).hex.prefix(32))
  }

  private static func id(_ question: DNSQuestion, _ data: RecordData) -> String {
    id("\(question.set) \(data.text)")
  }

  /// What curl reads by `--config`.
  private struct Config {
    private var values: [String: String] = [:]

    init(_ text: String) {
      for line in text.split(separator: "\n") {
        guard let equals = line.firstRange(of: " = \""), line.hasSuffix("\"") else { continue }
        let inner = DNSName.octets(Array(line[equals.upperBound...].dropLast().utf8)).map(\.byte)
        values[String(line[..<equals.lowerBound])] = String(decoding: inner, as: UTF8.self)
      }
    }

    subscript(name: String) -> String? { values[name] }
  }

  private static func records(_ dns: SimulatedDNS, _ state: Value) -> [Value] {
    let proxied = state.texts("proxied")
    return dns.zone.flatMap { question in
      dns.records(question).map { data -> Value in
        var fields = CloudflareRecord.body(question, data, ttl: dns.ttl(question)).fields
        fields["id"] = .string(id(question, data))
        if CloudflareRecord.proxyable.contains(question.type), proxied.contains(question.name) {
          fields["proxied"] = .boolean(true)
          fields["ttl"] = .integer(1)
        }
        return .record(fields)
      }
    }
  }

  /// A request to `batch`, as far as it is used.
  private struct Batch: Decodable {
    struct Change: Decodable {
      let id: String
      var ttl: Int?
      var proxied: Bool?
    }

    var deletes: [Change]?
    var patches: [Change]?
    var posts: [Post]?

    /// A record without an id.
    struct Post: Decodable {
      let record: CloudflareRecord

      init(from decoder: any Decoder) throws { record = try CloudflareRecord(from: decoder) }
    }
  }

  private static func change(_ body: [UInt8], _ scene: inout Scene) -> Answer {
    guard let batch = try? JSONDecoder().decode(Batch.self, from: Data(body)) else {
      return scene.refusal(400, 9_207, "Request body is invalid")
    }
    var sets: [DNSQuestion: (ttl: Int, data: [RecordData])] = [:]
    var places: [String: (DNSQuestion, RecordData)] = [:]
    for question in scene.dns.zone {
      sets[question] = (scene.dns.ttl(question), scene.dns.records(question))
      for data in sets[question]?.data ?? [] { places[id(question, data)] = (question, data) }
    }
    var touched: Set<DNSQuestion> = []
    var unproxied: Set<String> = []
    for change in batch.deletes ?? [] {
      guard let (question, data) = places[change.id] else {
        return scene.refusal(404, 81_044, "Record does not exist.")
      }
      sets[question]?.data.removeAll { $0 == data }
      touched.insert(question)
    }
    for change in batch.patches ?? [] {
      guard let (question, _) = places[change.id] else {
        return scene.refusal(404, 81_044, "Record does not exist.")
      }
      if let ttl = change.ttl { sets[question]?.ttl = ttl }
      if change.proxied == false { unproxied.insert(question.name) }
      touched.insert(question)
    }
    for post in batch.posts ?? [] {
      guard let question = post.record.question, let data = post.record.record else {
        return scene.refusal(400, 9_005, "Content for the record is invalid.")
      }
      var set = sets[question] ?? (post.record.ttl, [])
      guard !set.data.contains(data) else {
        return scene.refusal(400, 81_058, "An identical record already exists.")
      }
      set.ttl = post.record.ttl
      set.data.append(data)
      sets[question] = set
      if !post.record.isProxied { unproxied.insert(question.name) }
      touched.insert(question)
    }
    for question in touched {
      let set = sets[question] ?? (0, [])
      scene.publish(question, set.data.map(\.words), ttl: set.ttl)
    }
    scene.unproxy(unproxied)
    return scene.reply(.record([:]))
  }
}

extension Scene {
  /// An answer of the API.
  fileprivate func reply(_ result: Value, count: Int? = nil) -> Answer {
    var fields: [String: Value] = [
      "success": .boolean(true), "errors": .list([]), "messages": .list([]), "result": result,
    ]
    if let count {
      fields["result_info"] = .record([
        "page": .integer(1), "total_count": .integer(count), "total_pages": .integer(1),
      ])
    }
    return answer(.record(fields))
  }

  fileprivate func refusal(_ status: Int, _ code: Int, _ message: String) -> Answer {
    answer(
      .record([
        "success": .boolean(false), "messages": .list([]),
        "errors": .list([.record(["code": .integer(code), "message": .string(message)])]),
      ]),
      status: status
    )
  }

  /// Switches the proxy off for names.
  fileprivate mutating func unproxy(_ names: Set<String>) {
    guard !names.isEmpty else { return }
    var fields = dnsState.fields
    var cloudflare = fields["cloudflare"]?.fields ?? [:]
    let left = (cloudflare["proxied"]?.elements ?? []).filter { !names.contains($0.text ?? "") }
    cloudflare["proxied"] = .list(left)
    fields["cloudflare"] = .record(cloudflare)
    world.state["dns"] = .record(fields)
  }
}
