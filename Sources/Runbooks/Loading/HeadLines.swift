/// Reads the head of a runbook where it is written as nearly all are: a key and its text on a line,
/// up to the key `steps`.
///
/// It takes only what YAML cannot mean otherwise (plain texts of a line, double quotes without
/// escapes, folded texts of even lines) and leaves everything else to libyaml, which takes twenty
/// times as long (decision 053).
struct HeadLines {
  /// The texts as they stand under their keys, not judged yet.
  struct Texts: Hashable {
    var kind = ""
    var id = ""
    var title = ""
    var version = ""
    var owner = ""
    var summary = ""

    fileprivate subscript(key: Key) -> String {
      get {
        switch key {
        case .kind: kind
        case .id: id
        case .title: title
        case .version: version
        case .owner: owner
        case .summary: summary
        }
      }
      set {
        switch key {
        case .kind: kind = newValue
        case .id: id = newValue
        case .title: title = newValue
        case .version: version = newValue
        case .owner: owner = newValue
        case .summary: summary = newValue
        }
      }
    }
  }

  /// The keys of a head.
  fileprivate enum Key: String, CaseIterable {
    case kind, id, title, version, owner, summary
  }

  /// What stands at the beginning of a file.
  enum Reading: Hashable {
    case head(Texts)
    /// The file is no runbook, by its kind.
    case other
    /// A part of it is written in another way, is missing or given twice, or the bytes end before
    /// `steps`.
    case unclear
  }

  private let bytes: [UInt8]
  private var at = 0

  private static let steps = Array("steps".utf8)

  /// Reads the beginning of a file.
  static func read(_ bytes: [UInt8]) -> Reading {
    var lines = HeadLines(bytes: bytes)
    var texts = Texts()
    let isComplete = lines.read(into: &texts)
    let kinds = Runbook.Kind.written.map(\.rawValue)
    if !texts.kind.isEmpty, !kinds.contains(texts.kind) { return .other }
    return isComplete ? .head(texts) : .unclear
  }

  /// Where the key `steps` stands at the margin; the end of the bytes where it does not.
  static func end(of bytes: [UInt8]) -> Int {
    let key = steps + [0x3A]
    var start = 0
    while start < bytes.count {
      if bytes[start...].starts(with: key) { return start }
      guard let end = bytes[start...].firstIndex(of: 0x0A) else { break }
      start = end + 1
    }
    return bytes.count
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  /// Reads up to `steps`; whether all is there.
  private mutating func read(into texts: inout Texts) -> Bool {
    while let line = next() {
      if Self.isBlankOrComment(line) { continue }
      guard let colon = line.firstIndex(of: 0x3A), Self.isKey(line[..<colon]) else { return false }
      let rest = line[(colon + 1)...]
      guard rest.isEmpty || rest.first == 0x20 else { return false }
      let key = line[..<colon]
      if key.elementsEqual(Self.steps) {
        return Key.allCases.allSatisfy { !texts[$0].isEmpty }
      }
      if let key = Key.allCases.first(where: { key.elementsEqual($0.rawValue.utf8) }) {
        guard texts[key].isEmpty, let text = text(Self.trimmed(rest)) else {
          return false
        }
        texts[key] = text
      } else {
        while let line = peek(), Self.isNested(line) { at = line.endIndex + 1 }
      }
    }
    return false
  }

  /// The next line whole, without its end; nil where no line ends any more.
  private func peek() -> ArraySlice<UInt8>? {
    guard at < bytes.count, let end = bytes[at...].firstIndex(of: 0x0A) else { return nil }
    return bytes[at..<end]
  }

  private mutating func next() -> ArraySlice<UInt8>? {
    guard let line = peek() else { return nil }
    at = line.endIndex + 1
    return line
  }

  /// The text that begins on a line; what follows it is a line at the margin.
  private mutating func text(_ rest: ArraySlice<UInt8>) -> String? {
    if rest.elementsEqual([0x3E, 0x2D]) { return folded() }
    let isQuoted = rest.first == 0x22
    let inner = isQuoted ? rest.dropFirst().dropLast() : rest
    guard !inner.isEmpty, inner.allSatisfy(Self.isPrintable) else { return nil }
    let text = String(decoding: inner, as: UTF8.self)
    if isQuoted {
      guard rest.count > 2, rest.last == 0x22, !inner.contains(0x22), !inner.contains(0x5C),
        inner.contains(where: { $0 != 0x20 })
      else { return nil }
    } else {
      guard let first = inner.first, Self.isLetterOrDigit(first), inner.last != 0x3A,
        !Self.has(0x3A, before: 0x20, in: inner), !Self.has(0x20, before: 0x23, in: inner),
        case .string? = try? YAMLScalar(text: text, style: .plain).coreValue()
      else { return nil }
    }
    return isAtMargin ? text : nil
  }

  /// A folded text, `>-`, of lines that begin in the same column; blank lines only after it.
  private mutating func folded() -> String? {
    guard let first = peek() else { return nil }
    let depth = first.prefix { $0 == 0x20 }.count
    guard depth > 0 else { return nil }
    var words: [String] = []
    while let line = peek(), line.first == 0x20 {
      let text = line.dropFirst(depth)
      guard line.prefix(depth).allSatisfy({ $0 == 0x20 }), let begin = text.first, begin != 0x20,
        text.last != 0x20, text.allSatisfy(Self.isPrintable)
      else { return nil }
      words.append(String(decoding: text, as: UTF8.self))
      at = line.endIndex + 1
    }
    return isAtMargin ? words.joined(separator: " ") : nil
  }

  /// Whether the next line that is not blank begins at the margin, so that nothing goes on there.
  private var isAtMargin: Bool {
    var index = at
    while index < bytes.count, bytes[index] == 0x0A { index += 1 }
    return index < bytes.count && bytes[index] > 0x20
  }

  // MARK: Bytes

  private static func isKey(_ key: ArraySlice<UInt8>) -> Bool {
    !key.isEmpty && key.allSatisfy { isLetterOrDigit($0) || $0 == 0x5F }
  }

  private static func isBlankOrComment(_ line: ArraySlice<UInt8>) -> Bool {
    line.isEmpty || line.first == 0x23
  }

  /// Whether a line belongs to the value of the key above it.
  private static func isNested(_ line: ArraySlice<UInt8>) -> Bool {
    line.first == 0x20 || isBlankOrComment(line) || line.starts(with: [0x2D, 0x20])
  }

  private static func trimmed(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var text = text.drop { $0 == 0x20 }
    while text.last == 0x20 { text.removeLast() }
    return text
  }

  private static func isPrintable(_ byte: UInt8) -> Bool { (0x20...0x7E).contains(byte) }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    (0x61...0x7A).contains(byte | 0x20) || (0x30...0x39).contains(byte)
  }

  private static func has(_ first: UInt8, before second: UInt8, in text: ArraySlice<UInt8>) -> Bool
  {
    zip(text, text.dropFirst()).contains { $0 == first && $1 == second }
  }
}
