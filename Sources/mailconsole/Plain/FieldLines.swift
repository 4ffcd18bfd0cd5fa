internal import Runbooks

/// A recorded value as `name  value` lines: times as times, typed values as people typed them.
///
/// An encoder, so that whatever an event records is shown, a field of tomorrow too.
enum FieldLines {
  /// The lines of a value, names first, each name padded to the longest.
  static func of(_ value: some Encodable) -> [String] {
    let collector = Collector()
    do {
      try value.encode(to: Node(path: [], collector: collector))
    } catch {
      collector.lines.append(("", "not shown: \(error)"))
    }
    let width = min(24, collector.lines.map(\.name.count).max() ?? 0)
    return collector.lines.flatMap { name, text in
      let rows = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      return rows.enumerated().map { index, row in
        (index == 0 ? name : "").padding(to: width + 2) + row
      }
    }
  }

  /// What has been gathered; a class because encoders hand themselves on by value.
  fileprivate final class Collector {
    var lines: [(name: String, text: String)] = []
  }

  /// A value that is one word or sentence, as a person reads it; nil for one with parts.
  fileprivate static func word(_ value: some Encodable) -> String? {
    switch value {
    case let moment as Moment: moment.description
    case let value as Value: value.description
    case let digest as Digest: digest.hex
    case let role as Role: role.name
    case let signature as SSHSignature: "key \(signature.fingerprint)"
    default: nil
    }
  }
}

/// One place in the value that is told.
private struct Node: Encoder {
  let path: [String]
  let collector: FieldLines.Collector
  var codingPath: [any CodingKey] { [] }
  // The type is `Encoder`'s own; nothing is ever in it.
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func tell(_ text: String) {
    collector.lines.append((path.joined(separator: "."), text))
  }

  func tell(_ value: some Encodable, at key: String) throws {
    let node = Node(path: path + [key], collector: collector)
    if let word = FieldLines.word(value) { node.tell(word) } else { try value.encode(to: node) }
  }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    KeyedEncodingContainer(Keyed<Key>(node: self))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer { Unkeyed(node: self) }

  func singleValueContainer() -> any SingleValueEncodingContainer { Single(node: self) }
}

private struct Keyed<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let node: Node
  var codingPath: [any CodingKey] { [] }

  func encodeNil(forKey key: Key) {}

  func encode<T: Encodable>(_ value: T, forKey key: Key) throws {
    try node.tell(value, at: key.stringValue)
  }

  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type,
    forKey key: Key
  ) -> KeyedEncodingContainer<Nested> {
    Node(path: node.path + [key.stringValue], collector: node.collector).container(keyedBy: type)
  }

  func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    Node(path: node.path + [key.stringValue], collector: node.collector).unkeyedContainer()
  }

  func superEncoder() -> any Encoder { node }
  func superEncoder(forKey key: Key) -> any Encoder {
    Node(path: node.path + [key.stringValue], collector: node.collector)
  }
}

private struct Unkeyed: UnkeyedEncodingContainer {
  let node: Node
  private(set) var count = 0
  var codingPath: [any CodingKey] { [] }

  init(node: Node) { self.node = node }

  private mutating func next() -> String {
    count += 1
    return String(count)
  }

  mutating func encodeNil() { count += 1 }

  mutating func encode<T: Encodable>(_ value: T) throws { try node.tell(value, at: next()) }

  mutating func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type
  ) -> KeyedEncodingContainer<Nested> {
    Node(path: node.path + [next()], collector: node.collector).container(keyedBy: type)
  }

  mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
    Node(path: node.path + [next()], collector: node.collector).unkeyedContainer()
  }

  mutating func superEncoder() -> any Encoder {
    Node(path: node.path + [next()], collector: node.collector)
  }
}

private struct Single: SingleValueEncodingContainer {
  let node: Node
  var codingPath: [any CodingKey] { [] }

  func encodeNil() {}
  func encode(_ value: Bool) { node.tell(value ? "yes" : "no") }
  func encode(_ value: String) { node.tell(value) }
  func encode(_ value: Double) { node.tell(String(value)) }
  func encode(_ value: Float) { node.tell(String(value)) }
  func encode(_ value: Int) { node.tell(String(value)) }
  func encode(_ value: Int8) { node.tell(String(value)) }
  func encode(_ value: Int16) { node.tell(String(value)) }
  func encode(_ value: Int32) { node.tell(String(value)) }
  func encode(_ value: Int64) { node.tell(String(value)) }
  func encode(_ value: UInt) { node.tell(String(value)) }
  func encode(_ value: UInt8) { node.tell(String(value)) }
  func encode(_ value: UInt16) { node.tell(String(value)) }
  func encode(_ value: UInt32) { node.tell(String(value)) }
  func encode(_ value: UInt64) { node.tell(String(value)) }

  func encode<T: Encodable>(_ value: T) throws {
    if let word = FieldLines.word(value) { node.tell(word) } else { try value.encode(to: node) }
  }
}
