/// A way to write bytes in which some stand for themselves and some are escaped.
///
/// Reading takes every spelling that the escapes allow, so that a secret is found however much of
/// it a program chose to escape, in whichever case.
enum ByteEncoding: CaseIterable, Sendable {
  case plain
  /// `%2F` (RFC 3986).
  case percent
  /// `%2F`, and `+` for a blank (application/x-www-form-urlencoded).
  case form
  /// `\"`, `\n`, `\u00e9` (RFC 8259).
  case json

  /// What the beginning of some bytes stands for.
  enum Reading: Equatable {
    /// These bytes, written in so many.
    case unit([UInt8], length: Int)
    /// More bytes have to come.
    case unfinished
  }

  /// Whether a byte stands for itself wherever it stands outside an escape.
  func isLiteral(_ byte: UInt8) -> Bool {
    switch self {
    case .plain: true
    case .percent: byte != UInt8(ascii: "%")
    case .form: byte != UInt8(ascii: "%") && byte != UInt8(ascii: "+")
    case .json: byte != UInt8(ascii: "\\")
    }
  }

  /// Reads the first unit; what is no escape stands for itself.
  func read(_ bytes: [UInt8]) -> Reading {
    let itself = Reading.unit([bytes[0]], length: 1)
    guard !isLiteral(bytes[0]) else { return itself }
    switch self {
    case .plain: return itself
    case .form where bytes[0] == UInt8(ascii: "+"): return .unit([UInt8(ascii: " ")], length: 1)
    case .percent, .form: return Self.percentEscape(bytes) ?? itself
    case .json: return Self.jsonEscape(bytes) ?? itself
    }
  }

  private static func percentEscape(_ bytes: [UInt8]) -> Reading? {
    var value: UInt8 = 0
    for place in 1...2 {
      guard place < bytes.count else { return .unfinished }
      guard let digit = hexDigit(bytes[place]) else { return nil }
      value = value << 4 | digit
    }
    return .unit([value], length: 3)
  }

  private static func jsonEscape(_ bytes: [UInt8]) -> Reading? {
    guard bytes.count > 1 else { return .unfinished }
    switch bytes[1] {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"):
      return .unit([bytes[1]], length: 2)
    case UInt8(ascii: "b"): return .unit([0x08], length: 2)
    case UInt8(ascii: "f"): return .unit([0x0C], length: 2)
    case UInt8(ascii: "n"): return .unit([0x0A], length: 2)
    case UInt8(ascii: "r"): return .unit([0x0D], length: 2)
    case UInt8(ascii: "t"): return .unit([0x09], length: 2)
    case UInt8(ascii: "u"): break
    default: return nil
    }
    switch codeUnit(bytes, at: 0) {
    case .none: return nil
    case .some(.none): return .unfinished
    case .some(.some(let unit)):
      if let scalar = Unicode.Scalar(unit) { return .unit(Array(String(scalar).utf8), length: 6) }
      // The first half of a pair; what follows has to be the second.
      guard unit < 0xDC00 else { return nil }
      switch codeUnit(bytes, at: 6) {
      case .none: return nil
      case .some(.none): return .unfinished
      case .some(.some(let low)):
        guard (0xDC00...0xDFFF).contains(low) else { return nil }
        let value = 0x10000 + (UInt32(unit) - 0xD800) << 10 + (UInt32(low) - 0xDC00)
        return Unicode.Scalar(value).map { .unit(Array(String($0).utf8), length: 12) }
      }
    }
  }

  /// The number of `\uXXXX`; nil: it is none; nil inside: it may still become one.
  private static func codeUnit(_ bytes: [UInt8], at start: Int) -> UInt16?? {
    var value: UInt16 = 0
    for place in 0..<6 {
      guard start + place < bytes.count else { return .some(.none) }
      let byte = bytes[start + place]
      switch place {
      case 0: if byte != UInt8(ascii: "\\") { return .none }
      case 1: if byte != UInt8(ascii: "u") { return .none }
      default:
        guard let digit = hexDigit(byte) else { return .none }
        value = value << 4 | UInt16(digit)
      }
    }
    return value
  }

  private static func hexDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
