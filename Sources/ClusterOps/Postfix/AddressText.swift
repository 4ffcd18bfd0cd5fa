/// Texts that stand for bytes, exactly: what a report names is what a selection selects.
///
/// A mail address may hold any byte. Those that are no UTF-8 are written `\xE9`; a backslash that
/// would read as such a mark is written `\x5C`, so that every text means one sequence of bytes.
enum AddressText {
  /// The text for bytes.
  static func text(_ bytes: some Collection<UInt8>) -> String {
    let bytes = Array(bytes)
    if !hasMark(bytes), let text = String(validating: bytes, as: UTF8.self) { return text }
    var out = ""
    var at = 0
    while at < bytes.count {
      let length = min(length(of: bytes[at]), bytes.count - at)
      if !isMark(bytes, at),
        let piece = String(validating: bytes[at..<at + length], as: UTF8.self)
      {
        out += piece
        at += length
      } else {
        out += mark(bytes[at])
        at += 1
      }
    }
    return out
  }

  /// The bytes that a text stands for.
  static func bytes(_ text: String) -> [UInt8] {
    let utf8 = Array(text.utf8)
    guard hasMark(utf8) else { return utf8 }
    var out: [UInt8] = []
    var at = 0
    while at < utf8.count {
      if isMark(utf8, at), let high = digit(utf8[at + 2]), let low = digit(utf8[at + 3]) {
        out.append(high << 4 | low)
        at += 4
      } else {
        out.append(utf8[at])
        at += 1
      }
    }
    return out
  }

  /// How a byte is written that must not stand for itself.
  static func mark(_ byte: UInt8) -> String {
    let digits = Array("0123456789ABCDEF")
    return "\\x\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
  }

  private static func length(of lead: UInt8) -> Int {
    switch lead {
    case 0xC0...0xDF: 2
    case 0xE0...0xEF: 3
    case 0xF0...0xF7: 4
    default: 1
    }
  }

  private static func hasMark(_ bytes: [UInt8]) -> Bool {
    bytes.indices.contains { isMark(bytes, $0) }
  }

  private static func isMark(_ bytes: [UInt8], _ at: Int) -> Bool {
    bytes[at] == 0x5C && at + 3 < bytes.count && bytes[at + 1] == UInt8(ascii: "x")
      && digit(bytes[at + 2]) != nil && digit(bytes[at + 3]) != nil
  }

  /// The value of a digit; only the upper-case digits that ``mark(_:)`` writes.
  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x41 + 10
    default: nil
    }
  }
}
