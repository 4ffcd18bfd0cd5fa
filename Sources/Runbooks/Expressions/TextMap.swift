/// A line and a column, both from 1, in a file named elsewhere.
struct TextMark: Sendable, Hashable, Comparable {
  var line: Int32
  var column: Int32

  init(line: Int, column: Int) {
    self.line = Int32(clamping: line)
    self.column = Int32(clamping: column)
  }

  /// The same place with its file.
  func position(in file: String) -> SourcePosition {
    SourcePosition(file: file, line: Int(line), column: Int(column))
  }

  static func < (a: TextMark, b: TextMark) -> Bool {
    a.line != b.line ? a.line < b.line : a.column < b.column
  }
}

extension SourcePosition {
  /// The place without its file.
  var mark: TextMark { TextMark(line: line, column: column) }
}

/// Where each byte of a text stands in the file it was read from.
///
/// A scalar of YAML may be quoted, folded or indented, so that the nth byte of
/// its value is not n columns after its start.
struct TextMap: Sendable {
  private enum Form {
    /// One line of ASCII, standing in the file as it is.
    case line(TextMark)
    /// A mark a byte, and one for the end.
    case table([TextMark])
  }

  private let form: Form

  /// Maps a text that stands in the file as it is; its later lines begin in the same column.
  init(_ text: String, at start: TextMark) {
    var isLine = true
    for byte in text.utf8 where byte == 0x0A || byte >= 0x80 { isLine = false }
    guard !isLine else {
      form = .line(start)
      return
    }
    var marks: [TextMark] = []
    marks.reserveCapacity(text.utf8.count + 1)
    var mark = start
    for byte in text.utf8 {
      // A continuation byte stands with the first byte of its character.
      if byte & 0xC0 == 0x80, let last = marks.last {
        marks.append(last)
        continue
      }
      marks.append(mark)
      if byte == 0x0A {
        mark.line += 1
        mark.column = start.column
      } else {
        mark.column += 1
      }
    }
    marks.append(mark)
    form = .table(marks)
  }

  /// Maps byte n to the nth mark; the last mark is the end.
  init(marks: [TextMark]) { form = .table(marks) }

  /// Where the byte at an offset stands; an offset past the end gives the end.
  func mark(at offset: Int) -> TextMark {
    switch form {
    case .line(let start):
      TextMark(line: Int(start.line), column: Int(start.column) + offset)
    case .table(let marks):
      marks.isEmpty ? TextMark(line: 1, column: 1) : marks[min(max(offset, 0), marks.count - 1)]
    }
  }
}
