/// One line of a YAML file, as an author sees it: `    - key: value`.
struct SyntaxLine {
  /// Without its end.
  let bytes: ArraySlice<UInt8>
  /// Spaces at the beginning.
  let indentation: Int
  /// Where the value begins: after the dashes and the key; the end, where there is none.
  let value: Int
  /// Whether a key stands before it.
  let hasKey: Bool

  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    var at = bytes.startIndex
    while at < bytes.endIndex, bytes[at] == 0x20 { at += 1 }
    indentation = at - bytes.startIndex
    while at + 1 < bytes.endIndex, bytes[at] == UInt8(ascii: "-"), bytes[at + 1] == 0x20 {
      at += 2
      while at < bytes.endIndex, bytes[at] == 0x20 { at += 1 }
    }
    var end = at
    while end < bytes.endIndex, Self.isKey(bytes[end]) { end += 1 }
    hasKey =
      end > at && end < bytes.endIndex && bytes[end] == UInt8(ascii: ":")
      && (end + 1 == bytes.endIndex || bytes[end + 1] == 0x20)
    if hasKey {
      at = end + 1
      while at < bytes.endIndex, bytes[at] == 0x20 { at += 1 }
    }
    value = at
  }

  private static func isKey(_ byte: UInt8) -> Bool {
    (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || [0x2D, 0x2E, 0x5F].contains(byte)
  }

  var isBlank: Bool { bytes.allSatisfy { $0 == 0x20 || $0 == 0x0D } }

  /// The first byte of the value.
  var sign: UInt8? { value < bytes.endIndex ? bytes[value] : nil }

  /// Whether the value is a block scalar's header: `|`, `>-`, `|2`.
  var beginsBlock: Bool {
    let header = bytes[value...].prefix { $0 > 0x20 }
    guard let sign = header.first, sign == UInt8(ascii: "|") || sign == UInt8(ascii: ">") else {
      return false
    }
    return header.dropFirst().allSatisfy { $0 == 0x2B || $0 == 0x2D || $0 &- 0x30 < 10 }
  }

  /// The line with its value in single quotes, to be copied; nil where it is too long for that.
  var quoted: String? {
    var text = bytes[value...]
    while let last = text.last, last <= 0x20 { text = text.dropLast() }
    guard !text.isEmpty, bytes.count <= 160 else { return nil }
    let head = String(decoding: bytes[(bytes.startIndex + indentation)..<value], as: UTF8.self)
    return head + Self.inQuotes(text)
  }

  static func inQuotes(_ text: ArraySlice<UInt8>) -> String {
    "'" + String(decoding: text, as: UTF8.self).replacing("'", with: "''") + "'"
  }
}
