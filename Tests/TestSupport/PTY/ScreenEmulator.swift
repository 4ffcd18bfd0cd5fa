/// As much of a terminal as it takes to see what a program drew.
///
/// Knows what ncurses sends for xterm, screen and vt100. What it does not know
/// it keeps in `unknown`, so that a test can tell a gap here from a fault there.
public struct ScreenEmulator: Sendable {
  public private(set) var columns: Int
  public private(set) var rows: Int
  public private(set) var column = 0
  public private(set) var row = 0
  public private(set) var isAlternate = false
  public private(set) var isCursorVisible = true
  public private(set) var unknown: [String] = []
  private var cells: [[String]]
  private var region: ClosedRange<Int>
  private var pending: [UInt8] = []
  private var lastText = " "
  private var isWrapPending = false
  private var isInserting = false

  public init(columns: Int, rows: Int) {
    self.columns = columns
    self.rows = rows
    cells = Array(repeating: Array(repeating: " ", count: columns), count: rows)
    region = 0...(rows - 1)
  }

  /// The rows, blanks at their ends left out.
  public var lines: [String] {
    cells.map { row in
      var text = row.joined()
      while text.last == " " { text.removeLast() }
      return text
    }
  }

  public var text: String { lines.joined(separator: "\n") }

  public mutating func resize(columns: Int, rows: Int) {
    self = ScreenEmulator(columns: columns, rows: rows)
  }

  public mutating func feed(_ bytes: some Sequence<UInt8>) {
    for byte in bytes {
      pending.append(byte)
      if consume(pending) { pending.removeAll(keepingCapacity: true) }
    }
  }

  /// Acts on a whole sequence; false when more bytes are needed.
  private mutating func consume(_ bytes: [UInt8]) -> Bool {
    let first = bytes[0]
    if first == 0x1B { return consumeEscape(bytes) }
    if first < 0x20 || first == 0x7F {
      control(first)
      return true
    }
    let length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
    if bytes.count < length { return false }
    put(String(decoding: bytes, as: UTF8.self))
    return true
  }

  private mutating func control(_ byte: UInt8) {
    isWrapPending = false
    switch byte {
    case 0x08: column = max(0, column - 1)
    case 0x09: column = min(columns - 1, (column / 8 + 1) * 8)
    case 0x0A: lineFeed()
    case 0x0D: column = 0
    default: break
    }
  }

  private mutating func consumeEscape(_ bytes: [UInt8]) -> Bool {
    guard bytes.count > 1 else { return false }
    let last = bytes[bytes.count - 1]
    switch bytes[1] {
    case UInt8(ascii: "["):
      guard bytes.count > 2, (0x40...0x7E).contains(last) else { return false }
      controlSequence(String(decoding: bytes[2..<(bytes.count - 1)], as: UTF8.self), last)
    case UInt8(ascii: "]"):
      guard last == 0x07 || last == 0x5C else { return false }
      unknown.append("OSC")
    case UInt8(ascii: "("), UInt8(ascii: ")"): return bytes.count == 3
    case UInt8(ascii: "M"):
      if row == region.lowerBound { scroll(by: -1) } else { row = max(0, row - 1) }
    case UInt8(ascii: "D"): lineFeed()
    default: break
    }
    return true
  }

  private mutating func controlSequence(_ parameters: String, _ final: UInt8) {
    isWrapPending = false
    if parameters.hasPrefix("?") {
      setMode(parameters, isOn: final == UInt8(ascii: "h"))
      return
    }
    // Modes of the keyboard, which draw nothing.
    if parameters.first.map({ ">=<".contains($0) }) ?? false { return }
    let numbers = parameters.split(separator: ";", omittingEmptySubsequences: false)
      .map { Int($0) ?? 0 }
    let count = max(1, numbers.first ?? 1)
    switch Character(Unicode.Scalar(final)) {
    case "H", "f":
      row = min(rows, count) - 1
      column = min(columns, max(1, numbers.count > 1 ? numbers[1] : 1)) - 1
    case "A": row = max(0, row - count)
    case "B": row = min(rows - 1, row + count)
    case "C": column = min(columns - 1, column + count)
    case "D": column = max(0, column - count)
    case "G": column = min(columns, count) - 1
    case "d": row = min(rows, count) - 1
    case "J": erase(numbers.first ?? 0)
    case "K": eraseLine(numbers.first ?? 0)
    case "X": blank(row, column..<min(columns, column + count))
    case "P":
      cells[row].removeSubrange(column..<min(columns, column + count))
      cells[row] += Array(repeating: " ", count: columns - cells[row].count)
    case "@":
      cells[row].insert(contentsOf: Array(repeating: " ", count: count), at: column)
      cells[row].removeLast(cells[row].count - columns)
    case "L": scroll(by: -count, from: row)
    case "M": scroll(by: count, from: row)
    case "S": scroll(by: count)
    case "T": scroll(by: -count)
    case "b": for _ in 0..<count { put(lastText) }
    case "r":
      let bottom = numbers.count > 1 && numbers[1] > 0 ? numbers[1] : rows
      region = (count - 1)...max(count - 1, min(rows, bottom) - 1)
      row = 0
      column = 0
    case "h", "l":
      if parameters == "4" { isInserting = final == UInt8(ascii: "h") }
    case "m", "t": break
    default: unknown.append("CSI \(parameters)\(Character(Unicode.Scalar(final)))")
    }
  }

  private mutating func setMode(_ parameters: String, isOn: Bool) {
    switch parameters {
    case "?1049":
      isAlternate = isOn
      for row in 0..<rows { blank(row, 0..<columns) }
    case "?25": isCursorVisible = isOn
    default: break
    }
  }

  private mutating func put(_ text: String) {
    lastText = text
    let width = Self.isWide(text) ? 2 : 1
    if isWrapPending || column + width > columns {
      column = 0
      lineFeed()
      isWrapPending = false
    }
    if isInserting {
      cells[row].insert(contentsOf: Array(repeating: " ", count: width), at: column)
      cells[row].removeLast(width)
    }
    cells[row][column] = text
    if width == 2 { cells[row][column + 1] = "" }
    column += width
    if column >= columns {
      column = columns - 1
      isWrapPending = true
    }
  }

  private static func isWide(_ text: String) -> Bool {
    guard let value = text.unicodeScalars.first?.value else { return false }
    return (0x1100...0x115F).contains(value) || (0x2E80...0xA4CF).contains(value)
      || (0xAC00...0xD7A3).contains(value) || (0xFF00...0xFF60).contains(value)
      || (0x1F300...0x1FAFF).contains(value)
  }

  private mutating func lineFeed() {
    if row == region.upperBound { scroll(by: 1) } else { row = min(rows - 1, row + 1) }
  }

  private mutating func scroll(by count: Int, from top: Int? = nil) {
    let top = top ?? region.lowerBound
    guard top <= region.upperBound else { return }
    let height = region.upperBound - top + 1
    let moved = min(abs(count), height)
    let blanks = Array(repeating: Array(repeating: " ", count: columns), count: moved)
    let old = Array(cells[top...region.upperBound])
    let new = count > 0 ? Array(old[moved...]) + blanks : blanks + Array(old[..<(height - moved)])
    cells.replaceSubrange(top...region.upperBound, with: new)
  }

  private mutating func erase(_ what: Int) {
    switch what {
    case 0:
      eraseLine(0)
      for line in (row + 1)..<max(row + 1, rows) { blank(line, 0..<columns) }
    case 1:
      eraseLine(1)
      for line in 0..<row { blank(line, 0..<columns) }
    default:
      for line in 0..<rows { blank(line, 0..<columns) }
    }
  }

  private mutating func eraseLine(_ what: Int) {
    switch what {
    case 0: blank(row, column..<columns)
    case 1: blank(row, 0..<(column + 1))
    default: blank(row, 0..<columns)
    }
  }

  private mutating func blank(_ row: Int, _ range: Range<Int>) {
    for column in range { cells[row][column] = " " }
  }
}
