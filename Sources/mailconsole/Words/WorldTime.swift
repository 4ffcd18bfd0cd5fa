internal import Runbooks

extension Moment {
  /// The minute of the day in UTC, e.g. `03:10`.
  var minuteOfDay: String { String(description.dropFirst(11).prefix(5)) }
  /// The second of the day in UTC, e.g. `03:10:07`.
  var secondOfDay: String { String(description.dropFirst(11).prefix(8)) }
}

extension Duration {
  /// `40 s`, `3 min`, `2 h`; what is negative is nothing.
  var inWords: String {
    let (seconds, _) = components
    return seconds < 10
      ? "\(max(0, seconds)) s" : SpanText.short(milliseconds: min(seconds, 1 << 40) * 1_000)
  }
}
