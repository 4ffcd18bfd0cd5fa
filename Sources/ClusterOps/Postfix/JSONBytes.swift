internal import Runbooks

/// The two ends of JSON strings (RFC 8259 §7) in bytes.
enum JSONBytes {
  /// The bytes that the inside of a JSON string stands for; what is no escape stays as it is.
  static func unescaped(_ text: UnsafeRawBufferPointer) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(text.count)
    var at = 0
    while at < text.count {
      guard text[at] == 0x5C, at + 1 < text.count else {
        out.append(text[at])
        at += 1
        continue
      }
      at += 2
      switch text[at - 1] {
      case UInt8(ascii: "n"): out.append(0x0A)
      case UInt8(ascii: "t"): out.append(0x09)
      case UInt8(ascii: "r"): out.append(0x0D)
      case UInt8(ascii: "b"): out.append(0x08)
      case UInt8(ascii: "f"): out.append(0x0C)
      case UInt8(ascii: "u"):
        guard var scalar = hex(text, at) else {
          out += [0x5C, 0x75]
          continue
        }
        at += 4
        if 0xD800..<0xDC00 ~= scalar, at + 6 <= text.count, text[at] == 0x5C,
          text[at + 1] == 0x75, let low = hex(text, at + 2), 0xDC00..<0xE000 ~= low
        {
          scalar = 0x10000 + (scalar - 0xD800) << 10 + (low - 0xDC00)
          at += 6
        }
        let character = Unicode.Scalar(scalar) ?? "\u{FFFD}"
        out += Array(String(character).utf8)
      default: out.append(text[at - 1])
      }
    }
    return out
  }

  private static func hex(_ text: UnsafeRawBufferPointer, _ start: Int) -> UInt32? {
    guard start + 4 <= text.count else { return nil }
    var value: UInt32 = 0
    for index in start..<start + 4 {
      guard let digit = Character(Unicode.Scalar(text[index])).hexDigitValue else { return nil }
      value = value << 4 | UInt32(digit)
    }
    return value
  }

  /// A JSON string with its quotes, escaped as Postfix does it: quotes,
  /// backslashes and control characters.
  static func quoted(_ text: String) -> [UInt8] {
    var out: [UInt8] = [0x22]
    for byte in text.utf8 {
      switch byte {
      case 0x22, 0x5C: out += [0x5C, byte]
      case 0x0A: out += [0x5C, UInt8(ascii: "n")]
      case 0x09: out += [0x5C, UInt8(ascii: "t")]
      case 0x0D: out += [0x5C, UInt8(ascii: "r")]
      case 0..<0x20, 0x7F:
        let digits = Array("0123456789abcdef".utf8)
        out += Array("\\u00".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      default: out.append(byte)
      }
    }
    out.append(0x22)
    return out
  }
}

extension JSONBytes {
  /// A value as JSON, keys sorted; a duration becomes seconds.
  static func text(_ value: Value) -> [UInt8] {
    switch value {
    case .string(let text): return quoted(text)
    case .integer(let number): return Array(String(number).utf8)
    case .number(let number): return Array(String(number).utf8)
    case .boolean(let truth): return Array((truth ? "true" : "false").utf8)
    case .duration(let span): return Array(String(span.components.seconds).utf8)
    case .list(let values):
      return [0x5B] + Array(values.map(text).joined(separator: [0x2C])) + [0x5D]
    case .record(let fields):
      let members = fields.sorted { $0.key < $1.key }.map {
        quoted($0.key) + [0x3A] + text($0.value)
      }
      return [0x7B] + Array(members.joined(separator: [0x2C])) + [0x7D]
    case .secret(let mark): return quoted(mark.description)
    }
  }
}
