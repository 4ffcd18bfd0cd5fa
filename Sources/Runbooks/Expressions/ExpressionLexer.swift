/// The words of an expression, one at a time.
struct ExpressionLexer {
  enum Token: Equatable {
    case value(Value)
    /// `inputs.x`, `steps.hold-sender.count`; a lone word has one part.
    case path([String])
    /// An operator or a bracket.
    case symbol(String)
    case end

    /// The word as a message shows it.
    var text: String {
      switch self {
      case .value(.string(let text)): "the text '\(text)'"
      case .value(let value): "`\(value)`"
      case .path(let parts): "`\(parts.joined(separator: "."))`"
      case .symbol(let symbol): "`\(symbol)`"
      case .end: "the end"
      }
    }
  }

  let bytes: [UInt8]
  let map: TextMap
  let file: String
  /// The first byte not yet read.
  private(set) var offset: Int

  init(_ bytes: [UInt8], from offset: Int = 0, map: TextMap, file: String) {
    self.bytes = bytes
    self.offset = offset
    self.map = map
    self.file = file
  }

  /// The next token and the offset it begins at.
  mutating func next() throws(ExpressionError) -> (token: Token, offset: Int) {
    while let byte = peek(), byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D {
      offset += 1
    }
    let start = offset
    guard let byte = peek() else { return (.end, start) }
    switch byte {
    case UInt8(ascii: "'"), UInt8(ascii: "\""):
      return (try text(quote: byte), start)
    case UInt8(ascii: "0")...UInt8(ascii: "9"):
      return (try number(), start)
    case UInt8(ascii: "-") where Self.isDigit(peek(1)):
      return (try number(), start)
    case _ where Self.isWordStart(byte):
      return (try path(), start)
    default:
      return (try symbol(byte), start)
    }
  }

  /// An error at an offset of the text.
  func error(_ message: String, fix: String, at offset: Int) -> ExpressionError {
    ExpressionError(message, fix: fix, at: map.mark(at: offset).position(in: file))
  }

  // MARK: Reading

  private func peek(_ ahead: Int = 0) -> UInt8? {
    offset + ahead < bytes.count ? bytes[offset + ahead] : nil
  }

  private static func isDigit(_ byte: UInt8?) -> Bool {
    byte.map { (0x30...0x39).contains($0) } ?? false
  }

  private static func isLetter(_ byte: UInt8?) -> Bool {
    byte.map { (0x61...0x7A).contains($0 | 0x20) } ?? false
  }

  private static func isWordStart(_ byte: UInt8?) -> Bool {
    Self.isLetter(byte) || byte == UInt8(ascii: "_")
  }

  private static func isWord(_ byte: UInt8?) -> Bool {
    Self.isWordStart(byte) || Self.isDigit(byte) || byte == UInt8(ascii: "-")
  }

  private mutating func take(while matches: (UInt8?) -> Bool) -> String {
    let start = offset
    while matches(peek()) { offset += 1 }
    return String(decoding: bytes[start..<offset], as: UTF8.self)
  }

  private mutating func text(quote: UInt8) throws(ExpressionError) -> Token {
    let start = offset
    offset += 1
    let content = take { $0 != nil && $0 != quote }
    guard peek() == quote else {
      throw error("the text has no closing quote", fix: "Close it with the same quote.", at: start)
    }
    offset += 1
    return .value(.string(content))
  }

  private mutating func number() throws(ExpressionError) -> Token {
    let start = offset
    if peek() == UInt8(ascii: "-") { offset += 1 }
    _ = take(while: Self.isDigit)
    if peek() == UInt8(ascii: "."), Self.isDigit(peek(1)) {
      offset += 1
      _ = take(while: Self.isDigit)
      let text = String(decoding: bytes[start..<offset], as: UTF8.self)
      guard !Self.isWord(peek()), peek() != UInt8(ascii: "."), let number = Double(text),
        number.isFinite
      else {
        throw error("`\(text)…` is no number", fix: "Write it like 0.98.", at: start)
      }
      return .value(.number(number))
    }
    let rest = take { Self.isLetter($0) || Self.isDigit($0) }
    let text = String(decoding: bytes[start..<offset], as: UTF8.self)
    if rest.isEmpty {
      guard let int = Int(text) else {
        throw error("`\(text)` is too large", fix: "Use a number below 2^63.", at: start)
      }
      return .value(.integer(int))
    }
    guard let span = DurationText.parse(text) else {
      throw error(
        "`\(text)` is neither a number nor a duration",
        fix: "Write a number like 30, a duration like 1h30m, or put a text in quotes.",
        at: start
      )
    }
    return .value(.duration(span))
  }

  private mutating func path() throws(ExpressionError) -> Token {
    var parts = [take(while: Self.isWord)]
    while peek() == UInt8(ascii: ".") {
      offset += 1
      let part = take(while: Self.isWord)
      guard !part.isEmpty, !part.hasPrefix("-") else {
        throw error(
          "a name must follow the dot",
          fix: "Write it like steps.look.total.",
          at: offset
        )
      }
      parts.append(part)
    }
    if parts == ["true"] { return .value(.boolean(true)) }
    if parts == ["false"] { return .value(.boolean(false)) }
    return .path(parts)
  }

  private mutating func symbol(_ byte: UInt8) throws(ExpressionError) -> Token {
    let start = offset
    let pair = String(decoding: bytes[start..<min(start + 2, bytes.count)], as: UTF8.self)
    if ["==", "!=", "<=", ">="].contains(pair) {
      offset += 2
      return .symbol(pair)
    }
    let single = String(decoding: [byte], as: UTF8.self)
    if "<>()[],}+".contains(single) {
      offset += 1
      return .symbol(single)
    }
    let fix =
      switch byte {
      case UInt8(ascii: "="): "Compare with ==."
      case UInt8(ascii: "&"): "Write `and`."
      case UInt8(ascii: "|"): "Write `or`."
      case UInt8(ascii: "!"): "Write `not`."
      case UInt8(ascii: "-"), UInt8(ascii: "*"), UInt8(ascii: "/"):
        "There is no arithmetic but `+`; let the operation give the result that is needed."
      case UInt8(ascii: "$"), UInt8(ascii: "{"):
        "Write the name alone here, without ${ }."
      default: "Put a text in quotes."
      }
    let shown = byte < 0x80 ? single : "a character outside ASCII"
    throw error("`\(shown)` has no meaning in an expression", fix: fix, at: start)
  }
}
