internal import Runbooks

/// What was sent while an address is warmed up, against the schedule and the gates.
struct WarmupVerdict: Sendable {
  /// Shares that are too much, in percent, of messages tried on a day.
  static let (deferredLimit, bouncedLimit) = (5, 2)
  /// Days back that growth is measured against: people write less at weekends.
  private static let week = 7

  let tally: WarmupTally
  /// Seconds since 1970.
  let now: Int
  /// The first day (UTC), since 1970; nil: no warm-up is under way.
  let started: Int?
  /// What each provider may be sent by the number of the day; the last goes on.
  let schedule: [Int]
  let names: [String]
  /// How many days back are judged, today among them.
  let days: Int

  private var today: Int { now / 86_400 }

  /// The number of today; 0: it has not begun.
  var number: Int { started.map { max(0, today - $0 + 1) } ?? 0 }

  /// The days that are judged, the newest last.
  var judged: [Int] {
    guard let started, started <= today else { return [] }
    return Array(max(started, today - days + 1)...today)
  }

  /// Whether the log tells all of a day, as far as it has passed.
  private func isCovered(_ day: Int) -> Bool { tally.begin.map { $0 <= day * 86_400 } ?? false }

  /// Judged days that it does not tell whole: their counts are the least that was sent.
  var uncovered: [Int] { judged.filter { !isCovered($0) } }

  func count(_ name: String, _ day: Int) -> WarmupTally.Count {
    tally.days[day]?[name] ?? WarmupTally.Count()
  }

  private func planned(_ day: Int) -> Int {
    guard let started, day >= started else { return 0 }
    return schedule[min(day - started, schedule.count - 1)]
  }

  /// What today's schedule allows for each provider.
  var allowed: Int { planned(today) }

  /// What a provider may be sent on a day: the schedule, and no more than half again of the most of
  /// the week before; the first day's number always.
  func allowed(_ name: String, _ day: Int) -> Int {
    guard let started, day >= started else { return 0 }
    let before = max(started, day - Self.week)..<day
    // Of days that are not told nobody knows how much it was.
    guard before.allSatisfy(isCovered) else { return planned(day) }
    let most = before.map { count(name, $0).sent }.max() ?? 0
    return min(planned(day), max(schedule[0], most + most / 2))
  }

  /// A gate that was passed on a day.
  struct Breach: Sendable {
    let day: Int
    let name: String
    let words: String
    /// Whether it was twice what is too much.
    let isDouble: Bool
  }

  /// Days on which a provider was sent more than was allowed.
  var over: [Breach] {
    var found: [Breach] = []
    for day in judged {
      for name in names {
        let (sent, allowed) = (count(name, day).sent, allowed(name, day))
        guard sent > allowed else { continue }
        found.append(
          Breach(
            day: day,
            name: name,
            words: "\(name) \(Self.date(day)): \(sent) sent, \(allowed) allowed",
            isDouble: sent >= 2 * allowed
          )
        )
      }
    }
    return found
  }

  /// Shares above a limit. One message alone is none, and of a day that is not told whole there is
  /// no share.
  var breached: [Breach] {
    var found: [Breach] = []
    for day in judged where isCovered(day) {
      for name in names {
        let count = count(name, day)
        for (number, limit, words) in [
          (count.deferred, Self.deferredLimit, "put off (4.7.x)"),
          (count.bounced, Self.bouncedLimit, "bounced"),
        ] where number > 1 && number * 100 >= limit * count.tried {
          found.append(
            Breach(
              day: day,
              name: name,
              words: "\(name) \(Self.date(day)): \(number) of \(count.tried) \(words), limit "
                + "\(limit) %",
              isDouble: number * 100 >= 2 * limit * count.tried
            )
          )
        }
      }
    }
    return found
  }

  /// What to do today.
  var advice: String {
    guard number > 0 else { return "not begun" }
    let recent = breached.filter { $0.day >= today - 1 }
    let twice = Dictionary(grouping: recent, by: \.name).values.contains {
      Set($0.map(\.day)).count > 1
    }
    if twice || recent.contains(where: \.isDouble) { return "step back" }
    if !recent.isEmpty || over.contains(where: { $0.day >= today - 1 }) { return "hold 48 h" }
    return uncovered.isEmpty ? "go on" : "not known"
  }

  /// A day as `2026-11-30`.
  static func date(_ day: Int) -> String {
    String(KubernetesObjects.timestamp(day * 86_400).prefix(10))
  }
}
