/// The last lines of an output, bounded in lines and in bytes.
///
/// The whole of it is in the evidence file; this is what a person scrolls
/// through.
public struct LogBuffer: Sendable {
  public let lineLimit: Int
  public let byteLimit: Int

  private var lines: [String] = []
  private var head = 0
  private var bytes = 0
  private var partial: [UInt8] = []

  /// The number of the oldest line kept; lines are counted from 0 for ever.
  public private(set) var firstNumber = 0

  public init(lineLimit: Int = 100_000, byteLimit: Int = 16 << 20) {
    self.lineLimit = max(1, lineLimit)
    self.byteLimit = max(1, byteLimit)
  }

  /// The number after that of the newest line.
  public var endNumber: Int { firstNumber + count }

  public var count: Int { lines.count - head }

  /// The numbers of the lines kept.
  public var numbers: Range<Int> { firstNumber..<endNumber }

  /// A line by its number; nil when it was dropped or is yet to come.
  public subscript(number: Int) -> String? {
    numbers.contains(number) ? lines[head + number - firstNumber] : nil
  }

  /// Adds one line, without its line end.
  public mutating func append(_ line: some StringProtocol) {
    let line = String(line)
    lines.append(line)
    bytes += line.utf8.count
    while count > lineLimit || (bytes > byteLimit && count > 1) { dropFirst() }
  }

  /// Adds output as it comes, in pieces that need not end with a line.
  public mutating func append(output: some Sequence<UInt8>) {
    for byte in output {
      if byte == 0x0A {
        endPartial()
      } else {
        partial.append(byte)
        // A program that never ends its line must not fill the memory.
        if partial.count >= min(byteLimit, 1 << 16) { endPartial() }
      }
    }
  }

  /// The output ended: what had no line end is a line now.
  public mutating func finish() {
    if !partial.isEmpty { endPartial() }
  }

  /// Marks that something is missing here; a line that was begun ends before it, torn as it is.
  public mutating func markGap(_ mark: String) {
    finish()
    append(mark)
  }

  /// About how many bytes of memory the lines take.
  public var footprint: Int { bytes + 48 * count + partial.count }

  private mutating func endPartial() {
    if partial.last == 0x0D { partial.removeLast() }
    append(ControlCharacters.decode(partial))
    partial.removeAll(keepingCapacity: true)
  }

  private mutating func dropFirst() {
    bytes -= lines[head].utf8.count
    lines[head] = ""
    head += 1
    firstNumber += 1
    // Moving the rest down now and then costs each line once.
    if head >= 1024, head >= lines.count / 2 {
      lines.removeFirst(head)
      head = 0
    }
  }
}
