internal import Runbooks

/// Moments as a person reads them: when, and how long ago.
enum AgeText {
  /// `41.0 s`, `14 min`; what is said to come is now.
  static func since(_ moment: Moment, _ now: Moment) -> String {
    let milliseconds = max(0, span(moment, now))
    return milliseconds < 10_000
      ? "\(milliseconds / 1_000) s" : SpanText.short(milliseconds: milliseconds)
  }

  /// `02:49` of the last day, `Tue` of the last week, `11-22` before; in UTC.
  static func when(_ moment: Moment, _ now: Moment) -> String {
    let text = moment.description
    switch span(moment, now) {
    case ..<86_400_000: return String(text.dropFirst(11).prefix(5))
    case ..<604_800_000:
      // 1970-01-01 was a Thursday.
      let day = (moment.milliseconds / 86_400_000 + 4) % 7
      return ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"][Int(max(0, day))]
    default: return String(text.dropFirst(5).prefix(5))
    }
  }

  private static func span(_ moment: Moment, _ now: Moment) -> Int64 {
    let (span, overflow) = now.milliseconds.subtractingReportingOverflow(moment.milliseconds)
    return overflow ? .max : span
  }

  /// `2026-11-22 02:49 UTC`.
  static func minute(_ moment: Moment) -> String {
    moment.description.prefix(16).split(separator: "T").joined(separator: " ") + " UTC"
  }
}
