/// A delay reason in the form in which one cause is one text.
///
/// The lines of a folded reply are joined (their codes stand once), letters are lower case,
/// words stand between single blanks, and what differs from message to message (ids, numbers,
/// addresses, host names, URLs) is `#`. The text begins and ends with a blank, so that a word
/// is found by looking for it between blanks.
struct ReasonWording {
  /// Whose words: in this order, the bytes are a key.
  static let heading = 16

  private(set) var bytes: [UInt8] = []

  init() { bytes.reserveCapacity(ReasonClassifier.limit + Self.heading + 2) }

  /// Takes in a reason's words; what was there before is forgotten.
  mutating func read(_ text: ReasonBytes, _ frame: ReasonFrame) {
    bytes.removeAll(keepingCapacity: true)
    bytes.append(frame.hop.rawValue)
    append(text, frame.reply)
    bytes.append(0x20)
    append(text, frame.status)
    while bytes.count < Self.heading { bytes.append(0) }
    bytes.append(0x20)
    var end = text.count
    if !frame.reply.isEmpty, let command = text.find(" (in reply to ", from: frame.words) {
      end = command
    }
    var words = ReplyWords(text, frame, end: end)
    while let word = words.next() { append(word, of: text) }
  }

  private mutating func append(_ text: ReasonBytes, _ range: Range<Int>) {
    for index in range { bytes.append(text[index]) }
  }

  private mutating func append(_ word: Range<Int>, of text: ReasonBytes) {
    if isVariable(word, of: text) {
      // A list's name says more than where it is found.
      for mark in ReasonRule.marks where text.contains(mark, in: word) {
        bytes.append(
          contentsOf: UnsafeBufferPointer(start: mark.utf8Start, count: mark.utf8CodeUnitCount)
        )
        bytes.append(0x20)
      }
      guard bytes.count < 2 || bytes[bytes.count - 2] != UInt8(ascii: "#") else { return }
      bytes.append(UInt8(ascii: "#"))
      bytes.append(0x20)
      return
    }
    for index in word {
      var byte = text[index]
      if byte &- 0x41 < 26 { byte |= 0x20 }
      let isPart =
        byte &- 0x61 < 26 || byte >= 0x80
        || (byte == UInt8(ascii: "-") || byte == UInt8(ascii: "'") || byte == UInt8(ascii: "_"))
          && index > word.lowerBound && index + 1 < word.upperBound && bytes.last != 0x20
      if isPart { bytes.append(byte) } else if bytes.last != 0x20 { bytes.append(0x20) }
    }
    if bytes.last != 0x20 { bytes.append(0x20) }
  }

  /// Whether a word differs from message to message: it has a digit, an `@`, the `<` of an
  /// address, the `//` of a URL, or a dot inside as a host's name has.
  private func isVariable(_ word: Range<Int>, of text: ReasonBytes) -> Bool {
    if text[word.lowerBound] == UInt8(ascii: "<") { return true }
    var previous: UInt8 = 0
    for index in word {
      let byte = text[index]
      if byte &- 0x30 < 10 || byte == UInt8(ascii: "@") { return true }
      if byte == UInt8(ascii: "/"), previous == byte { return true }
      if previous == UInt8(ascii: "."), index - 2 >= word.lowerBound, (byte | 0x20) &- 0x61 < 26,
        (text[index - 2] | 0x20) &- 0x61 < 26
      {
        return true
      }
      previous = byte
    }
    return false
  }
}

/// The words of a reason, without the codes that each line of a folded reply repeats.
///
/// Postfix joins the lines with a blank, and its log writes `?` for a line break.
struct ReplyWords {
  private let text: ReasonBytes
  private let frame: ReasonFrame
  private let end: Int
  private var at: Int

  init(_ text: ReasonBytes, _ frame: ReasonFrame, end: Int) {
    self.text = text
    self.frame = frame
    self.end = end
    at = min(frame.words, end)
    // The first line's mark of a line that follows.
    if !frame.reply.isEmpty, at < end, text[at] == UInt8(ascii: "-") { at += 1 }
  }

  mutating func next() -> Range<Int>? {
    while true {
      while at < end, Self.isBlank(text[at]) { at += 1 }
      guard at < end else { return nil }
      let begin = at
      if skipsCodes() { continue }
      while at < end, !Self.isBlank(text[at]) {
        if text[at] == UInt8(ascii: "?"), isCode(at: at + 1) {
          // The break ends the word; it is no part of it.
          at += 1
          if begin < at - 1 { return begin..<at - 1 }
          break
        }
        at += 1
      }
      if begin + 1 == at, text[begin] == UInt8(ascii: "?"), isCode(at: at) { continue }
      return begin..<at
    }
  }

  /// Other control characters are part of a word, so that whoever reads it sees that they are there.
  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
  }

  /// Passes over `421-4.7.28`, `421 4.7.28`, `421-` and `421` at the beginning of a word.
  private mutating func skipsCodes() -> Bool {
    guard isCode(at: at) else { return false }
    at += frame.reply.count
    if at < end { at += 1 }
    if text.matches(frame.status, at: at) { at += frame.status.count }
    return true
  }

  private func isCode(at place: Int) -> Bool {
    guard text.matches(frame.reply, at: place), place + 3 <= end else { return false }
    return place + 3 == end || Self.isBlank(text[place + 3]) || text[place + 3] == UInt8(ascii: "-")
  }
}
