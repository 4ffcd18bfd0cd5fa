/// The frame of a delay reason: who is spoken of, whose words follow, and where they begin.
///
/// The forms are those of `smtp_connect.c`, `smtp_proto.c`, `smtp_addr.c`,
/// `smtp_sasl_glue.c`, `smtp_sasl_proto.c` and `smtp_tls_policy.c` of Postfix 3.7:
/// `connect to HOST[ADDR]:25: …`, `host HOST[ADDR] said: CODE …`, `… refused to talk to me: …`,
/// `lost connection with …`, `SASL authentication failed; server HOST[ADDR] said: CODE …`.
/// All are ranges of the text, empty where nothing is named.
struct ReasonFrame: Sendable, Hashable {
  /// Where the text begins after what Postfix sets before every reason.
  let start: Int
  var hop: ReasonHops
  /// The host as Postfix names it.
  let host: Range<Int>
  /// Its address.
  let address: Range<Int>
  /// The three digits of the reply.
  var reply = 0..<0
  /// The enhanced status code (RFC 3463).
  var status = 0..<0
  /// Where the words begin: after the codes, or with the event.
  var words: Int

  init(_ text: ReasonBytes) {
    var start = 0
    if text.count > 0, text[0] == UInt8(ascii: "(") { start = 1 }
    if text.hasPrefix(Self.suspended, at: start) { start += Self.suspended.utf8CodeUnitCount }
    self.start = start
    words = start
    let isLogin = text.hasPrefix("SASL authentication failed", at: start)
    host = Self.host(in: text, from: start, isLogin: isLogin)
    address = Self.address(in: text, after: host)
    hop = isLogin ? .login : .event
    if let (digits, isGreeting) = Self.reply(in: text, from: start) {
      if !isLogin { hop = isGreeting ? .greeting : .receiver }
      reply = digits..<digits + 3
      readStatus(text)
    }
    if !isLogin, Self.isService(text, host, address) { hop = .service }
  }

  /// The more telling of the two codes.
  var code: Range<Int> { status.isEmpty ? reply : status }

  private static let suspended: StaticString = "delivery temporarily suspended: "

  private static func reply(
    in text: ReasonBytes,
    from start: Int
  ) -> (digits: Int, isGreeting: Bool)? {
    for (sign, isGreeting) in [(" said: ", false), (" refused to talk to me: ", true)]
      as [(StaticString, Bool)]
    {
      guard let at = text.find(sign, from: start) else { continue }
      let digits = at + sign.utf8CodeUnitCount
      guard digits + 3 <= text.count, (0..<3).allSatisfy({ text.isDigit(digits + $0) }) else {
        return nil
      }
      return (digits, isGreeting)
    }
    return nil
  }

  /// The status after the digits, or after those of a later line of the reply.
  private mutating func readStatus(_ text: ReasonBytes) {
    words = reply.upperBound
    var at = reply.lowerBound
    while at + 4 < text.count {
      if text.matches(reply, at: at), text[at + 3] == 0x20 || text[at + 3] == UInt8(ascii: "-") {
        let begin = at + (text[at + 4] == UInt8(ascii: "#") ? 5 : 4)
        if let end = text.endOfStatus(at: begin) {
          status = begin..<end
          if at == reply.lowerBound { words = end }
          return
        }
        at += 4
      } else {
        at += 1
      }
    }
  }

  /// The name before `[` in `host NAME[ADDR]`, `connect to NAME[ADDR]`, `with NAME[ADDR]`,
  /// `server NAME[ADDR]`.
  private static func host(in text: ReasonBytes, from start: Int, isLogin: Bool) -> Range<Int> {
    let signs: [StaticString] = isLogin ? ["server "] : ["host ", "connect to ", " with "]
    for sign in signs {
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
  private static func address(in text: ReasonBytes, after host: Range<Int>) -> Range<Int> {
    guard !host.isEmpty else { return 0..<0 }
    let begin = host.upperBound + 1
    var end = begin
    while end < text.count, text[end] != UInt8(ascii: "]"), end - begin < 60 { end += 1 }
    return end < text.count && text[end] == UInt8(ascii: "]") ? begin..<end : 0..<0
  }

  /// Whether the host is a service of our own: a socket, loopback, or a private address
  /// (RFC 1918, RFC 4193) under a name that only a cluster has.
  private static func isService(
    _ text: ReasonBytes,
    _ host: Range<Int>,
    _ address: Range<Int>
  ) -> Bool {
    guard !host.isEmpty else { return false }
    let sockets: [StaticString] = ["private/", "public/", "/", "127.", "::1]"]
    if sockets.contains(where: { text.hasPrefix($0, at: host.upperBound + 1) }) { return true }
    guard
      text.hasPrefix("10.", at: address.lowerBound)
        || text.hasPrefix("192.168.", at: address.lowerBound)
        || text.hasPrefix("fd", at: address.lowerBound) || isMiddle(text, address)
    else { return false }
    return !text.contains(".", in: host)
      || [".svc", ".cluster.local", ".localdomain"].contains { (suffix: StaticString) in
        text.hasPrefix(suffix, at: host.upperBound - suffix.utf8CodeUnitCount)
      }
  }

  /// 172.16.0.0/12.
  private static func isMiddle(_ text: ReasonBytes, _ address: Range<Int>) -> Bool {
    let at = address.lowerBound
    guard text.hasPrefix("172.", at: at), at + 7 <= text.count, text.isDigit(at + 4),
      text.isDigit(at + 5), text[at + 6] == UInt8(ascii: ".")
    else { return false }
    return 16...31 ~= Int(text[at + 4] &- 0x30) * 10 + Int(text[at + 5] &- 0x30)
  }
}
