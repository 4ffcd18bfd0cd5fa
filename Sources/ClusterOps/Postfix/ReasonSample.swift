/// The text of a reason, kept as an example of its kind.
struct ReasonSample: Sendable, Hashable {
  /// The longest text that is kept, in characters.
  static let length = 600

  /// As Postfix wrote it, but on one line, each code once; shortened.
  let text: String
  /// The enhanced status code or reply code in it, or empty.
  let code: String
  /// What is at fault, where the class names one: our address, our greeting, a sender, a relay.
  let culprit: String

  init(_ text: ReasonBytes, _ frame: ReasonFrame, _ reasonClass: ReasonClass) {
    func string(_ range: Range<Int>) -> String {
      String(
        decoding: UnsafeRawBufferPointer(start: text.base + range.lowerBound, count: range.count),
        as: UTF8.self
      )
    }
    var head = frame.words
    while head > 0, text[head - 1] <= 0x20 { head -= 1 }
    var parts: [String] = head > 0 ? [string(0..<head)] : []
    var words = ReplyWords(text, frame, end: text.count)
    while let word = words.next() { parts.append(string(word)) }
    self.text = capped(parts.joined(separator: " "), Self.length)
    code = string(frame.code)
    culprit = Self.culprit(text, frame, reasonClass).map(string) ?? ""
  }

  private static func culprit(
    _ text: ReasonBytes,
    _ frame: ReasonFrame,
    _ reasonClass: ReasonClass
  ) -> Range<Int>? {
    switch reasonClass {
    case .relayRefusesUs, .relayLimit, .local: frame.host.isEmpty ? nil : frame.host
    case .ourPTR, .addressRate: between("[", "]", text, from: frame.words)
    case .ourHelo, .senderDomain: between("<", ">", text, from: frame.words)
    default: nil
    }
  }

  /// What stands between two signs, up to a blank.
  private static func between(
    _ open: StaticString,
    _ close: StaticString,
    _ text: ReasonBytes,
    from start: Int
  ) -> Range<Int>? {
    guard let begin = text.find(open, from: start).map({ $0 + 1 }) else { return nil }
    var end = begin
    while end < text.count, text[end] > 0x20, text[end] != close.utf8Start.pointee { end += 1 }
    return end > begin && end - begin <= ByteInterner.longest ? begin..<end : nil
  }
}
