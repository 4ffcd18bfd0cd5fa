internal import Runbooks

/// A queue of mail while time passes: what is due is found without looking at the rest.
struct MovingQueue {
  /// What becomes of mail for a domain.
  enum Fate: Hashable {
    case sent
    case bounced
    /// It waits, and why.
    case waits(String)
    /// Nobody says: what waits goes on to wait, and what is new is sent.
    case asBefore
  }

  private var messages: [SimulatedQueue.Message?]
  /// The domain of each, by its place in `fates`.
  private var domains: [Int] = []
  private var places: [String: Int] = [:]
  private var fates: [Fate] = []
  private let internet: Value
  /// The places of what is deferred, by the moment of its next attempt.
  private var due = DueHeap()
  /// The places of what is tried at once.
  private var fresh: [Int] = []
  /// How many messages there are.
  private(set) var count = 0
  private(set) var hasChanged = false

  init(_ messages: [SimulatedQueue.Message], internet: Value) {
    self.internet = internet
    self.messages = []
    self.messages.reserveCapacity(messages.count)
    for message in messages { place(message) }
  }

  /// What is left, in the order of arrival.
  var left: [SimulatedQueue.Message] { messages.compactMap(\.self) }

  /// The moment at which something has to be tried, as far as it is known; nil: nothing ever has.
  var next: Int? { fresh.isEmpty ? due.first?.moment : 0 }

  private mutating func place(_ message: SimulatedQueue.Message) {
    let place = messages.count
    messages.append(message)
    domains.append(domain(message.domain))
    count += 1
    switch message.queue {
    case .deferred: due.insert(DueHeap.Entry(moment: message.next ?? 0, place: place))
    case .active, .incoming: fresh.append(place)
    case .hold, .maildrop, .corrupt, .other: break
    }
  }

  private mutating func domain(_ name: String) -> Int {
    if let known = places[name] { return known }
    let fate: Fate
    switch internet[name]?.text {
    case "accept": fate = .sent
    case "refuse": fate = .bounced
    case let behaviour?:
      fate = SimulatedQueue.reason(of: behaviour, name).map(Fate.waits) ?? .asBefore
    case nil: fate = .asBefore
    }
    fates.append(fate)
    places[name] = fates.count - 1
    return fates.count - 1
  }

  /// What becomes of mail for a domain.
  mutating func fate(of name: String) -> Fate { fates[domain(name)] }

  /// A message that could not be sent when it came.
  mutating func add(_ message: SimulatedQueue.Message) {
    hasChanged = true
    place(message)
  }

  /// Tries what is due at a moment, in the order of arrival.
  mutating func tryDue(at moment: Int, _ times: RetryTimes, _ log: inout MailLog) {
    var tried = fresh
    fresh = []
    while let first = due.first, first.moment <= moment {
      tried.append(first.place)
      due.removeFirst()
    }
    guard !tried.isEmpty else { return }
    hasChanged = true
    for place in tried.sorted() { attempt(place, at: moment, times, &log) }
  }

  private mutating func attempt(
    _ place: Int,
    at moment: Int,
    _ times: RetryTimes,
    _ log: inout MailLog
  ) {
    guard var message = messages[place] else { return }
    switch fates[domains[place]] {
    case .sent: return leave(place, .sent, moment, &log)
    case .bounced: return leave(place, .bounced, moment, &log)
    // What never waited has nobody who does not take it.
    case .asBefore where message.reason.isEmpty: return leave(place, .sent, moment, &log)
    case .waits(let reason): message.reason = reason
    case .asBefore: break
    }
    guard !times.isOver(message, at: moment) else { return leave(place, .expired, moment, &log) }
    message.queue = .deferred
    let next = times.next(for: message, triedAt: moment)
    message.next = next
    messages[place] = message
    due.insert(DueHeap.Entry(moment: next, place: place))
    log.add(.deferred, message, at: moment)
  }

  private mutating func leave(
    _ place: Int,
    _ event: MailLog.Event,
    _ moment: Int,
    _ log: inout MailLog
  ) {
    guard let message = messages[place] else { return }
    log.add(event, message, at: moment)
    messages[place] = nil
    count -= 1
  }
}

/// Places by the moment at which they are due, the earliest first: a binary heap.
struct DueHeap {
  struct Entry {
    let moment: Int
    let place: Int
  }

  private var entries: [Entry] = []

  var first: Entry? { entries.first }

  mutating func insert(_ entry: Entry) {
    entries.append(entry)
    var child = entries.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard entries[child].moment < entries[parent].moment else { return }
      entries.swapAt(child, parent)
      child = parent
    }
  }

  mutating func removeFirst() {
    guard let last = entries.popLast(), !entries.isEmpty else { return }
    entries[0] = last
    var parent = 0
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2]
      where child < entries.count && entries[child].moment < entries[least].moment {
        least = child
      }
      guard least != parent else { return }
      entries.swapAt(least, parent)
      parent = least
    }
  }
}
