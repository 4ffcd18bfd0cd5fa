internal import Runbooks

// What resolvers still have of records that were changed (RFC 1034 §4.3.4, RFC 2308 §5).

extension SimulatedDNS {
  /// A record set that resolvers keep; without data: that there is none.
  struct Kept: Sendable, Hashable {
    let data: [String]
    /// When they ask again, in seconds since 1970.
    let until: Int
  }

  /// The state `dns` after a change, with what resolvers keep of what was before: each set that
  /// is another now, until its time to live has passed since.
  ///
  /// For whoever changes records of a simulated world. A resolver that keeps an older set already
  /// has not seen the one between.
  ///
  /// - Parameters:
  ///   - before: the state `dns` as it was.
  ///   - after: the same with the change made.
  ///   - now: the moment of the change, in seconds since 1970.
  static func changed(
    _ before: Value,
    to after: Value,
    of site: Site,
    at now: Int
  ) -> Value {
    let (old, new) = (
      SimulatedDNS(before, of: site, at: now), SimulatedDNS(after, of: site, at: now)
    )
    var kept = new.cached
    for question in Set(old.records.keys).union(new.records.keys) {
      let data = old.data(question)
      guard data != new.data(question), kept[question] == nil else { continue }
      let life = data.isEmpty ? old.negativeTTL : max(0, old.ttl(question))
      if life > 0 { kept[question] = Kept(data: data, until: now + min(life, 604_800)) }
    }
    guard !kept.isEmpty else { return after.with("cached", nil) }
    let fields = kept.map { question, set in
      (
        "\(question.name) \(question.type.rawValue)",
        Value.record([
          "data": .list(set.data.map(Value.string)), "until": .integer(set.until),
        ])
      )
    }
    return after.with("cached", .record(Dictionary(fields, uniquingKeysWith: { $1 })))
  }

  /// What `dns.cached` says that resolvers keep at a moment.
  static func cached(_ state: Value, at now: Int) -> [DNSQuestion: Kept] {
    var sets: [DNSQuestion: Kept] = [:]
    for (key, value) in state["cached"]?.fields ?? [:] {
      guard let question = question(key), let until = value["until"]?.int, until > now else {
        continue
      }
      sets[question] = Kept(data: value.texts("data"), until: until)
    }
    return sets
  }
}
