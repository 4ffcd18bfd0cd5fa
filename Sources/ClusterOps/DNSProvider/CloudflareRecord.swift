internal import Runbooks

/// A record as Cloudflare's API has it.
struct CloudflareRecord: Decodable, Sendable {
  /// Empty where it has none yet.
  let id: String
  let type: String
  let name: String
  let content: String?
  /// Seconds; 1: automatic, which is 300.
  let ttl: Int
  let isProxied: Bool
  let priority: Int?
  let data: Fields?

  /// The fields of SRV and CAA, whose content is not presentation format.
  struct Fields: Decodable, Sendable {
    var flags: Int?
    var tag: String?
    var value: String?
    var priority: Int?
    var weight: Int?
    var port: Int?
    var target: String?
  }

  private enum CodingKeys: String, CodingKey {
    case id, type, name, content, ttl, proxied, priority, data
  }

  init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    id = try fields.decodeIfPresent(String.self, forKey: .id) ?? ""
    type = try fields.decode(String.self, forKey: .type)
    name = try fields.decode(String.self, forKey: .name)
    content = try fields.decodeIfPresent(String.self, forKey: .content)
    ttl = try fields.decode(Int.self, forKey: .ttl)
    isProxied = try fields.decodeIfPresent(Bool.self, forKey: .proxied) ?? false
    priority = try fields.decodeIfPresent(Int.self, forKey: .priority)
    // Types that are not published here have other fields.
    data = (try? fields.decodeIfPresent(Fields.self, forKey: .data)).flatMap(\.self)
  }

  /// What is asked for by such a record; nil: it is of a type that is not published here.
  var question: DNSQuestion? {
    DNSType(rawValue: type).map { DNSQuestion(name: DNSName.canonical(name), type: $0) }
  }

  /// How long others keep it, in seconds.
  var seconds: Int { ttl == 1 ? 300 : ttl }

  /// Its data; nil: it is not understood.
  var record: RecordData? {
    guard let type = DNSType(rawValue: type), let text = presentation(type) else { return nil }
    return RecordData(type, text)
  }

  private func presentation(_ type: DNSType) -> String? {
    switch type {
    case .mx: return priority.flatMap { priority in content.map { "\(priority) \($0)" } }
    case .txt: return content.map { $0.hasPrefix("\"") ? $0 : Self.quoted($0) }
    case .srv:
      guard let data, let priority = data.priority ?? priority, let weight = data.weight,
        let port = data.port, let target = data.target
      else { return nil }
      return "\(priority) \(weight) \(port) \(target)"
    case .caa:
      guard let data, let flags = data.flags, let tag = data.tag, let value = data.value else {
        return content
      }
      return "\(flags) \(tag) \(Self.quoted(value))"
    default: return content
    }
  }

  private static func quoted(_ text: String) -> String {
    "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }

  /// Whether an id is one, so that it can stand in an address.
  static func isID(_ text: String) -> Bool {
    text.utf8.count == 32
      && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
  }

  // MARK: New ones

  /// The types that Cloudflare would proxy.
  static let proxyable: Set<DNSType> = [.a, .aaaa, .cname]

  /// A record as it is given to the API.
  static func body(_ question: DNSQuestion, _ record: RecordData, ttl: Int) -> Value {
    var fields: [String: Value] = [
      "type": .string(question.type.rawValue), "name": .string(question.name),
      "ttl": .integer(ttl),
    ]
    if proxyable.contains(question.type) { fields["proxied"] = .boolean(false) }
    let words = DNSText.tokens(record.text).map { String(decoding: $0, as: UTF8.self) }
    func number(_ place: Int) -> Value { .integer(Int(words[place]) ?? 0) }
    func host(_ place: Int) -> Value { .string(DNSName.canonical(words[place])) }
    switch question.type {
    case .txt: fields["content"] = .string(record.text)
    case .mx:
      fields["priority"] = number(0)
      fields["content"] = host(1)
    case .srv:
      fields["data"] = .record([
        "priority": number(0), "weight": number(1), "port": number(2), "target": host(3),
      ])
    case .caa:
      let value = String(
        decoding: DNSName.octets(Array(words[2].utf8)).map(\.byte),
        as: UTF8.self
      )
      fields["data"] = .record([
        "flags": number(0), "tag": .string(words[1]), "value": .string(value),
      ])
    case .tlsa:
      fields["data"] = .record([
        "usage": number(0), "selector": number(1), "matching_type": number(2),
        "certificate": .string(words[3]),
      ])
    case .ds:
      fields["data"] = .record([
        "key_tag": number(0), "algorithm": number(1), "digest_type": number(2),
        "digest": .string(words[3]),
      ])
    default: fields["content"] = host(0)
    }
    return .record(fields)
  }
}
