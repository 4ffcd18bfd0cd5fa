/// Record data in presentation format (RFC 1035 §5.1) as one text that people can read and that is
/// the same for the same data, however programs write it.
enum DNSText {
  /// Texts of more octets than this are cut; a TXT record of mail has far less.
  static let limit = 4_096

  /// The data of a record: names in canonical form, the strings of TXT joined (RFC 7208 §3.3),
  /// hexadecimal digits in one piece and lower case, octets that do not print as `\DDD`.
  static func words(_ type: String, _ text: String) -> String {
    let tokens = tokens(text)
    func plain(_ index: Int) -> String { tokens.indices ~= index ? printable(tokens[index]) : "" }
    func name(_ index: Int) -> String {
      tokens.indices ~= index
        ? DNSName.canonical(String(decoding: tokens[index], as: UTF8.self)) : ""
    }
    func rest(_ start: Int) -> String { tokens.dropFirst(start).map(printable).joined() }
    let words: String
    switch DNSType(rawValue: type) {
    case .txt?: words = printable(tokens.flatMap(unescaped))
    case .a?, .aaaa?: words = IPAddress(plain(0))?.text ?? plain(0)
    case .ns?, .cname?, .ptr?: words = name(0)
    case .mx?: words = "\(plain(0)) \(name(1))"
    case .srv?: words = "\(plain(0)) \(plain(1)) \(plain(2)) \(name(3))"
    case .soa?:
      words = ([name(0), name(1)] + tokens.dropFirst(2).map(printable)).joined(separator: " ")
    case .caa?:
      let value = tokens.count > 2 ? printable(unescaped(tokens[2])) : ""
      words = "\(plain(0)) \(plain(1).lowercased()) \"\(value)\""
    case .tlsa?, .ds?: words = "\(plain(0)) \(plain(1)) \(plain(2)) \(rest(3).lowercased())"
    case .dnskey?: words = "\(plain(0)) \(plain(1)) \(plain(2)) \(rest(3))"
    case nil: words = tokens.map(printable).joined(separator: " ")
    }
    return words
  }

  /// The tokens of a text, still with their escapes, without their quotes.
  static func tokens(_ text: String) -> [[UInt8]] {
    var tokens: [[UInt8]] = []
    var token: [UInt8]?
    var isQuoted = false
    var isEscaped = false
    for byte in text.utf8.prefix(256 << 10) {
      switch byte {
      case _ where isEscaped:
        isEscaped = false
        token = (token ?? []) + [byte]
      case UInt8(ascii: "\\"):
        isEscaped = true
        token = (token ?? []) + [byte]
      case UInt8(ascii: "\""):
        if isQuoted {
          tokens.append(token ?? [])
          token = nil
        } else if let open = token {
          tokens.append(open)
          token = nil
        }
        isQuoted.toggle()
      case 0x20 where !isQuoted, 0x09 where !isQuoted:
        if let open = token { tokens.append(open) }
        token = nil
      default: token = (token ?? []) + [byte]
      }
    }
    if let token { tokens.append(token) }
    return tokens
  }

  private static func unescaped(_ token: [UInt8]) -> [UInt8] {
    DNSName.octets(token).map(\.byte)
  }

  /// Printing ASCII as it is, all else as `\DDD`; bounded.
  static func printable(_ bytes: [UInt8]) -> String {
    let kept = bytes.prefix(limit)
    let text = kept.map { byte in
      (0x20...0x7E).contains(byte) ? String(UnicodeScalar(byte)) : decimal(byte)
    }.joined()
    return kept.count < bytes.count ? text + "…" : text
  }

  /// `\DDD` (RFC 1035 §5.1).
  static func decimal(_ byte: UInt8) -> String {
    let digits = String(byte)
    return "\\" + String(repeating: "0", count: 3 - digits.count) + digits
  }
}
