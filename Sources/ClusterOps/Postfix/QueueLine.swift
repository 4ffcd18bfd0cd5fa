internal import Glibc

/// One line of `postqueue -j`, as places in the bytes it was read from.
struct QueueLine {
  /// The inside of a JSON string, still escaped.
  struct Text {
    var start = 0
    var end = 0
    var isPresent: Bool { start > 0 }
    var count: Int { end - start }
  }

  struct Recipient {
    var address = Text()
    var reason = Text()
  }

  var queue = Text()
  var id = Text()
  var sender = Text()
  var arrival = 0
  var size = 0
  var recipients: [Recipient] = []
  fileprivate var hasRecipients = false

  /// The first recipient that waits for a reason, else the first: where the message belongs.
  var primary: Int { recipients.firstIndex { $0.reason.count > 0 } ?? 0 }

  fileprivate mutating func clear() {
    queue = Text()
    id = Text()
    sender = Text()
    arrival = 0
    size = 0
    recipients.removeAll(keepingCapacity: true)
    hasRecipients = false
  }
}

/// Reads lines of `postqueue -j` in place: no copies, no tree, no recursion.
///
/// It understands what RFC 8259 calls an object, in any order of keys, and
/// skips keys it does not know. Bytes that are not UTF-8 and raw control
/// characters inside strings are let through: they are data, and dropping a
/// message for them would hide it.
struct QueueLineParser {
  private let base: UnsafePointer<UInt8>
  private let end: Int
  private var at: Int

  private init(_ base: UnsafePointer<UInt8>, from start: Int, to end: Int) {
    self.base = base
    self.at = start
    self.end = end
  }

  /// Reads the line between two places; says what is wrong with one that it does not understand.
  static func parse(
    _ base: UnsafePointer<UInt8>,
    from start: Int,
    to end: Int,
    into line: inout QueueLine
  ) -> QueueLineFault? {
    var parser = QueueLineParser(base, from: start, to: end)
    line.clear()
    parser.skipSpace()
    guard parser.at < end, base[parser.at] == UInt8(ascii: "{") else { return .foreign }
    guard parser.message(into: &line) else { return .notJSON }
    parser.skipSpace()
    guard parser.at == end else { return .notJSON }
    return fault(in: line, base)
  }

  /// Reads the head of a line that is too long to be kept whole: the message, and of its
  /// recipients those that the head has.
  static func parseHead(
    _ base: UnsafePointer<UInt8>,
    from start: Int,
    to end: Int,
    into line: inout QueueLine
  ) -> QueueLineFault? {
    var parser = QueueLineParser(base, from: start, to: end)
    line.clear()
    _ = parser.message(into: &line)
    return fault(in: line, base) == nil ? nil : .tooLong
  }

  private static func fault(
    in line: QueueLine,
    _ base: UnsafePointer<UInt8>
  ) -> QueueLineFault? {
    guard line.queue.isPresent, line.id.isPresent, line.sender.isPresent, line.hasRecipients else {
      return .incomplete
    }
    return QueueID.isValid(base + line.id.start, line.id.count) ? nil : .oddID
  }

  private mutating func message(into line: inout QueueLine) -> Bool {
    object { parser, key in
      switch key.count {
      case 6 where parser.isKey(key, "sender"):
        return parser.string(into: &line.sender)
      case 8 where parser.isKey(key, "queue_id"):
        return parser.string(into: &line.id)
      case 10 where parser.isKey(key, "queue_name"):
        return parser.string(into: &line.queue)
      case 10 where parser.isKey(key, "recipients"):
        line.hasRecipients = true
        return parser.recipients(into: &line)
      case 12 where parser.isKey(key, "arrival_time"):
        return parser.integer(into: &line.arrival)
      case 12 where parser.isKey(key, "message_size"):
        return parser.integer(into: &line.size)
      default:
        return parser.skipValue()
      }
    }
  }

  private mutating func recipients(into line: inout QueueLine) -> Bool {
    if takeNull() {
      line.hasRecipients = false
      return true
    }
    guard take(UInt8(ascii: "[")) else { return false }
    skipSpace()
    if take(UInt8(ascii: "]")) { return true }
    while true {
      var recipient = QueueLine.Recipient()
      let isWhole = object { parser, key in
        switch key.count {
        case 7 where parser.isKey(key, "address"):
          return parser.string(into: &recipient.address)
        case 12 where parser.isKey(key, "delay_reason"):
          return parser.string(into: &recipient.reason)
        default:
          return parser.skipValue()
        }
      }
      guard isWhole else { return false }
      line.recipients.append(recipient)
      skipSpace()
      if take(UInt8(ascii: ",")) {
        skipSpace()
        continue
      }
      return take(UInt8(ascii: "]"))
    }
  }

  @inline(__always)
  private mutating func object(
    _ value: (inout QueueLineParser, QueueLine.Text) -> Bool
  ) -> Bool {
    skipSpace()
    guard take(UInt8(ascii: "{")) else { return false }
    skipSpace()
    if take(UInt8(ascii: "}")) { return true }
    while true {
      var key = QueueLine.Text()
      guard at < end, base[at] == UInt8(ascii: "\""), string(into: &key) else { return false }
      skipSpace()
      guard take(UInt8(ascii: ":")) else { return false }
      skipSpace()
      guard value(&self, key) else { return false }
      skipSpace()
      if take(UInt8(ascii: ",")) {
        skipSpace()
        continue
      }
      return take(UInt8(ascii: "}"))
    }
  }

  @inline(__always)
  private func isKey(_ key: QueueLine.Text, _ name: StaticString) -> Bool {
    memcmp(base + key.start, name.utf8Start, name.utf8CodeUnitCount) == 0
  }

  @inline(__always)
  private mutating func skipSpace() {
    while at < end, base[at] == 0x20 || base[at] == 0x09 || base[at] == 0x0D { at += 1 }
  }

  @inline(__always)
  private mutating func take(_ byte: UInt8) -> Bool {
    guard at < end, base[at] == byte else { return false }
    at += 1
    return true
  }

  /// Takes `null`, which stands for a value that is absent.
  @inline(__always)
  private mutating func takeNull() -> Bool {
    guard at + 4 <= end, base[at] == UInt8(ascii: "n"), memcmp(base + at, "null", 4) == 0 else {
      return false
    }
    at += 4
    return true
  }

  /// Takes a string; its closing quote is the first that no odd run of backslashes precedes.
  @inline(__always)
  private mutating func string(into text: inout QueueLine.Text) -> Bool {
    if takeNull() { return true }
    guard take(UInt8(ascii: "\"")) else { return false }
    let start = at
    var from = at
    while from < end, let hit = memchr(base + from, 0x22, end - from) {
      let quote = hit.assumingMemoryBound(to: UInt8.self) - UnsafeMutablePointer(mutating: base)
      var backslashes = 0
      while quote - 1 - backslashes >= start, base[quote - 1 - backslashes] == 0x5C {
        backslashes += 1
      }
      if backslashes & 1 == 0 {
        text.start = start
        text.end = quote
        at = quote + 1
        return true
      }
      from = quote + 1
    }
    return false
  }

  /// Takes a whole number; one too large for the machine becomes the largest.
  private mutating func integer(into number: inout Int) -> Bool {
    if takeNull() { return true }
    let isNegative = take(UInt8(ascii: "-"))
    let start = at
    var value = 0
    while at < end, base[at] &- 0x30 < 10 {
      value = value > Int.max / 10 - 1 ? Int.max / 10 : value * 10 + Int(base[at] &- 0x30)
      at += 1
    }
    guard at > start else { return false }
    number = isNegative ? -value : value
    // A fraction or exponent is let go by; Postfix writes none.
    skipScalar()
    return true
  }

  private mutating func skipScalar() {
    while at < end {
      switch base[at] {
      case UInt8(ascii: ","), UInt8(ascii: "}"), UInt8(ascii: "]"), 0x20, 0x22, 0x7B, 0x5B: return
      default: at += 1
      }
    }
  }

  /// Skips any value; nested ones by counting brackets.
  private mutating func skipValue() -> Bool {
    var depth = 0
    repeat {
      skipSpace()
      guard at < end else { return false }
      switch base[at] {
      case UInt8(ascii: "\""):
        var text = QueueLine.Text()
        guard string(into: &text) else { return false }
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
        at += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        guard depth > 0 else { return false }
        depth -= 1
        at += 1
      case UInt8(ascii: ","), UInt8(ascii: ":"):
        guard depth > 0 else { return false }
        at += 1
      default:
        let start = at
        skipScalar()
        guard at > start else { return false }
      }
    } while depth > 0
    return true
  }
}

/// What is wrong with a line.
public enum QueueLineFault: Sendable, Hashable {
  /// It is no JSON at all, but a remark of some program.
  case foreign
  /// It is not a whole JSON object.
  case notJSON
  /// Queue, id, sender or recipients are missing.
  case incomplete
  /// The queue id has a form no Postfix writes.
  case oddID
  /// It is longer than any line that is kept whole.
  case tooLong

  /// The fault in words.
  public var text: String {
    switch self {
    case .foreign: "foreign output"
    case .notJSON: "not a whole JSON object"
    case .incomplete: "queue_name, queue_id, sender or recipients missing"
    case .oddID: "the queue id has an unknown form"
    case .tooLong: "the line is too long"
    }
  }
}
