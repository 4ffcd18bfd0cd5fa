/// The bytes of a file and where its lines begin.
struct SourceText: Sendable {
  /// The largest file that is read, in bytes.
  static let maximumSize = 1 << 20

  let file: String
  /// UTF-8, without a byte order mark.
  let bytes: [UInt8]
  private let lineStarts: [Int]

  /// Takes a file's bytes; they are a text only where ``problem`` gives nil.
  init(file: String, bytes: [UInt8]) {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let bytes = bytes.starts(with: mark) ? Array(bytes.dropFirst(mark.count)) : bytes
    var starts = [0]
    for (offset, byte) in bytes.enumerated() {
      let isLoneReturn =
        byte == 0x0D && (offset + 1 == bytes.count || bytes[offset + 1] != 0x0A)
      if byte == 0x0A || isLoneReturn { starts.append(offset + 1) }
    }
    self.file = file
    self.bytes = bytes
    self.lineStarts = starts
  }

  /// Where the byte at an offset stands.
  func mark(at offset: Int) -> TextMark {
    var low = 0
    var high = lineStarts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle }
    }
    let start = lineStarts[low]
    let column = bytes[start..<min(max(offset, start), bytes.count)]
      .count { $0 & 0xC0 != 0x80 }
    return TextMark(line: low + 1, column: column + 1)
  }

  /// The offset of the character at a mark, or of the end of its line.
  func offset(of mark: TextMark) -> Int {
    let line = Int(mark.line) - 1
    guard line >= 0, line < lineStarts.count else { return bytes.count }
    let end = line + 1 < lineStarts.count ? lineStarts[line + 1] : bytes.count
    var offset = lineStarts[line]
    var column = 1
    while column < mark.column, offset < end {
      offset += 1
      while offset < end, bytes[offset] & 0xC0 == 0x80 { offset += 1 }
      column += 1
    }
    return offset
  }

  /// A line without its end, by its number from 1; empty for one that is not there.
  func line(_ number: Int) -> ArraySlice<UInt8> {
    guard number >= 1, number <= lineStarts.count else { return bytes[bytes.count...] }
    var end = number < lineStarts.count ? lineStarts[number] : bytes.count
    let start = lineStarts[number - 1]
    while end > start, bytes[end - 1] == 0x0A || bytes[end - 1] == 0x0D { end -= 1 }
    return bytes[start..<end]
  }

  /// The same mark, or the end of the file for one on a line after it.
  ///
  /// YAML ends a text without a last line break as if it had one.
  func inside(_ mark: TextMark) -> TextMark {
    Int(mark.line) <= lineStarts.count ? mark : self.mark(at: bytes.count)
  }

  /// The nearest mark that stands in the file, by its column too.
  func clamp(_ mark: TextMark) -> TextMark { self.mark(at: offset(of: mark)) }
}

extension SourceText {
  /// Why these bytes are no text that YAML could hold; nil: they are one.
  var problem: RunbookProblem? {
    guard bytes.count <= Self.maximumSize else {
      return RunbookProblem(
        "the file is larger than \(Self.maximumSize >> 10) KiB",
        fix: "Split it; keep data out of it.",
        at: position(at: 0)
      )
    }
    guard String(validating: bytes, as: UTF8.self) != nil else {
      return RunbookProblem(
        "the text is not UTF-8 here",
        fix: "Save the file as UTF-8.",
        at: position(at: firstInvalidByte)
      )
    }
    for (offset, byte) in bytes.enumerated() {
      if byte < 0x20 || byte == 0x7F, ![0x09, 0x0A, 0x0D].contains(byte) {
        let code = "0x" + (byte < 0x10 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        return RunbookProblem(
          "a control character (\(code)) stands in the text",
          fix: "Remove it; in double quotes it can be written as an escape.",
          at: position(at: offset)
        )
      }
      if byte == 0xEF, follows([0xBB, 0xBF], offset) {
        return RunbookProblem(
          "a byte order mark (invisible) stands in the text",
          fix: "Remove it; it may stand once, at the beginning of the file.",
          at: position(at: offset)
        )
      }
      // U+0085, U+2028 and U+2029 end a line in YAML 1.1, not in 1.2 and not in editors.
      if byte == 0xC2 && follows([0x85], offset)
        || byte == 0xE2 && (follows([0x80, 0xA8], offset) || follows([0x80, 0xA9], offset))
      {
        return RunbookProblem(
          "an invisible Unicode line separator stands in the text",
          fix: "Replace it by a line break or a space.",
          at: position(at: offset)
        )
      }
    }
    return nil
  }

  private func follows(_ tail: [UInt8], _ offset: Int) -> Bool {
    bytes[(offset + 1)...].starts(with: tail)
  }

  func position(at offset: Int) -> SourcePosition { mark(at: offset).position(in: file) }

  private var firstInvalidByte: Int {
    // Valid prefixes only grow, so the longest can be found by halving.
    var low = 0
    var high = bytes.count
    while high - low > 4 {
      var middle = (low + high) / 2
      while middle > low, bytes[middle] & 0xC0 == 0x80, middle > (low + high) / 2 - 4 {
        middle -= 1
      }
      if middle == low { break }
      if String(validating: bytes[..<middle], as: UTF8.self) != nil {
        low = middle
      } else {
        high = middle
      }
    }
    while low < high {
      let length =
        (1...4).first { count in
          low + count <= bytes.count
            && String(validating: bytes[low..<low + count], as: UTF8.self) != nil
        }
      guard let length else { return low }
      low += length
    }
    return low
  }
}
