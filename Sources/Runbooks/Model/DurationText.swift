/// Durations as people write them: `90s`, `1h30m`, `5d`, `250ms`.
public enum DurationText {
  private static let units: [(suffix: String, milliseconds: Int64)] = [
    ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1),
  ]

  /// Reads `1h30m`; returns nil for anything else, an empty text and a bare number included.
  public static func parse(_ text: String) -> Duration? {
    var rest = Substring(text)
    var total: Int64 = 0
    var previousUnit = Int64.max
    guard !rest.isEmpty else { return nil }
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      guard !digits.isEmpty, let count = Int64(digits) else { return nil }
      rest = rest.dropFirst(digits.count)
      let suffix = rest.prefix { $0.isASCII && $0.isLetter }
      rest = rest.dropFirst(suffix.count)
      guard let unit = units.first(where: { $0.suffix == suffix })?.milliseconds,
        unit < previousUnit
      else { return nil }
      let (part, overflow) = count.multipliedReportingOverflow(by: unit)
      let (sum, sumOverflow) = total.addingReportingOverflow(part)
      guard !overflow, !sumOverflow else { return nil }
      total = sum
      previousUnit = unit
    }
    return .milliseconds(total)
  }

  /// Writes the shortest text that ``parse(_:)`` reads back, to the millisecond.
  public static func format(_ duration: Duration) -> String {
    let (seconds, attoseconds) = duration.components
    var rest = seconds * 1_000 + attoseconds / 1_000_000_000_000_000
    guard rest > 0 else { return rest == 0 ? "0s" : "-" + format(.zero - duration) }
    var text = ""
    for (suffix, unit) in units where rest >= unit {
      text += "\(rest / unit)\(suffix)"
      rest %= unit
    }
    return text
  }
}
