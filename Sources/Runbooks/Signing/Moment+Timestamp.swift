extension Moment {
  /// Reads `YYYYMMDD[HHMM[SS]]`, as OpenSSH does with or without `Z` or `UTC` after it, but always
  /// as UTC, so that a record gives one verdict everywhere.
  init?(timestamp text: String) {
    let zone = ["Z", "UTC"].first { text.uppercased().hasSuffix($0) } ?? ""
    let digits = text.dropLast(zone.count)
    guard [8, 12, 14].contains(digits.utf8.count),
      digits.utf8.allSatisfy({ (0x30...0x39).contains($0) })
    else { return nil }
    let whole = Array((digits + String(repeating: "0", count: 14 - digits.utf8.count)).utf8)
    func number(_ range: Range<Int>) -> Int64 {
      whole[range].reduce(0) { $0 * 10 + Int64($1 - 0x30) }
    }
    let (month, day) = (number(4..<6), number(6..<8))
    let (hour, minute, second) = (number(8..<10), number(10..<12), number(12..<14))
    guard (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second < 62
    else { return nil }
    // Hinnant, "days_from_civil".
    let year = number(0..<4) - (month <= 2 ? 1 : 0)
    let era = year / 400
    let yearOfEra = year - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    let days = era * 146_097 + dayOfEra - 719_468
    self.init(milliseconds: (days * 86_400 + hour * 3_600 + minute * 60 + second) * 1_000)
  }

  /// `YYYYMMDDHHMMSSZ`, as `ssh-keygen -O verify-time=` takes it.
  public var timestamp: String {
    description.prefix(19).filter { $0.isASCII && $0.isNumber } + "Z"
  }
}
