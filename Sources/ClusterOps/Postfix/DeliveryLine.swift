internal import Foundation

/// A line of the mail log in which smtp(8) says what a receiver did with a message.
///
/// Lines of other deliveries (lmtp into mailboxes, error for what was not tried) are none.
struct DeliveryLine: Sendable, Hashable {
  enum Status: String, Sendable {
    case sent, deferred, bounced
  }

  /// Of the message in the queue.
  let queueID: String
  /// The recipient, lower case, as far as `>`.
  let recipient: String
  /// The host it was tried at, lower case, without address and port; `none`: none was reached.
  let relay: String
  /// The enhanced status code (RFC 3463), e.g. `4.7.28`.
  let code: String
  let status: Status

  private static let mark = Array("/smtp[".utf8)

  /// Whether a line names smtp(8): quicker than to read it.
  static func mayBe(_ line: [UInt8]) -> Bool {
    var start = line.startIndex
    while let at = line[start...].firstIndex(of: mark[0]) {
      if line[at...].starts(with: mark) { return true }
      start = at + 1
    }
    return false
  }

  init?(_ text: String) {
    // `… postfix/smtp[412]: 4Vg1: to=<kim@partner.test>, relay=…, …, dsn=2.0.0, status=sent (…)`
    guard let mark = text.firstRange(of: "/smtp["),
      text[..<mark.lowerBound].contains(" postfix"), !text[..<mark.lowerBound].contains("to=<"),
      let colon = text[mark.upperBound...].firstRange(of: "]: "),
      text[mark.upperBound..<colon.lowerBound].allSatisfy(\.isNumber),
      let address = text[colon.upperBound...].firstRange(of: ": to=<"),
      let close = text[address.upperBound...].firstIndex(of: ">")
    else { return nil }
    let id = text[colon.upperBound..<address.lowerBound]
    guard
      id.utf8.allSatisfy({ byte in
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
      }), !id.isEmpty, id.utf8.count <= 40
    else { return nil }
    var fields: [Substring: Substring] = [:]
    // What follows the status are the receiver's words.
    let rest = text[text.index(after: close)...]
    guard let end = rest.firstRange(of: ", status=") else { return nil }
    for part in rest[..<end.lowerBound].split(separator: ", ").prefix(20) {
      guard let equals = part.firstIndex(of: "=") else { continue }
      fields[part[..<equals]] = part[part.index(after: equals)...]
    }
    guard let relay = fields["relay"], let code = fields["dsn"],
      let status = Status(rawValue: String(rest[end.upperBound...].prefix { $0.isLetter }))
    else { return nil }
    queueID = String(id)
    recipient = String(text[address.upperBound..<close].prefix(320)).lowercased()
    self.relay = String(relay.prefix { $0 != "[" }.prefix(255)).lowercased()
    self.code = String(code.prefix(12))
    self.status = status
  }
}

/// Tells when lines of a log were written, in UTC.
struct LogClock: Sendable {
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  /// A day after now: clocks differ, and a log is of the past.
  private let latest: Int
  private let year: Int

  init(now: Int) {
    latest = now + 86_400
    year = Int(KubernetesObjects.timestamp(latest).prefix(4)) ?? 1970
  }

  /// Seconds since 1970 of a line that begins with `Nov 24 03:12:08` (RFC 3164, which has no year: the
  /// newest that is not a day ahead of now) or `2026-11-24T03:12:08Z` (RFC 3339).
  func seconds(_ line: String) -> Int? {
    let words = line.split(separator: " ", maxSplits: 3)
    guard let first = words.first else { return nil }
    if first.utf8.count >= 20 { return Self.iso(first) }
    guard words.count == 4, Self.months.contains(String(first)), words[2].utf8.count == 8 else {
      return nil
    }
    for year in [year, year - 1] {
      let date = "\(words[1]) \(first) \(year) \(words[2]) +0000"
      if let time = MailDate.seconds(date), time <= latest { return time }
    }
    return nil
  }

  private static func iso(_ text: Substring) -> Int? {
    // Fractions of a second count for nothing.
    var text = String(text)
    if let dot = text.firstIndex(of: ".") {
      text = String(text[..<dot]) + text[text.index(after: dot)...].drop { $0.isNumber }
    }
    return (try? Date(text, strategy: .iso8601)).map { Int($0.timeIntervalSince1970) }
  }
}
