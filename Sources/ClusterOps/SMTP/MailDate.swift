internal import Foundation

/// Dates in headers of mail (RFC 5322 §3.3), those of old programs among them (§4.3).
enum MailDate {
  private static let months = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
  ]
  private static let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
  private static let zones = [
    "ut": 0, "gmt": 0, "z": 0, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6,
    "pst": -8, "pdt": -7,
  ]

  /// Seconds since 1970 of a date without comments; nil: it is none, or tells no zone.
  static func seconds(_ text: some StringProtocol) -> Int? {
    guard text.utf8.count <= 100 else { return nil }
    var words = text.lowercased().split { $0.isWhitespace || $0 == "," }.map(String.init)
    if let first = words.first, days.contains(first) { words.removeFirst() }
    guard words.count == 5, let day = number(words[0], 1...2),
      let month = months.firstIndex(of: words[1]), let year = year(words[2]),
      let time = time(words[3]), let zone = zone(words[4]),
      1...length(of: month, in: year) ~= day
    else { return nil }
    return daysSince1970(year, month + 1, day) * 86_400 + time - zone
  }

  /// A date as it stands in a header, e.g. `Mon, 30 Nov 2026 17:56:37 +0000`.
  static func text(_ seconds: Int) -> String {
    let dates = DateFormatter()
    dates.locale = Locale(identifier: "en_US_POSIX")
    dates.timeZone = TimeZone(identifier: "GMT")
    dates.dateFormat = "EEE, d MMM yyyy HH:mm:ss '+0000'"
    return dates.string(from: Date(timeIntervalSince1970: TimeInterval(seconds)))
  }

  private static func number(_ text: some StringProtocol, _ digits: ClosedRange<Int>) -> Int? {
    guard digits.contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) })
    else { return nil }
    return Int(text)
  }

  private static func year(_ text: String) -> Int? {
    guard let year = number(text, 2...4) else { return nil }
    switch text.utf8.count {
    case 2: return year < 50 ? 2_000 + year : 1_900 + year
    case 3: return 1_900 + year
    default: return year >= 1_970 ? year : nil
    }
  }

  private static func time(_ text: String) -> Int? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard 2...3 ~= parts.count, let hour = number(parts[0], 1...2), hour < 24,
      let minute = number(parts[1], 2...2), minute < 60,
      let second = parts.count == 3 ? number(parts[2], 2...2) : 0, second <= 60
    else { return nil }
    return hour * 3_600 + minute * 60 + second
  }

  /// Seconds that a zone is east of Greenwich.
  private static func zone(_ text: String) -> Int? {
    if let hours = zones[text] { return hours * 3_600 }
    guard let sign = text.first, sign == "+" || sign == "-", text.utf8.count == 5,
      let hours = number(text.dropFirst().prefix(2), 2...2), hours < 24,
      let minutes = number(text.suffix(2), 2...2), minutes < 60
    else { return nil }
    return (sign == "-" ? -1 : 1) * (hours * 3_600 + minutes * 60)
  }

  private static func length(of month: Int, in year: Int) -> Int {
    let isLeap = year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
    return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month]
  }

  /// Days of the Gregorian calendar, counted from a March so that leap days come last.
  private static func daysSince1970(_ year: Int, _ month: Int, _ day: Int) -> Int {
    let years = month > 2 ? year : year - 1
    let era = years / 400
    let inEra = years - era * 400
    let inYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + inEra * 365 + inEra / 4 - inEra / 100 + inYear - 719_468
  }
}
