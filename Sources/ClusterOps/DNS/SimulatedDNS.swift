internal import Runbooks

/// The DNS of a simulated world: what a healthy site publishes, with what a scenario changes of it.
struct SimulatedDNS: Sendable {
  /// How a server behaves.
  enum Behaviour: String {
    case ok
    case serverFailure = "servfail"
    case timeout
    case refused
    /// It answers with records of `stale` where that has any.
    case stale
  }

  let site: Site
  /// Seconds since 1970 in the world.
  private let now: Int
  let state: Value
  let records: [DNSQuestion: [String]]
  /// What resolvers still have instead.
  let cached: [DNSQuestion: Kept]
  private let stale: [DNSQuestion: [String]]
  private let lists: [String: Value]
  /// The lines of zone files by their path in the site's directory; none: the file is not there.
  let files: [String: [String]]

  /// - Parameter state: `dns` of the world, see WorldShape.swift.
  init(_ state: Value, of site: Site, at now: Int) {
    self.site = site
    self.now = now
    self.state = state
    records = Self.healthy(site).merging(Self.sets(state["records"])) { $1 }
    cached = Self.cached(state, at: now)
    stale = Self.sets(state["stale"])
    lists = Dictionary(uniqueKeysWithValues: BlockList.known.map { ($0.zone, .record([:])) })
      .merging(state["lists"]?.fields ?? [:]) { $1 }
    files = (state["files"]?.fields ?? [:]).mapValues { $0.elements?.compactMap(\.text) ?? [] }
  }

  private static func healthy(_ site: Site) -> [DNSQuestion: [String]] {
    let domain = DNSName.canonical(site.domain)
    let host = DNSName.canonical(site.mailHost)
    var records: [DNSQuestion: [String]] = [
      DNSQuestion(name: domain, type: .soa): [
        "ns1.\(domain) hostmaster.\(domain) 1 3600 900 604800 300"
      ],
      DNSQuestion(name: ".", type: .ns): ["a.root-servers.net"],
      DNSQuestion(name: domain, type: .ns): ["ns1.\(domain)"],
      DNSQuestion(name: domain, type: .mx): ["10 \(host)"],
      DNSQuestion(name: domain, type: .txt): ["v=spf1 mx -all"],
    ]
    for address in site.addresses.compactMap({ IPAddress($0) }) {
      records[DNSQuestion(name: host, type: address.type), default: []].append(address.text)
      records[DNSQuestion(name: address.pointer, type: .ptr)] = [host]
    }
    return records.merging(policies(site)) { $1 }
  }

  /// What is published at a name.
  func data(_ question: DNSQuestion) -> [String] { records[question] ?? [] }

  /// Records by `NAME TYPE`; for PTR the address may stand for the name.
  private static func sets(_ value: Value?) -> [DNSQuestion: [String]] {
    var sets: [DNSQuestion: [String]] = [:]
    for (key, value) in value?.fields ?? [:] {
      guard let question = question(key) else { continue }
      sets[question] = value.elements?.compactMap(\.text) ?? [value.text].compactMap(\.self)
    }
    return sets
  }

  /// What a scenario means by `NAME TYPE`.
  static func question(_ key: String) -> DNSQuestion? {
    let words = key.split(separator: " ").map(String.init)
    guard words.count == 2, let type = DNSType(rawValue: words[1].uppercased()) else { return nil }
    let pointer = type == .ptr ? IPAddress(words[0])?.pointer : nil
    return DNSQuestion(name: pointer ?? DNSName.canonical(words[0]), type: type)
  }

  // MARK: Answers

  /// The message that answers a question, as kdig has it in JSON; nil: there is no answer.
  func message(_ question: DNSQuestion, by server: DNSServer) -> Value? {
    let behaviour = state["resolvers"]?[server.text]?.text.flatMap(Behaviour.init) ?? .ok
    switch behaviour {
    case .timeout: return nil
    case .serverFailure: return message(question, server, code: 2)
    case .refused: return message(question, server, code: 5)
    case .ok, .stale: break
    }
    if let (zone, list) = list(of: question.name) {
      return answer(question, of: list, zone, server)
    }
    let kept = server.isAuthority ? [:] : cached
    var all = records.merging(kept.mapValues(\.data)) { $1 }
    if behaviour == .stale { all.merge(stale) { $1 } }
    func life(_ name: String, _ type: DNSType) -> Int? {
      kept[DNSQuestion(name: name, type: type)].map { $0.until - now }
    }
    let isOurs =
      all.keys.contains { question.name == $0.name }
      || question.name == site.domain || question.name.hasSuffix("." + site.domain)
    guard isOurs || !server.isAuthority else { return message(question, server, code: 5) }
    if question == DNSQuestion(name: ".", type: .soa) {
      let data = "a.root-servers.net nstld.verisign-grs.com 2026112200 1800 900 604800 86400"
      return message(question, server, code: 0, [record(".", .soa, data)])
    }
    let found = all[question] ?? []
    let alias = found.isEmpty ? all[DNSQuestion(name: question.name, type: .cname)] ?? [] : []
    if !found.isEmpty || !alias.isEmpty {
      var answers = alias.map {
        record(question.name, .cname, $0, life: life(question.name, .cname))
      }
      let target = alias.first.map(DNSName.canonical) ?? question.name
      answers += (all[DNSQuestion(name: target, type: question.type)] ?? []).map {
        record(target, question.type, $0, life: life(target, question.type))
      }
      return message(question, server, code: 0, answers)
    }
    let isThere = all.contains { key, data in
      !data.isEmpty && (key.name == question.name || key.name.hasSuffix("." + question.name))
    }
    let left = life(question.name, question.type)
    return message(question, server, code: isThere ? 0 : 3, negativeLife: left)
  }

  private func message(
    _ question: DNSQuestion,
    _ server: DNSServer,
    code: Int,
    _ answers: [Value] = [],
    negativeLife: Int? = nil
  ) -> Value {
    var fields: [String: Value] = [
      "RCODE": .integer(code), "AA": .integer(server.isAuthority && code != 5 ? 1 : 0),
      "TC": .integer(0), "ANCOUNT": .integer(answers.count),
      "AD": .integer(!server.isAuthority && isVouchedFor(question.name, code) ? 1 : 0),
      "QNAME": .string(Self.absolute(question.name)), "QTYPEname": .string(question.type.rawValue),
    ]
    if !answers.isEmpty { fields["answerRRs"] = .list(answers) }
    if answers.isEmpty, code == 0 || code == 3,
      let soa = records[DNSQuestion(name: DNSName.canonical(site.domain), type: .soa)]?.first
    {
      fields["authorityRRs"] = .list([
        record(DNSName.canonical(site.domain), .soa, soa, life: negativeLife)
      ])
    }
    return .record(fields)
  }

  /// Whether resolvers vouch for an answer: they validate, and the zone is signed.
  private func isVouchedFor(_ name: String, _ code: Int) -> Bool {
    guard code == 0 || code == 3, state.truth("validates", true) else { return false }
    let isOurs = name == site.domain || name.hasSuffix("." + site.domain)
    return !isOurs || state.truth("signed", true)
  }

  /// - Parameter life: how long a resolver still keeps it, in seconds; nil: it has it from the zone now.
  private func record(
    _ name: String,
    _ type: DNSType,
    _ data: String,
    life: Int? = nil
  ) -> Value {
    .record([
      "NAME": .string(Self.absolute(name)), "TYPEname": .string(type.rawValue),
      "TTL": .integer(life ?? ttl(DNSQuestion(name: name, type: type))),
      "rdata" + type.rawValue: .string(Self.presentation(type, data)),
    ])
  }

  /// How long a set may be kept, in seconds.
  func ttl(_ question: DNSQuestion) -> Int {
    state["ttls"]?["\(question.name) \(question.type.rawValue)"]?.int ?? state.int("ttl", 3_600)
  }

  private static func absolute(_ name: String) -> String { name == "." ? "." : name + "." }

  /// Data as programs print it: names with their last dot, texts in quotes of at most 255 octets.
  static func presentation(_ type: DNSType, _ data: String) -> String {
    let fields = data.split(separator: " ").map(String.init)
    func dotted(_ text: String) -> String { text.hasSuffix(".") ? text : text + "." }
    switch type {
    case .txt:
      var (rest, strings) = (Substring(data), [String]())
      repeat {
        let piece = rest.prefix(200)
        rest = rest.dropFirst(200)
        strings.append(
          "\"" + piece.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
        )
      } while !rest.isEmpty
      return strings.joined(separator: " ")
    case .ns, .cname, .ptr: return dotted(data)
    case .mx, .srv: return (fields.dropLast() + fields.suffix(1).map(dotted)).joined(separator: " ")
    case .soa: return (fields.prefix(2).map(dotted) + fields.dropFirst(2)).joined(separator: " ")
    default: return data
    }
  }

  /// What ldns-read-zone prints of a file that has just what is published.
  var published: String {
    zone.flatMap { question in
      data(question).map {
        "\(Self.absolute(question.name))\t\(ttl(question))\tIN\t"
          + "\(question.type.rawValue)\t\(Self.presentation(question.type, $0))\n"
      }
    }.joined()
  }

  /// The names and types that the site's zone has.
  var zone: [DNSQuestion] {
    let domain = DNSName.canonical(site.domain)
    return records.filter {
      !$0.value.isEmpty && ($0.key.name == domain || $0.key.name.hasSuffix("." + domain))
    }
    .keys.sorted { ($0.name, $0.type.rawValue) < ($1.name, $1.type.rawValue) }
  }

  // MARK: Block lists

  private func list(of name: String) -> (zone: String, list: Value)? {
    lists.first { name.hasSuffix("." + $0.key) }.map { ($0.key, $0.value) }
  }

  private func answer(
    _ question: DNSQuestion,
    of list: Value,
    _ zone: String,
    _ server: DNSServer
  ) -> Value {
    let label = String(question.name.dropLast(zone.utf8.count + 1))
    let asked = ListTestPoint.all.first { $0.listed.reversed == label }?.listed.text
    // A listing lapses by itself where the scenario says when.
    let lapsed = list["until"]?.int.map { now >= $0 } ?? false
    let listed = lapsed ? [:] : list["listed"]?.fields ?? [:]
    var code = listed.first { IPAddress($0.key)?.reversed == label }?.value.text
    if code == nil, asked != nil, !list.truth("dead", false) { code = "127.0.0.2" }
    if list.truth("everything", false) { code = code ?? "127.0.0.2" }
    if list.truth("refusing", false) { code = "127.255.255.254" }
    if list.truth("dead", false) { code = nil }
    guard let code else { return message(question, server, code: 3) }
    switch question.type {
    case .a: return message(question, server, code: 0, [record(question.name, .a, code)])
    case .txt:
      let reason = list.text("reason", "listed, see https://\(zone)/")
      return message(question, server, code: 0, [record(question.name, .txt, reason)])
    default: return message(question, server, code: 0)
    }
  }
}
