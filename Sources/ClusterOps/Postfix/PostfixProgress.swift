internal import Runbooks

/// Mail that arrives, waits, is tried again and leaves.
struct PostfixProgress: Progress {
  static let name = "postfix"

  /// The most messages the volume has room for; further mail is turned away (`queue_minfree`).
  static let room = 100_000

  private let flows: [MailFlow]
  private let times: RetryTimes
  private let suspended: Set<String>
  private var queue: MovingQueue
  private var log = MailLog()
  /// Submissions by login and client that are not written down yet.
  private var logins: [Login: Int] = [:]
  /// How many numbers of ids are taken.
  private var numbered: Int
  private let firstNumber: Int

  private struct Login: Hashable {
    let user: String
    let client: String
  }

  /// Generators become messages, what waits gets the moment of its next attempt, and flows begin.
  static func settle(_ scene: inout Scene) {
    let postfix = scene.postfix
    if !postfix.records("messages").isEmpty || !postfix.records("generators").isEmpty {
      settleQueue(&scene)
    }
    guard !postfix.records("flows").isEmpty else { return }
    let now = Value.integer(scene.world.now)
    let flows = postfix.records("flows").map { $0["from"] == nil ? $0.with("from", now) : $0 }
    scene.postfix = scene.postfix.with("flows", .list(flows))
  }

  private static func settleQueue(_ scene: inout Scene) {
    let now = scene.world.now
    var queue = SimulatedQueue(
      scene.postfix,
      domain: scene.site.domain,
      now: now,
      seed: scene.chance(),
      taken: taken(scene.postfix)
    )
    let times = RetryTimes(scene.postfix)
    queue.messages = queue.messages.map { message in
      guard message.queue == .deferred, message.next == nil else { return message }
      var message = message
      // The last attempt was some time ago, nobody knows when.
      let wait = UInt64(times.wait(of: message, at: now))
      message.next = now + 1 + Int(scene.lot("retry \(message.id)") % wait)
      return message
    }
    scene.postfix = scene.postfix.with("messages", .list(queue.messages.map(\.value)))
      .with("generators", .list([])).with("numbered", .integer(queue.numbered))
  }

  private static func taken(_ postfix: Value) -> Int {
    max(0, min(1 << 40, postfix.int("numbered", 0)))
  }

  init?(_ scene: Scene) {
    let postfix = scene.postfix
    flows = postfix.records("flows").enumerated().map {
      MailFlow($0.element, place: $0.offset + 1, domain: scene.site.domain)
    }
    let messages = SimulatedQueue(postfix, domain: "", now: scene.world.now, seed: 0).messages
    guard !flows.isEmpty || !messages.isEmpty else { return nil }
    queue = MovingQueue(messages, internet: scene.world.state["internet"] ?? .record([:]))
    times = RetryTimes(postfix)
    suspended = Set(postfix.texts("suspended"))
    numbered = max(Self.taken(postfix), messages.count)
    firstNumber = numbered
  }

  func next(after moment: Int, in scene: Scene) -> Int? {
    guard scene.isPostfixRunning else { return nil }
    let arriving = scene.isTakingMail ? flows.compactMap { $0.next(after: moment) } : []
    return (arriving + (queue.next.map { [$0] } ?? [])).min()
  }

  mutating func pass(_ minute: WorldMinute, in scene: inout Scene) {
    guard scene.isPostfixRunning else { return }
    if scene.isTakingMail {
      for (place, flow) in flows.enumerated() where flow.isOn(in: minute) {
        var chance = minute.chance("\(Self.name) \(place) \(flow.name)")
        arrive(flow, in: minute, &chance)
      }
    }
    queue.tryDue(at: minute.end, times, &log)
  }

  private mutating func arrive(
    _ flow: MailFlow,
    in minute: WorldMinute,
    _ chance: inout SplitMix64
  ) {
    if let user = flow.user, suspended.contains(user) { return }
    for message in flow.messages(in: minute, from: numbered, chance: &chance) {
      guard queue.count < Self.room else { return }
      numbered += 1
      if let user = flow.user {
        logins[Login(user: user, client: flow.client), default: 0] += 1
      } else {
        log.add(.arrived(client: flow.client), message, at: message.arrived)
      }
      deliver(message)
    }
  }

  /// The first attempt, at once.
  private mutating func deliver(_ message: SimulatedQueue.Message) {
    var message = message
    switch queue.fate(of: message.domain) {
    case .sent: return log.add(.sent, message, at: message.arrived)
    case .bounced: return log.add(.bounced, message, at: message.arrived)
    case .waits(let reason): message.reason = reason
    // The flow's own cause says why it waits, where it does.
    case .asBefore:
      guard !message.reason.isEmpty else { return log.add(.sent, message, at: message.arrived) }
    }
    message.queue = .deferred
    message.next = times.next(for: message, triedAt: message.arrived)
    queue.add(message)
    log.add(.deferred, message, at: message.arrived)
  }

  mutating func finish(in scene: inout Scene) {
    var fields = scene.postfix.fields
    if queue.hasChanged { fields["messages"] = .list(queue.left.map(\.value)) }
    if numbered > firstNumber { fields["numbered"] = .integer(numbered) }
    if !log.isEmpty {
      let lines = log.lines(after: scene.postfix.texts("log"), host: scene.site.mailHost)
      fields["log"] = .list(lines.map(Value.string))
    }
    if !logins.isEmpty { fields["logins"] = .list(counted(scene.postfix.records("logins"))) }
    scene.postfix = .record(fields)
  }

  /// What was submitted before, with what was since.
  private func counted(_ before: [Value]) -> [Value] {
    var left = logins
    let known = before.map { login -> Value in
      let key = Login(
        user: login.text("user", "user"),
        client: login.text("client", "192.0.2.66")
      )
      guard let more = left.removeValue(forKey: key) else { return login }
      return login.with("count", .integer(min(1 << 40, login.int("count", 1)) + more))
    }
    let new = left.sorted { ($0.key.user, $0.key.client) < ($1.key.user, $1.key.client) }
    return known
      + new.map { login, count in
        .record([
          "user": .string(login.user), "client": .string(login.client), "count": .integer(count),
        ])
      }
  }
}
