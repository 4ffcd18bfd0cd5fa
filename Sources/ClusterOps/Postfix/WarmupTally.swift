internal import Runbooks
internal import Synchronization

/// A large receiver, known by the hosts it takes mail with and by the domains of its people.
struct MailProvider: Sendable, Hashable {
  let name: String
  private let domains: [String]

  /// All that no other takes.
  static let other = "other"

  /// Reads `NAME: DOMAIN DOMAIN`; nil: it is not that.
  init?(_ text: String) {
    let parts = text.split(separator: ":", maxSplits: 1)
    let domains =
      parts.count == 2 ? parts[1].split(separator: " ").map { DNSName.canonical(String($0)) } : []
    let name = parts.first.map { String($0.trimmingSpaces) } ?? ""
    guard (1...40).contains(name.utf8.count), name != Self.other,
      name.utf8.allSatisfy({
        (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) || $0 == 0x2D
      }),
      (1...20).contains(domains.count), domains.allSatisfy(MailPolicyFamily.isHost)
    else { return nil }
    (self.name, self.domains) = (name, domains)
  }

  /// Whether a host or a domain is its own.
  func has(_ host: some StringProtocol) -> Bool {
    domains.contains { host == $0 || host.hasSuffix("." + $0) }
  }

  /// Whom a delivery was for: whoever's host it was tried at, else whoever has the domain.
  static func name(of line: DeliveryLine, among providers: [MailProvider]) -> String {
    let domain = line.recipient.split(separator: "@").last.map(String.init) ?? ""
    let host = line.relay == "none" ? domain : line.relay
    return providers.first { $0.has(host) }?.name ?? other
  }
}

/// What receivers were sent and did by day, counted while the log is read.
///
/// A message to one recipient counts once a day, however often it is tried.
struct WarmupTally: Sendable {
  struct Count: Sendable, Hashable {
    var tried = 0
    var sent = 0
    /// Put off for policy or reputation (4.7.x).
    var deferred = 0
    /// Refused for good.
    var bounced = 0
  }

  private struct Outcome: OptionSet, Sendable {
    let rawValue: UInt8
    static let sent = Outcome(rawValue: 1)
    static let deferred = Outcome(rawValue: 2)
    static let bounced = Outcome(rawValue: 4)
  }

  /// Messages that are told apart in one reading.
  static let limit = 400_000

  private let providers: [MailProvider]
  private let clock: LogClock
  private var splitter = LineSplitter(limit: 4_096)
  private var seen: [String: Outcome] = [:]
  /// By the day since 1970 (UTC), and by provider.
  private(set) var days: [Int: [String: Count]] = [:]
  /// When the first line that tells its time was written; nil: none does.
  private(set) var begin: Int?
  private(set) var lines = 0
  /// Whether there were more messages than can be told apart.
  private(set) var isFull = false
  private var last: [UInt8] = []

  init(_ providers: [MailProvider], now: Int) {
    self.providers = providers
    clock = LogClock(now: now)
  }

  /// Takes more of the log.
  mutating func take(_ bytes: [UInt8]) {
    for line in splitter.lines(adding: bytes) { take(line) }
  }

  /// Whether the mark after the log came.
  var isWhole: Bool { last == Array(EndMark.line.utf8) }

  private mutating func take(_ line: LineSplitter.Line) {
    last = line.bytes
    guard !line.bytes.isEmpty, !isWhole else { return }
    lines += 1
    // Most lines are of other programs: what is no delivery tells of the first time alone.
    let isDelivery = DeliveryLine.mayBe(line.bytes)
    guard isDelivery || begin == nil else { return }
    let text = line.text
    guard let time = clock.seconds(text) else { return }
    if begin == nil { begin = time }
    guard isDelivery, let delivery = DeliveryLine(text) else { return }
    add(delivery, on: time / 86_400)
  }

  private mutating func add(_ line: DeliveryLine, on day: Int) {
    let key = "\(day) \(line.queueID) \(line.recipient)"
    let before = seen[key]
    guard before != nil || seen.count < Self.limit else {
      isFull = true
      return
    }
    var outcome: Outcome = []
    switch line.status {
    case .sent: outcome = .sent
    case .deferred: if line.code.hasPrefix("4.7.") { outcome = .deferred }
    case .bounced: if line.code.hasPrefix("5.") { outcome = .bounced }
    }
    let new = outcome.subtracting(before ?? [])
    seen[key] = (before ?? []).union(outcome)
    let name = MailProvider.name(of: line, among: providers)
    var count = days[day]?[name] ?? Count()
    if before == nil { count.tried += 1 }
    if new.contains(.sent) { count.sent += 1 }
    if new.contains(.deferred) { count.deferred += 1 }
    if new.contains(.bounced) { count.bounced += 1 }
    days[day, default: [:]][name] = count
  }
}

/// The log poured in while it is read.
///
/// A class because it is one stream that is under way, shared by the runner's task and the procedure.
final class WarmupIntake: Sendable {
  private let tally: Mutex<WarmupTally>

  init(_ tally: WarmupTally) { self.tally = Mutex(tally) }

  /// Takes more of the output.
  func take(_ bytes: [UInt8]) { tally.withLock { $0.take(bytes) } }

  /// What came of it.
  func finish() -> WarmupTally { tally.withLock { $0 } }
}
