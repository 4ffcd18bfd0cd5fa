/// A queue of Postfix (postqueue(1), qmgr(8)).
public enum QueueName: UInt8, Sendable, Hashable, CaseIterable, Comparable {
  case active
  case deferred
  case hold
  case incoming
  case maildrop
  case corrupt
  /// A queue that this version of Postfix did not have.
  case other

  /// The name as Postfix writes it.
  public var name: String {
    switch self {
    case .active: "active"
    case .deferred: "deferred"
    case .hold: "hold"
    case .incoming: "incoming"
    case .maildrop: "maildrop"
    case .corrupt: "corrupt"
    case .other: "other"
    }
  }

  public init?(name: String) {
    guard let queue = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = queue
  }

  public static func < (a: QueueName, b: QueueName) -> Bool { a.rawValue < b.rawValue }
}

/// The bands of age that qshape(1) uses: up to 5, 10, 20 … 1280 minutes, and older.
public enum AgeBand {
  /// The upper ends of all bands but the last, in seconds.
  public static let limits = [300, 600, 1200, 2400, 4800, 9600, 19200, 38400, 76800]
  /// How a table heads the bands.
  public static let names = [
    "5m", "10m", "20m", "40m", "80m", "160m", "320m", "640m", "1280m", "1280m+",
  ]

  /// The band of an age in seconds.
  static func index(ofAge age: Int) -> Int {
    var index = 0
    var limit = 300
    while index < 9, age > limit {
      index += 1
      limit *= 2
    }
    return index
  }
}
