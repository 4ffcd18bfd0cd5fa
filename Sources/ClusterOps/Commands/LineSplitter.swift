/// Cuts a stream of bytes into lines, in bounded memory.
///
/// A line ends with LF; a CR before it is dropped. The part of a line beyond
/// the limit is left out, and the line says so.
public struct LineSplitter: Sendable {
  /// One line without its end.
  public struct Line: Sendable, Hashable {
    public let bytes: [UInt8]
    /// Whether a part of the line was left out.
    public let isShortened: Bool

    /// The line as text; bytes that are not UTF-8 are replaced.
    public var text: String { String(decoding: bytes, as: UTF8.self) }
  }

  private let limit: Int
  private var rest: [UInt8] = []
  private var restIsShortened = false
  private var hasRest = false

  /// Keeps at most `limit` bytes of each line.
  public init(limit: Int = 64 * 1024) { self.limit = max(1, limit) }

  /// Takes more of the stream and gives every line that it completes.
  public mutating func lines(adding chunk: [UInt8]) -> [Line] {
    var lines: [Line] = []
    var start = chunk.startIndex
    while let end = chunk[start...].firstIndex(of: 0x0A) {
      keep(chunk[start..<end])
      lines.append(endLine())
      start = end + 1
    }
    if start < chunk.endIndex { keep(chunk[start...]) }
    return lines
  }

  /// Ends the stream and gives the last line, where it lacks an end.
  public mutating func finish() -> Line? { hasRest ? endLine() : nil }

  private mutating func keep(_ piece: ArraySlice<UInt8>) {
    hasRest = true
    let room = limit - rest.count
    rest += piece.prefix(room)
    if piece.count > room { restIsShortened = true }
  }

  private mutating func endLine() -> Line {
    if !restIsShortened, rest.last == 0x0D { rest.removeLast() }
    defer {
      rest = []
      restIsShortened = false
      hasRest = false
    }
    return Line(bytes: rest, isShortened: restIsShortened)
  }
}

extension LineSplitter {
  /// The lines of a text at hand.
  public static func lines(of bytes: [UInt8], limit: Int = 64 * 1024) -> [Line] {
    var splitter = LineSplitter(limit: limit)
    var lines = splitter.lines(adding: bytes)
    if let last = splitter.finish() { lines.append(last) }
    return lines
  }
}
