/// A moment, in milliseconds since 1970-01-01T00:00:00Z.
///
/// Within a run it is a moment of the run's clock: the wall clock in a live or
/// plan world, the clock of the simulated world in a tabletop run.
public struct Moment: Sendable, Hashable, Comparable {
  public let milliseconds: Int64

  public init(milliseconds: Int64) { self.milliseconds = milliseconds }

  /// Takes whole seconds since 1970, as a simulated world counts them.
  public init(seconds: Int) { self.milliseconds = Int64(seconds) * 1_000 }

  /// The moment that much later; saturates at the end of the range.
  public func advanced(by span: Duration) -> Moment {
    let (sum, overflow) = milliseconds.addingReportingOverflow(span.wholeMilliseconds)
    return Moment(milliseconds: overflow ? (span < .zero ? .min : .max) : sum)
  }

  /// How long after the other moment this one is; negative when it is before.
  public func since(_ other: Moment) -> Duration {
    .milliseconds(milliseconds) - .milliseconds(other.milliseconds)
  }

  public static func < (a: Moment, b: Moment) -> Bool { a.milliseconds < b.milliseconds }
}

extension Moment: Codable {
  /// Decodes from a whole number of milliseconds.
  public init(from decoder: any Decoder) throws {
    milliseconds = try decoder.singleValueContainer().decode(Int64.self)
  }

  /// Encodes as a whole number of milliseconds.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(milliseconds)
  }
}

extension Moment: CustomStringConvertible {
  /// RFC 3339 in UTC to the millisecond, like `2026-11-22T03:10:00.000Z`.
  public var description: String {
    let day = milliseconds.flooredDivided(by: 86_400_000)
    let inDay = milliseconds - day * 86_400_000
    let (year, month, dayOfMonth) = Self.civil(fromDay: day)
    return
      "\(Self.pad(year, 4))-\(Self.pad(month, 2))-\(Self.pad(dayOfMonth, 2))"
      + "T\(Self.pad(inDay / 3_600_000, 2)):\(Self.pad(inDay / 60_000 % 60, 2))"
      + ":\(Self.pad(inDay / 1_000 % 60, 2)).\(Self.pad(inDay % 1_000, 3))Z"
  }

  /// Reads what ``description`` gave; nil for anything else.
  public init?(_ text: String) {
    let bytes = Array(text.utf8)
    guard bytes.count == 24 else { return nil }
    func number(_ range: Range<Int>) -> Int64? {
      Int64(String(decoding: bytes[range], as: UTF8.self))
    }
    guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10),
      let hour = number(11..<13), let minute = number(14..<16), let second = number(17..<19),
      let thousandth = number(20..<23), (1...12).contains(month), (1...31).contains(day)
    else { return nil }
    // Days since 1970 of years that begin in March (Hinnant, "days_from_civil").
    let shifted = month <= 2 ? year - 1 : year
    let era = shifted / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let days = era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    let seconds = ((days - 719_468) * 24 + hour) * 3_600 + minute * 60 + second
    self.init(milliseconds: seconds * 1_000 + thousandth)
    guard description == text else { return nil }
  }

  /// The calendar day of a count of days since 1970 (Hinnant, "days_from_civil", inverted).
  private static func civil(fromDay day: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let shifted = day + 719_468
    let era = shifted.flooredDivided(by: 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
  }

  private static func pad(_ number: Int64, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}

extension Int64 {
  /// Division that rounds towards minus infinity, so that moments before 1970 have a date too.
  fileprivate func flooredDivided(by divisor: Int64) -> Int64 {
    let quotient = self / divisor
    return self % divisor < 0 ? quotient - 1 : quotient
  }
}

extension Duration {
  /// The span in milliseconds, rounded towards zero; saturates at the ends of the range.
  public var wholeMilliseconds: Int64 {
    let (seconds, attoseconds) = components
    let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000)
    guard !overflow else { return seconds < 0 ? .min : .max }
    let (sum, sumOverflow) = whole.addingReportingOverflow(attoseconds / 1_000_000_000_000_000)
    return sumOverflow ? (seconds < 0 ? .min : .max) : sum
  }
}
