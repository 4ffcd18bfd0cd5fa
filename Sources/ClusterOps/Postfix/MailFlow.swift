internal import Runbooks

/// Mail that keeps arriving in a world that goes on.
struct MailFlow {
  let name: String
  /// Messages in an hour.
  let perHour: Int
  /// The login that submits it; nil: it comes without one.
  let user: String?
  let client: String
  let from: Int
  let until: Int?
  private let generator: MessageGenerator

  /// - Parameter place: its place in the list, for one that has no name.
  init(_ value: Value, place: Int, domain: String) {
    name = value.text("name", "flow \(place)")
    perHour = max(0, min(60_000, value.int("per_hour", 60)))
    user = value["user"]?.text
    client = value.text("client", "192.0.2.66")
    from = value.int("from", 0)
    until = value["until"]?.int
    generator = MessageGenerator(
      value.with("min_age", .integer(0)).with("max_age", .integer(WorldMinute.length - 1)),
      domain: domain
    )
  }

  /// Whether any of it may arrive in a minute.
  func isOn(in minute: WorldMinute) -> Bool {
    from < minute.end && until.map { minute.end - WorldMinute.length < $0 } ?? true
  }

  /// The next moment after another at which some of it may arrive; nil: it is over.
  func next(after moment: Int) -> Int? {
    guard perHour > 0, until.map({ moment < $0 }) ?? true else { return nil }
    return max(moment, from) + 1
  }

  /// What arrives in a minute; the hour's mail is spread evenly, and what is left over by chance.
  func messages(
    in minute: WorldMinute,
    from first: Int,
    chance: inout SplitMix64
  ) -> [SimulatedQueue.Message] {
    let left = Int(chance.next() % 60) < perHour % 60 ? 1 : 0
    let shift = Int(chance.next() % 1_000)
    return generator.messages(
      perHour / 60 + left,
      after: shift,
      from: first,
      now: minute.end,
      chance: &chance
    ).map { message in
      var message = message
      // In its first and last minute nothing comes before or after.
      message.arrived = max(message.arrived, min(from + 1, minute.end))
      if let until { message.arrived = min(message.arrived, max(until, from + 1)) }
      return message
    }.sorted { ($0.arrived, $0.id) < ($1.arrived, $1.id) }
  }
}
