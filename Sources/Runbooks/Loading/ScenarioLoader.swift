/// Reads a `world.yaml`: where a simulated world begins.
public enum ScenarioLoader {
  /// Reads a file.
  public static func read(path: String) -> Reading<SimulatedWorld> {
    SiteLoader.read(path: path) { reader in reader.world() }
  }

  /// Reads a text as if it stood at a path.
  public static func read(text: String, path: String) -> Reading<SimulatedWorld> {
    SiteLoader.read(SourceText(file: path, bytes: Array(text.utf8))) { reader in reader.world() }
  }
}

/// The field table of a scenario.
enum ScenarioFields {
  static let kind = Field("kind", .constant("Scenario"), required: true, "Scenario.")
  static let seed = Field(
    "seed",
    .integer(0...Int.max),
    required: true,
    "The same seed gives the same chances."
  )
  static let clock = Field(
    "clock",
    ClockFields.form,
    required: true,
    "When it begins: {start: 2026-11-22T03:10:00Z}."
  )
  static let state = Field(
    "state",
    Form<Value>.value,
    required: true,
    "The state, by facet, e.g. postfix."
  )

  static let table = FieldTable(
    name: "scenario",
    rows: [RunbookFields.apiVersion.row, kind.row, seed.row, clock.row, state.row],
    later: ["injects": "Change the state instead.", "rate": "The clock moves with the work."]
  )
}

enum ClockFields {
  static let start = Field("start", Form<Int>.timestamp, required: true, "A moment in UTC.")
  static let form = Form<Int>.object(
    FieldTable(
      name: "clock",
      rows: [start.row],
      later: ["rate": "The clock moves with the work."]
    )
  ) { fields, reader in reader.value(start, in: fields) }
}

extension Reader {
  fileprivate mutating func world() -> SimulatedWorld? {
    typealias Keys = ScenarioFields
    guard let fields = fields(of: document.root, in: Keys.table) else { return nil }
    _ = value(RunbookFields.apiVersion, in: fields)
    _ = value(Keys.kind, in: fields)
    let seed = value(Keys.seed, in: fields)
    let start = value(Keys.clock, in: fields)
    let state = value(Keys.state, in: fields)
    guard let seed, let start, let state else { return nil }
    guard case .record(let facets) = state else {
      note(
        "the state is a mapping of facets",
        fix: "Write it like `postfix: …`.",
        at: fields.mark(Keys.state)
      )
      return nil
    }
    return SimulatedWorld(state: facets, now: start, seed: UInt64(seed))
  }
}

extension Form where Output == Int {
  /// A moment in UTC (RFC 3339), in seconds since 1970-01-01T00:00:00Z.
  static var timestamp: Form {
    let pattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"
    return Form(schema: ["type": "string", "pattern": .string(pattern)]) { node, reader in
      guard let seconds = node.scalar.flatMap({ Timestamp.parse($0.text) }) else {
        reader.note(
          "a moment in UTC is expected here",
          fix: "Write it like 2026-11-22T03:10:00Z.",
          at: node.mark
        )
        return nil
      }
      return seconds
    }
  }
}

/// Moments as people write them: `2026-11-22T03:10:00Z`.
enum Timestamp {
  /// Seconds since 1970-01-01T00:00:00Z; nil for anything but RFC 3339 in UTC without a fraction.
  static func parse(_ text: String) -> Int? {
    let bytes = Array(text.utf8)
    let marks: [Int: Character] = [4: "-", 7: "-", 10: "T", 13: ":", 16: ":", 19: "Z"]
    guard bytes.count == 20, marks.allSatisfy({ bytes[$0] == $1.asciiValue }) else { return nil }
    func number(_ range: Range<Int>) -> Int? {
      guard bytes[range].allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
      return Int(String(decoding: bytes[range], as: UTF8.self))
    }
    guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10),
      let hour = number(11..<13), let minute = number(14..<16), let second = number(17..<19),
      (1...12).contains(month), (1...days(of: month, in: year)).contains(day),
      hour < 24, minute < 60, second < 60
    else { return nil }
    return ((daysSince1970(year, month, day) * 24 + hour) * 60 + minute) * 60 + second
  }

  private static func isLeap(_ year: Int) -> Bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
  }

  private static func days(of month: Int, in year: Int) -> Int {
    switch month {
    case 2: isLeap(year) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// Counts days in the proleptic Gregorian calendar, with years that begin in March.
  private static func daysSince1970(_ year: Int, _ month: Int, _ day: Int) -> Int {
    let shifted = month <= 2 ? year - 1 : year
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }
}
