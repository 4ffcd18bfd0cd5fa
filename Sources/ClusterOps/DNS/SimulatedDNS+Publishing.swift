internal import Runbooks

extension Scene {
  /// The simulated DNS as it is now.
  var dns: SimulatedDNS {
    SimulatedDNS(world.state["dns"] ?? .record([:]), of: site, at: world.now)
  }

  /// What a scenario says of the DNS.
  var dnsState: Value { world.state["dns"] ?? .record([:]) }

  /// Puts a set into the simulated DNS in place of what there was; empty data: it is taken out.
  mutating func publish(_ question: DNSQuestion, _ data: [String], ttl: Int) {
    let before = dnsState
    let key = "\(question.name) \(question.type.rawValue)"
    enter("records", key, .list(data.map(Value.string)))
    enter("ttls", key, .integer(ttl))
    guard goesOn || before.truth("remembers", false) else { return }
    world.state["dns"] = SimulatedDNS.changed(before, to: dnsState, of: site, at: world.now)
  }

  /// Counts a change of the zone in its serial (RFC 1982).
  mutating func countZoneChange() {
    let soa = DNSQuestion(name: DNSName.canonical(site.domain), type: .soa)
    var fields = (dns.data(soa).first ?? "").split(separator: " ").map(String.init)
    guard fields.count == 7, let serial = UInt32(fields[2]) else { return }
    fields[2] = String(serial &+ 1)
    enter("records", "\(soa.name) SOA", .list([.string(fields.joined(separator: " "))]))
  }

  private mutating func enter(_ field: String, _ key: String, _ value: Value) {
    var fields = dnsState.fields
    var entries = fields[field]?.fields ?? [:]
    entries[key] = value
    fields[field] = .record(entries)
    world.state["dns"] = .record(fields)
  }
}

extension SimulatedDNS {
  /// How long it is kept that something is not there, in seconds.
  var negativeTTL: Int {
    let soa = DNSQuestion(name: DNSName.canonical(site.domain), type: .soa)
    return min(data(soa).first.flatMap(SOAData.init)?.minimum ?? 0, ttl(soa))
  }

  /// The records of a set, as they are compared and printed.
  func records(_ question: DNSQuestion) -> [RecordData] {
    data(question).compactMap {
      RecordData(question.type, Self.presentation(question.type, $0))
    }
  }
}

/// knsupdate(1) in a simulated world: the site's zone, which one primary takes updates of.
enum SimulatedUpdate {
  /// Takes an update, or says why not.
  static func answer(_ command: Command, in scene: inout Scene) -> Answer {
    let lines = String(decoding: command.input, as: UTF8.self).split(separator: "\n")
      .map { $0.split(separator: " ", maxSplits: 4).map(String.init) }
    func named(_ word: String) -> String {
      lines.first { $0.first == word }?.dropFirst().first ?? ""
    }
    let zone = DNSName.canonical(named("zone"))
    let server = named("server")
    var answer = Answer(shown(lines, zone))
    let behaviour = scene.dnsState.text("updates", "ok").uppercased()
    if behaviour == "TIMEOUT" {
      answer.exit = 1
      answer.stderr = ";; WARNING: can't receive reply from \(server)@53(TCP)\n"
      return answer
    }
    var status = behaviour == "OK" ? "NOERROR" : behaviour
    if zone != DNSName.canonical(scene.site.domain) { status = "NOTAUTH" }
    if status == "NOERROR" { status = violated(lines, scene.dns) ?? "NOERROR" }
    if status == "NOERROR" {
      take(lines, &scene)
    } else {
      answer.exit = 1
      answer.stderr =
        ["YXRRSET", "NXRRSET", "NOTZONE"].contains(status)
        ? ";; ERROR: update failed with error '\(status)'\n"
        : ";; ERROR: reply verification (failed to verify TSIG)\n"
    }
    answer.say([
      "", "Answer:", ";; ->>HEADER<<- opcode: UPDATE; status: \(status); id: 1",
      ";; Flags: qr; ZONE: 1; PREREQ: 0; UPDATE: 0; ADDITIONAL: 1", "", ";; ZONE SECTION:",
      ";; \(zone).\t\tIN\tSOA",
    ])
    return answer
  }

  /// The update as `show` prints it.
  private static func shown(_ lines: [[String]], _ zone: String) -> String {
    let needs = lines.filter { $0.first == "prereq" }
    let updates = lines.filter { $0.first == "update" }
    func text(_ lines: [[String]]) -> [String] {
      lines.map { $0.dropFirst().joined(separator: "\t") }
    }
    let all =
      [
        "Update query:", ";; ->>HEADER<<- opcode: UPDATE; status: NOERROR; id: 1",
        ";; Flags: ; ZONE: 1; PREREQ: \(needs.count); UPDATE: \(updates.count); ADDITIONAL: 0", "",
        ";; ZONE SECTION:", ";; \(zone).\t\tIN\tSOA", "", ";; PREREQUISITE SECTION:",
      ] + text(needs) + ["", ";; UPDATE SECTION:"] + text(updates)
    return all.map { $0 + "\n" }.joined()
  }

  private static func question(_ name: String, _ type: String) -> DNSQuestion? {
    DNSType(rawValue: type).map { DNSQuestion(name: DNSName.canonical(name), type: $0) }
  }

  /// The first prerequisite that does not hold (RFC 2136 §3.2).
  private static func violated(_ lines: [[String]], _ dns: SimulatedDNS) -> String? {
    var demanded: [DNSQuestion: Set<RecordData>] = [:]
    for line in lines where line.first == "prereq" && line.count >= 4 {
      guard let question = question(line[2], line[3]) else { return "FORMERR" }
      if line[1] == "nxrrset" {
        if !dns.data(question).isEmpty { return "YXRRSET" }
      } else {
        guard line.count == 5, let data = RecordData(question.type, line[4]) else {
          return "FORMERR"
        }
        demanded[question, default: []].insert(data)
      }
    }
    return demanded.contains { Set(dns.records($0.key)) != $0.value } ? "NXRRSET" : nil
  }

  private static func take(_ lines: [[String]], _ scene: inout Scene) {
    var sets: [(question: DNSQuestion, ttl: Int, data: [String])] = []
    func place(_ question: DNSQuestion) -> Int {
      if let place = sets.firstIndex(where: { $0.question == question }) { return place }
      sets.append((question, scene.dns.ttl(question), scene.dns.data(question)))
      return sets.count - 1
    }
    for line in lines where line.first == "update" && line.count >= 4 {
      if line[1] == "delete", let question = question(line[2], line[3]) {
        sets[place(question)].data = []
      } else if line[1] == "add", line.count == 5 {
        // Type and data are the rest: `TYPE DATA`.
        let parts = line[4].split(separator: " ", maxSplits: 1).map(String.init)
        guard parts.count == 2, let question = question(line[2], parts[0]),
          let data = RecordData(question.type, parts[1])
        else { continue }
        let at = place(question)
        sets[at].ttl = Int(line[3]) ?? sets[at].ttl
        sets[at].data.append(data.words)
      }
    }
    for set in sets { scene.publish(set.question, set.data, ttl: set.ttl) }
    if !sets.isEmpty { scene.countZoneChange() }
  }
}
