extension YAMLDocument {
  /// Where each byte of a scalar's text stands in the file.
  func map(of scalar: YAMLScalar, at node: YAMLNode) -> TextMap {
    let isQuoted = scalar.style == .singleQuoted || scalar.style == .doubleQuoted
    let isBlock = scalar.style == .literal || scalar.style == .folded
    var mark = node.mark
    var cursor = min(node.offset, source.bytes.count)
    if isQuoted {
      mark.column += 1
      cursor = min(cursor + 1, source.bytes.count)
    }
    if isBlock {
      mark = TextMark(line: Int(mark.line) + 1, column: 1)
      cursor = (source.bytes[cursor...].firstIndex(of: 0x0A) ?? source.bytes.count - 1) + 1
    }
    let text = Array(scalar.text.utf8)
    let end = min(cursor + text.count, source.bytes.count)
    if !isBlock, cursor <= end, source.bytes[cursor..<end].elementsEqual(text) {
      return TextMap(scalar.text, at: mark)
    }
    return follow(text, style: scalar.style, from: cursor, at: mark)
  }

  /// Walks text and file side by side, over what folding, quoting and indentation changed.
  private func follow(
    _ text: [UInt8],
    style: YAMLScalar.Style,
    from start: Int,
    at beginning: TextMark
  ) -> TextMap {
    let bytes = source.bytes
    var cursor = start
    var mark = beginning
    var marks: [TextMark] = []
    marks.reserveCapacity(text.count + 1)

    func isSpace(_ byte: UInt8) -> Bool {
      byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
    }
    func step() {
      guard cursor < bytes.count else { return }
      if bytes[cursor] == 0x0A {
        mark = TextMark(line: Int(mark.line) + 1, column: 1)
      } else if bytes[cursor] & 0xC0 != 0x80 {
        mark.column += 1
      }
      cursor += 1
    }

    for (index, byte) in text.enumerated() {
      if byte & 0xC0 == 0x80, index > 0 {
        marks.append(marks[index - 1])
        if cursor < bytes.count, bytes[cursor] == byte { step() }
        continue
      }
      let isEscape = style == .doubleQuoted && cursor < bytes.count && bytes[cursor] == 0x5C
      if !isSpace(byte), !isEscape {
        while cursor < bytes.count, isSpace(bytes[cursor]) { step() }
      }
      marks.append(mark)
      if style == .doubleQuoted, cursor < bytes.count, bytes[cursor] == 0x5C {
        step()
        let digits: [UInt8: Int] = [0x78: 2, 0x75: 4, 0x55: 8]
        let count = cursor < bytes.count ? digits[bytes[cursor]] ?? 0 : 0
        for _ in 0...count { step() }
      } else if cursor < bytes.count, bytes[cursor] == byte {
        step()
        if style == .singleQuoted, byte == 0x27 { step() }
      }
    }
    marks.append(mark)
    return TextMap(marks: marks)
  }
}
