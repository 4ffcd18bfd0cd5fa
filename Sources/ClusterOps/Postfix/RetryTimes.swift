internal import Runbooks

/// When Postfix tries deferred mail again, and when it gives it back (qmgr(8), postconf(5)).
struct RetryTimes {
  /// In seconds: `minimal_backoff_time` and `maximal_backoff_time`.
  let backoff: ClosedRange<Int>
  /// In seconds: `maximal_queue_lifetime`, and `bounce_queue_lifetime` for mail without a sender.
  let lifetime: Int
  let bounceLifetime: Int

  /// Reads the settings of a simulated Postfix; its defaults where they say nothing.
  init(_ postfix: Value) {
    let settings = postfix["settings"]
    func time(_ name: String, unit: Int, _ standard: Int) -> Int {
      settings?[name].flatMap { Self.seconds($0.description, unit: unit) } ?? standard
    }
    // A backoff of less than a minute would try a message in every step.
    let least = max(WorldMinute.length, time("minimal_backoff_time", unit: 1, 300))
    backoff = least...max(least, time("maximal_backoff_time", unit: 1, 4_000))
    lifetime = time("maximal_queue_lifetime", unit: 86_400, 5 * 86_400)
    bounceLifetime = min(lifetime, time("bounce_queue_lifetime", unit: 86_400, 5 * 86_400))
  }

  private static let units: [Character: Int] = [
    "s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800,
  ]

  /// A time as main.cf has it: `300s`, `5d`; a number alone has the unit of its parameter.
  static func seconds(_ text: String, unit: Int) -> Int? {
    guard let last = text.last else { return nil }
    let named = units[last]
    guard let number = Int(named == nil ? text : String(text.dropLast())), number >= 0 else {
      return nil
    }
    return Span.seconds(number, each: named ?? unit)
  }

  /// When a message that could not be delivered is tried next: after as long as it has been waiting,
  /// within the bounds.
  func next(for message: SimulatedQueue.Message, triedAt moment: Int) -> Int {
    moment + wait(of: message, at: moment)
  }

  /// How long a message waits after an attempt.
  func wait(of message: SimulatedQueue.Message, at moment: Int) -> Int {
    max(backoff.lowerBound, min(backoff.upperBound, moment - message.arrived))
  }

  /// Whether a message is given back if it cannot be delivered at a moment.
  func isOver(_ message: SimulatedQueue.Message, at moment: Int) -> Bool {
    let isBounce = message.sender.isEmpty || message.sender == "MAILER-DAEMON"
    return moment - message.arrived >= (isBounce ? bounceLifetime : lifetime)
  }
}
