/// What stands in the brackets of one line: `[a, 'b', c]`.
struct FlowLine {
  /// The elements of the innermost open bracket, as they are written.
  private(set) var elements: [ArraySlice<UInt8>] = []
  /// Where an unquoted text meets `{`, `[`, `}` or `]` without a comma before it, and the text.
  private(set) var broken: (at: Int, argument: ArraySlice<UInt8>)?

  /// Reads a line up to a place; nil where no bracket is open there.
  init?(_ line: SyntaxLine, upTo end: Int) {
    let bytes = line.bytes
    guard line.sign == UInt8(ascii: "[") || line.sign == UInt8(ascii: "{") else { return nil }
    var stack: [[ArraySlice<UInt8>]] = []
    var begin = line.value
    var at = line.value
    func element(_ stop: Int) -> ArraySlice<UInt8> {
      var text = bytes[begin..<stop].drop { $0 <= 0x20 }
      while let last = text.last, last <= 0x20 { text = text.dropLast() }
      return text
    }
    while at < bytes.endIndex {
      // What breaks a text may stand before the place where the parser notices.
      if at >= end { break }
      let byte = bytes[at]
      switch byte {
      case UInt8(ascii: "'"), UInt8(ascii: "\""):
        let isAtStart = element(at).isEmpty
        at += 1
        if isAtStart {
          while at < bytes.endIndex, bytes[at] != byte {
            at += byte == UInt8(ascii: "\"") && bytes[at] == 0x5C ? 2 : 1
          }
          at = min(at + 1, bytes.endIndex)
        }
      case UInt8(ascii: "["), UInt8(ascii: "{"):
        let text = element(at)
        if !stack.isEmpty, let last = text.last, last != UInt8(ascii: ":"), broken == nil {
          broken = (at, Self.argument(bytes, from: text.startIndex))
        }
        stack.append([])
        at += 1
        begin = at
      case UInt8(ascii: "]"), UInt8(ascii: "}"):
        _ = stack.popLast()
        at += 1
        begin = at
        if stack.isEmpty { return nil }
      case UInt8(ascii: ","):
        if !stack.isEmpty { stack[stack.count - 1].append(element(at)) }
        at += 1
        begin = at
      default:
        at += 1
      }
    }
    elements = stack.last ?? []
    if stack.isEmpty && broken == nil { return nil }
  }

  /// A whole argument: to a comma and a blank, or to the bracket that ends the line.
  private static func argument(_ bytes: ArraySlice<UInt8>, from begin: Int) -> ArraySlice<UInt8> {
    var end = begin
    while end < bytes.endIndex {
      if bytes[end] == UInt8(ascii: ","), end + 1 == bytes.endIndex || bytes[end + 1] <= 0x20 {
        return bytes[begin..<end]
      }
      end += 1
    }
    while end > begin, bytes[end - 1] <= 0x20 { end -= 1 }
    return bytes[begin..<end].last == UInt8(ascii: "]")
      ? bytes[begin..<(end - 1)] : bytes[begin..<end]
  }
}
