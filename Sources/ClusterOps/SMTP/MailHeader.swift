/// The header of a message: its fields in their order, unfolded (RFC 5322 §2.2), bounded.
struct MailHeader: Sendable, Hashable {
  struct Field: Sendable, Hashable {
    /// In lower case.
    let name: String
    let value: String
  }

  /// Bytes and fields that are read.
  private static let (byteLimit, fieldLimit) = (64 << 10, 400)

  let fields: [Field]
  /// Whether there was more.
  let isCut: Bool

  /// Reads what stands before the first empty line; bytes that are not UTF-8 are replaced.
  init(_ bytes: [UInt8]) {
    var lines: [[UInt8]] = []
    var isCut = bytes.count > Self.byteLimit
    for line in bytes.prefix(Self.byteLimit).split(
      separator: 0x0A,
      omittingEmptySubsequences: false
    ) {
      let line = line.last == 0x0D ? line.dropLast() : line
      guard let first = line.first else { break }
      if first == 0x20 || first == 0x09, !lines.isEmpty {
        lines[lines.count - 1] += line
      } else if lines.count < Self.fieldLimit {
        lines.append(Array(line))
      } else {
        isCut = true
        break
      }
    }
    fields = lines.compactMap { line in
      guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return nil }
      return Field(
        name: String(decoding: line[..<colon], as: UTF8.self).lowercased(),
        value: TagList.trimmed(String(decoding: line[(colon + 1)...], as: UTF8.self))
      )
    }
    self.isCut = isCut
  }

  /// The first field of a name.
  subscript(name: String) -> String? { fields.first { $0.name == name }?.value }
}

/// A field with structure taken apart (RFC 5322 §3.2).
enum FieldToken: Sendable, Hashable {
  /// A run of letters and marks, or what stood in quotes.
  case word(String)
  /// What stood in parentheses, those inside it too.
  case comment(String)
  case semicolon, equals

  /// Bytes of a field, and tokens, that are read.
  private static let (byteLimit, limit) = (8 << 10, 1_000)

  /// The tokens of a field; what has no end goes to the end.
  static func tokens(_ text: String) -> [FieldToken] {
    var tokens: [FieldToken] = []
    var open: [UInt8] = []
    var depth = 0
    var (isQuoted, isEscaped) = (false, false)
    func taken() -> String { String(decoding: open, as: UTF8.self) }
    func end() {
      if !open.isEmpty { tokens.append(.word(taken())) }
      open = []
    }
    for byte in text.utf8.prefix(byteLimit) where tokens.count < limit {
      switch byte {
      case _ where isEscaped:
        isEscaped = false
        open.append(byte)
      case UInt8(ascii: "\\") where isQuoted || depth > 0: isEscaped = true
      case UInt8(ascii: "\"") where depth == 0:
        if isQuoted { tokens.append(.word(taken())) } else { end() }
        open = []
        isQuoted.toggle()
      case _ where isQuoted: open.append(byte)
      case UInt8(ascii: "("):
        if depth == 0 { end() } else { open.append(byte) }
        depth += 1
      case UInt8(ascii: ")") where depth > 0:
        depth -= 1
        if depth == 0 {
          tokens.append(.comment(taken()))
          open = []
        } else {
          open.append(byte)
        }
      case _ where depth > 0: open.append(byte)
      case UInt8(ascii: ";"), UInt8(ascii: "="):
        end()
        tokens.append(byte == UInt8(ascii: ";") ? .semicolon : .equals)
      case 0x20, 0x09, 0x0D, 0x0A: end()
      default: open.append(byte)
      }
    }
    if depth > 0 { tokens.append(.comment(taken())) } else { end() }
    return tokens
  }

  /// The text of a word; nil: it is none.
  var word: String? {
    if case .word(let text) = self { text } else { nil }
  }
}
