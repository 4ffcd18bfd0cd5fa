internal import Foundation

/// The rules that nft(8) prints with `-j list ruleset` (libnftables-json(5)), as far as they decide
/// what comes in.
struct FirewallRuleset: Sendable, Hashable {
  /// A base chain at the hook `input`.
  struct Chain: Sendable, Hashable {
    let family: String
    let table: String
    let name: String
    let policy: String
    /// Whether its last rule drops all that no earlier one decided.
    var endsInDrop = false

    /// Whether what no rule lets in stays out.
    var drops: Bool { policy == "drop" || endsInDrop }
  }

  /// A rule that drops new connections above a rate for each source address.
  struct Limit: Sendable, Hashable {
    let ports: Set<Int>
    /// `ip` or `ip6`.
    let version: String
    /// E.g. `120/minute`.
    let rate: String
  }

  private(set) var chains: [Chain] = []
  private(set) var limits: [Limit] = []

  /// Reads the JSON; nil: it is no ruleset.
  init?(_ text: String) {
    guard let document = try? JSONDecoder().decode(Document.self, from: Data(text.utf8)),
      document.nftables.contains(where: { $0.metainfo != nil })
    else { return nil }
    // Ports that each chain has let in by then, whoever comes: what follows does not hold them back.
    var admitted: [Int: Set<Int>] = [:]
    for item in document.nftables {
      if let chain = item.chain, chain.hook == "input" {
        chains.append(
          Chain(
            family: chain.family,
            table: chain.table,
            name: chain.name,
            policy: chain.policy ?? "accept"
          )
        )
      }
      guard let rule = item.rule,
        let place = chains.firstIndex(where: {
          $0.family == rule.family && $0.table == rule.table && $0.name == rule.chain
        })
      else { continue }
      let decides = rule.expr.contains { $0.isCondition }
      chains[place].endsInDrop = !decides && rule.expr.contains { $0.drops }
      if let limit = Self.limit(rule, unless: admitted[place] ?? []) { limits.append(limit) }
      if rule.admitsAnybody { admitted[place, default: []].formUnion(rule.ports) }
    }
  }

  /// The limit that a rule is; nil: it is another one.
  ///
  /// `tcp dport P ct state new update @set { ip saddr limit rate over R } drop`.
  private static func limit(_ rule: Rule, unless admitted: Set<Int>) -> Limit? {
    guard rule.expr.contains(where: \.drops),
      let element = rule.expr.lazy.compactMap(\.set).first,
      let version = element.version,
      let rate = element.stmt.lazy.compactMap(\.limit).first(where: { $0.inv == true })
    else { return nil }
    return Limit(
      ports: rule.ports.subtracting(admitted),
      version: version,
      rate: "\(rate.rate)/\(rate.per)"
    )
  }
}

// What of the JSON is read; every other member is left aside.

private struct Document: Decodable {
  let nftables: [Item]
}

private struct Item: Decodable {
  let metainfo: Nothing?
  let chain: ChainItem?
  let rule: Rule?
}

private struct Nothing: Decodable {}

private struct ChainItem: Decodable {
  let family: String
  let table: String
  let name: String
  let hook: String?
  let policy: String?
}

private struct Rule: Decodable {
  let family: String
  let table: String
  let chain: String
  let expr: [Statement]

  /// The destination ports that it names.
  var ports: Set<Int> {
    Set(
      expr.compactMap(\.match).filter { $0.isDestinationPort && $0.op == "==" }.flatMap(\.numbers)
    )
  }

  /// Whether it lets its ports in without looking at anything else.
  var admitsAnybody: Bool {
    expr.contains(where: \.accepts)
      && expr.allSatisfy { $0.accepts || !$0.isCondition || $0.match?.isDestinationPort == true }
  }
}

/// A statement of a rule: an object with one member, named for what it does.
private struct Statement: Decodable {
  let match: Match?
  let set: Element?
  let limit: Limit?
  let drops: Bool
  let accepts: Bool
  /// Whether what follows it depends on it.
  let isCondition: Bool

  struct Name: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  init(from decoder: any Decoder) throws {
    // A statement that is a text alone says something of no interest here.
    guard let fields = try? decoder.container(keyedBy: Name.self) else {
      (match, set, limit, drops, accepts, isCondition) = (nil, nil, nil, false, false, true)
      return
    }
    match = try? fields.decode(Match.self, forKey: Name(stringValue: "match"))
    set = try? fields.decode(Element.self, forKey: Name(stringValue: "set"))
    limit = try? fields.decode(Limit.self, forKey: Name(stringValue: "limit"))
    let names = fields.allKeys.map(\.stringValue)
    drops = names.contains("drop")
    accepts = names.contains("accept")
    isCondition = !names.allSatisfy { ["counter", "log", "drop", "comment"].contains($0) }
  }
}

private struct Limit: Decodable {
  let rate: Int
  let per: String
  /// `over` the rate, not up to it.
  let inv: Bool?
}

/// What is compared: a field of the packet with a number or a set of numbers.
private struct Match: Decodable {
  let op: String
  let left: Field?
  let right: Numbers?

  enum CodingKeys: String, CodingKey { case op, left, right }

  init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    op = try fields.decode(String.self, forKey: .op)
    left = try? fields.decode(Field.self, forKey: .left)
    right = try? fields.decode(Numbers.self, forKey: .right)
  }

  var isDestinationPort: Bool {
    left?.payload?.field == "dport" && ["tcp", "th"].contains(left?.payload?.protocol ?? "")
  }
  var numbers: [Int] { right?.all ?? [] }
}

private struct Field: Decodable {
  let payload: Payload?
}

private struct Payload: Decodable {
  let `protocol`: String
  let field: String
}

/// A number, `{"set": [1, 2]}`, or ranges in it, of which only the ends are named.
private struct Numbers: Decodable {
  let all: [Int]

  private struct Set: Decodable { let set: [Number] }
  private struct Range: Decodable { let range: [Int] }
  private struct Number: Decodable {
    let all: [Int]
    init(from decoder: any Decoder) throws {
      if let one = try? Int(from: decoder) {
        all = [one]
      } else {
        let range = try Range(from: decoder).range
        guard range.count == 2, range[0] <= range[1] else { throw Unread() }
        all = Array(range[0]...min(range[1], range[0] + 65_535))
      }
    }
  }
  private struct Unread: Error {}

  init(from decoder: any Decoder) throws {
    if let set = try? Set(from: decoder) {
      all = set.set.flatMap(\.all)
    } else {
      all = try Number(from: decoder).all
    }
  }
}

/// `update @set { ip saddr limit … }`: the key of the element, and what is done for each.
private struct Element: Decodable {
  let elem: Key
  let stmt: [Inner]

  struct Inner: Decodable { let limit: Limit? }

  /// `ip` or `ip6` where its key is the source address, whole or its network; else nil.
  var version: String? {
    let payload = elem.payload ?? elem.masked
    return payload?.field == "saddr" ? payload?.protocol : nil
  }

  struct Key: Decodable {
    let payload: Payload?
    let masked: Payload?

    enum CodingKeys: String, CodingKey {
      case payload
      case masked = "&"
    }

    init(from decoder: any Decoder) throws {
      let fields = try decoder.container(keyedBy: CodingKeys.self)
      payload = try? fields.decode(Payload.self, forKey: .payload)
      // A field and a mask, which is a text.
      var parts = try? fields.nestedUnkeyedContainer(forKey: .masked)
      masked = (try? parts?.decode(Field.self))?.payload
    }
  }
}
