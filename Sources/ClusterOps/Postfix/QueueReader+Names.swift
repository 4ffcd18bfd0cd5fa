internal import Glibc

/// Queue names and the parts of addresses, in the bytes of a line.
extension QueueReader {
  static func queue(_ base: UnsafePointer<UInt8>, _ name: QueueLine.Text) -> QueueName {
    func isName(_ text: StaticString) -> Bool {
      name.count == text.utf8CodeUnitCount
        && memcmp(base + name.start, text.utf8Start, name.count) == 0
    }
    if isName("deferred") { return .deferred }
    if isName("active") { return .active }
    if isName("hold") { return .hold }
    if isName("incoming") { return .incoming }
    if isName("maildrop") { return .maildrop }
    if isName("corrupt") { return .corrupt }
    return .other
  }

  /// showq(8) prints the empty sender as `MAILER-DAEMON`.
  static func isBounce(_ sender: UnsafeRawBufferPointer) -> Bool {
    guard let base = sender.baseAddress, sender.count > 0 else { return true }
    return sender.count == 13 && memcmp(base, "MAILER-DAEMON", 13) == 0
  }

  static func withPlain<Result>(
    _ raw: UnsafeRawBufferPointer,
    _ body: (UnsafeRawBufferPointer) -> Result
  ) -> Result {
    guard let base = raw.baseAddress, raw.count > 0, memchr(base, 0x5C, raw.count) != nil else {
      return body(raw)
    }
    return JSONBytes.unescaped(raw).withUnsafeBytes(body)
  }

  /// What follows the last `@`, without a final dot; `(local)` where there is none.
  static func domain(of address: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    var start = address.count
    while start > 0, address[start - 1] != 0x40 { start -= 1 }
    guard start > 0, let base = address.baseAddress else { return noDomain }
    var count = address.count - start
    if count > 0, address[start + count - 1] == UInt8(ascii: ".") { count -= 1 }
    return count > 0 ? UnsafeRawBufferPointer(start: base + start, count: count) : noDomain
  }

  static var noDomain: UnsafeRawBufferPointer {
    let text: StaticString = "(local)"
    return UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
  }

  static func hasDomain(_ address: UnsafeRawBufferPointer, _ domain: [UInt8]) -> Bool {
    let start = address.count - domain.count
    guard start > 0, address[start - 1] == 0x40 else { return false }
    for index in 0..<domain.count where address[start + index] | 0x20 != domain[index] | 0x20 {
      return false
    }
    return true
  }
}
