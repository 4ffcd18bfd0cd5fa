internal import Glibc

/// Reads Postfix's delay reasons (smtp(8), lmtp(8), bounce(5)).
///
/// The forms are those of `smtp_connect.c`, `smtp_proto.c`, `smtp_addr.c` and
/// `smtp_tls_policy.c` of Postfix 3.7: `connect to HOST[ADDR]:25: …`,
/// `host HOST[ADDR] said: CODE …`, `… refused to talk to me: …`, `lost connection
/// with …`, `conversation with …`, `Host or domain name not found …`.
enum ReasonClassifier {
  /// The longest part of a reason that is looked at.
  static let limit = 512

  static func classify(_ whole: UnsafeRawBufferPointer) -> Reason {
    guard let base = whole.baseAddress, !whole.isEmpty else {
      return Reason(reasonClass: .none, host: 0..<0, address: 0..<0, code: 0..<0)
    }
    let text = Text(base: base, count: min(whole.count, limit))
    var start = 0
    if text[0] == UInt8(ascii: "(") { start = 1 }
    for prefix in prefixes where text.hasPrefix(prefix, at: start) {
      start += prefix.utf8CodeUnitCount
    }
    let host = host(in: text, from: start)
    var reason = Reason(
      reasonClass: .other,
      host: host,
      address: address(in: text, after: host),
      code: 0..<0
    )
    let isOurSocket =
      reason.host.upperBound < text.count && text.hasPrefix("[private/", at: reason.host.upperBound)
    if let answer = answer(in: text, from: start) {
      reason.code = code(in: text, at: answer)
      reason.reasonClass = classifyAnswer(text, at: answer)
      if isOurSocket, reason.reasonClass != .mailboxFull { reason.reasonClass = .local }
    } else if isOurSocket {
      reason.reasonClass = .local
    } else {
      reason.reasonClass = classifyEvent(text, from: start)
    }
    return reason
  }

  private static let prefixes: [StaticString] = [
    "delivery temporarily suspended: ", "mail for ",
  ]

  /// Where a receiver's reply begins: at its three digits.
  private static func answer(in text: Text, from start: Int) -> Int? {
    for sign in [" said: ", " refused to talk to me: "] as [StaticString] {
      if let at = text.find(sign, from: start) {
        let digits = at + sign.utf8CodeUnitCount
        guard digits + 3 <= text.count, text.isDigit(digits), text.isDigit(digits + 1),
          text.isDigit(digits + 2)
        else { return nil }
        return digits
      }
    }
    return nil
  }

  private static func classifyAnswer(_ text: Text, at answer: Int) -> ReasonClass {
    switch text[answer] {
    case UInt8(ascii: "5"):
      return .rejected
    case UInt8(ascii: "4"):
      if text.contains("reylist", from: answer) || text.contains("raylist", from: answer) {
        return .greylisted
      }
      if text.contains(" 4.2.2", from: answer) || text.contains("quota", from: answer)
        || text.contains("full", from: answer)
      {
        return .mailboxFull
      }
      let isShutDown = text.hasPrefix("421", at: answer)
      if isShutDown || text.contains(" 4.7.", from: answer) || text.contains("rate", from: answer)
        || text.contains("too many", from: answer) || text.contains("Too many", from: answer)
        || text.contains("throttl", from: answer)
      {
        return .throttled
      }
      return .putOff
    default:
      return .other
    }
  }

  private static func classifyEvent(_ text: Text, from start: Int) -> ReasonClass {
    for (sign, reason) in signs where text.contains(sign, from: start) { return reason }
    return .other
  }

  // The most frequent first; the first sign in the text wins.
  private static let signs: [(StaticString, ReasonClass)] = [
    ("Connection refused", .connectionRefused),
    ("timed out", .timeout),
    ("Name service error", .dns),
    ("No route to host", .noRoute),
    ("Network is unreachable", .noRoute),
    ("Host or domain name not found", .dns),
    ("lost connection with ", .timeout),
    ("Connection reset", .timeout),
    ("TLS", .tls),
    ("certificate", .tls),
    ("STS", .tls),
    ("ilter", .local),
    ("transport", .local),
    ("ueue file write error", .local),
    ("onfiguration", .local),
    ("ommand died", .local),
    ("nsufficient system", .local),
    ("quota", .mailboxFull),
    ("Host not found", .dns),
    ("timeout", .timeout),
  ]

  /// The name before `[` in `host NAME[ADDR]`, `connect to NAME[ADDR]`, `with NAME[ADDR]`.
  private static func host(in text: Text, from start: Int) -> Range<Int> {
    for sign in ["host ", "connect to ", " with "] as [StaticString] {
      let isAtStart = text.hasPrefix(sign, at: start)
      guard let at = isAtStart ? start : text.find(sign, from: start) else { continue }
      let begin = at + sign.utf8CodeUnitCount
      var end = begin
      while end < text.count, text[end] != UInt8(ascii: "["), text[end] > 0x20, end - begin < 255 {
        end += 1
      }
      if end < text.count, text[end] == UInt8(ascii: "["), end > begin { return begin..<end }
    }
    return 0..<0
  }

  /// The address in the brackets after a host.
  private static func address(in text: Text, after host: Range<Int>) -> Range<Int> {
    guard !host.isEmpty else { return 0..<0 }
    let begin = host.upperBound + 1
    var end = begin
    while end < text.count, text[end] != UInt8(ascii: "]"), end - begin < 60 { end += 1 }
    return end < text.count && text[end] == UInt8(ascii: "]") ? begin..<end : 0..<0
  }

  /// `4.7.0` after the reply's digits, or the digits themselves.
  private static func code(in text: Text, at answer: Int) -> Range<Int> {
    var at = answer + 3
    guard at < text.count, text[at] == 0x20 || text[at] == UInt8(ascii: "-") else {
      return answer..<answer + 3
    }
    at += 1
    let begin = at
    var dots = 0
    while at < text.count, text.isDigit(at) || text[at] == UInt8(ascii: "."), at - begin < 11 {
      if text[at] == UInt8(ascii: ".") { dots += 1 }
      at += 1
    }
    return dots == 2 ? begin..<at : answer..<answer + 3
  }
}

/// Bytes to be searched.
private struct Text {
  let base: UnsafeRawPointer
  let count: Int

  subscript(_ index: Int) -> UInt8 { base.load(fromByteOffset: index, as: UInt8.self) }

  func isDigit(_ index: Int) -> Bool { self[index] &- 0x30 < 10 }

  func hasPrefix(_ prefix: StaticString, at start: Int) -> Bool {
    let length = prefix.utf8CodeUnitCount
    return start >= 0 && start + length <= count
      && memcmp(base + start, prefix.utf8Start, length) == 0
  }

  /// The place of a text; Glibc's `memmem` is an extension that Swift does not see.
  func find(_ needle: StaticString, from start: Int) -> Int? {
    let length = needle.utf8CodeUnitCount
    let first = Int32(needle.utf8Start.pointee)
    var at = start
    while at + length <= count, let hit = memchr(base + at, first, count - at - length + 1) {
      let place = UnsafeRawPointer(hit) - base
      if memcmp(base + place, needle.utf8Start, length) == 0 { return place }
      at = place + 1
    }
    return nil
  }

  func contains(_ needle: StaticString, from start: Int) -> Bool {
    find(needle, from: start) != nil
  }
}
