internal import Runbooks

/// The data of one record, understood: what makes it the same as another, and how a zone file has it.
///
/// It is written anew from what was read, so that no text from outside reaches a program as it came.
struct RecordData: Sendable {
  let type: DNSType
  /// As `dns.lookup` tells it (``DNSText/words(_:_:)``).
  let words: String
  /// Presentation format (RFC 1035 §5.1): names absolute, strings quoted, of at most 255 octets.
  let text: String
  /// What is compared: of TXT the octets of all its strings, as readers join them (RFC 7208 §3.3),
  /// so that it does not matter where they are split.
  fileprivate let key: [UInt8]

  /// Octets of data that are taken at most; a DKIM key of 4,096 bits has 800.
  static let limit = DNSText.limit

  /// How names without a dot at their end are meant.
  enum Names: Sendable {
    /// As absolute, which programs print and providers store.
    case absolute
    /// As a zone file means them, below its origin (RFC 1035 §5.1); without a dot at its end.
    case below(String)
  }

  /// Reads presentation format; nil: it is not data of that type, or of a type that is not
  /// published here.
  init?(_ type: DNSType, _ presentation: String, names: Names = .absolute) {
    guard presentation.utf8.count <= 4 * Self.limit else { return nil }
    var reader = FieldReader(DNSText.tokens(presentation), names)
    guard let text = Self.text(type, &reader), reader.isAtEnd, text.utf8.count <= 4 * Self.limit
    else { return nil }
    self.type = type
    self.text = text
    words = DNSText.words(type.rawValue, text)
    key = type == .txt ? reader.octets : Array(words.utf8)
    guard key.count <= Self.limit else { return nil }
  }

  private static func text(_ type: DNSType, _ reader: inout FieldReader) -> String? {
    switch type {
    case .a: reader.address(isIPv6: false)
    case .aaaa: reader.address(isIPv6: true)
    case .cname, .ns, .ptr: reader.name()
    case .mx: row(reader.number(65_535), reader.name())
    case .srv:
      row(
        reader.number(65_535),
        reader.number(65_535),
        reader.number(65_535),
        reader.name()
      )
    case .txt: reader.strings()
    case .caa: row(reader.number(255), reader.tag(), reader.string())
    case .tlsa: row(reader.number(255), reader.number(255), reader.number(255), reader.hex())
    case .ds:
      row(reader.number(65_535), reader.number(255), reader.number(255), reader.hex())
    // The server's own.
    case .dnskey, .soa: nil
    }
  }

  /// The fields with blanks between them; nil where one of them is.
  private static func row(_ fields: String?...) -> String? {
    let there = fields.compactMap(\.self)
    return there.count == fields.count ? there.joined(separator: " ") : nil
  }
}

extension RecordData: Hashable {
  static func == (one: RecordData, other: RecordData) -> Bool {
    one.type == other.type && one.key == other.key
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(type)
    hasher.combine(key)
  }
}

/// Takes the fields of record data one after the other; each is nil where it is not what it should be.
private struct FieldReader {
  private var tokens: ArraySlice<[UInt8]>
  private let names: RecordData.Names
  /// The octets of the strings taken.
  private(set) var octets: [UInt8] = []

  init(_ tokens: [[UInt8]], _ names: RecordData.Names) {
    self.tokens = tokens[...]
    self.names = names
  }

  var isAtEnd: Bool { tokens.isEmpty }

  private mutating func plain() -> String? {
    tokens.popFirst().map { String(decoding: $0, as: UTF8.self) }
  }

  mutating func address(isIPv6: Bool) -> String? {
    guard let text = plain(), let address = IPAddress(text), address.isIPv6 == isIPv6 else {
      return nil
    }
    return address.text
  }

  mutating func number(_ most: Int) -> String? {
    guard let text = plain(), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      let number = Int(text), number <= most
    else { return nil }
    return String(number)
  }

  mutating func name() -> String? {
    plain().flatMap { OwnerName.absolute($0, names) }.map { $0 == "." ? "." : $0 + "." }
  }

  /// Strings of at most 255 octets; longer ones are split (RFC 1035 §3.3).
  mutating func strings() -> String? {
    guard !tokens.isEmpty else { return nil }
    var pieces: [String] = []
    while let token = tokens.popFirst() {
      var rest = DNSName.octets(token).map(\.byte)[...]
      octets += rest
      repeat {
        pieces.append(Self.quoted(rest.prefix(255)))
        rest = rest.dropFirst(255)
      } while !rest.isEmpty
    }
    return pieces.joined(separator: " ")
  }

  /// The value of a CAA record, which is one string (RFC 8659 §4.1).
  mutating func string() -> String? {
    tokens.popFirst().map { Self.quoted(DNSName.octets($0).map(\.byte)[...]) }
  }

  mutating func tag() -> String? {
    guard let text = plain(), (1...15).contains(text.utf8.count),
      text.utf8.allSatisfy({
        (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
      })
    else { return nil }
    return text.lowercased()
  }

  mutating func hex() -> String? {
    let text = tokens.map { String(decoding: $0, as: UTF8.self) }.joined().lowercased()
    tokens = []
    guard !text.isEmpty, text.utf8.count.isMultiple(of: 2),
      text.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
    else { return nil }
    return text
  }

  private static func quoted(_ bytes: ArraySlice<UInt8>) -> String {
    let inner = bytes.map { byte in
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): "\\" + String(UnicodeScalar(byte))
      case 0x20...0x7E: String(UnicodeScalar(byte))
      default: DNSText.decimal(byte)
      }
    }
    return "\"" + inner.joined() + "\""
  }
}

/// Names of records as they are written.
enum OwnerName {
  /// The canonical form of a name that a program can be given; nil: it has other letters.
  static func absolute(_ text: String, _ names: RecordData.Names) -> String? {
    let isAbsolute = text.hasSuffix(".") && !text.hasSuffix("\\.")
    let name: String
    switch names {
    case .below(let origin) where text == "@": name = origin
    case .below(let origin) where !isAbsolute: name = DNSName.canonical(text) + "." + origin
    default: name = DNSName.canonical(text)
    }
    return DNSName.isPlain(name) ? name : nil
  }
}
