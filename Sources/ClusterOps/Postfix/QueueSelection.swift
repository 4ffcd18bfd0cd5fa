internal import Runbooks

/// Which messages are meant: those that satisfy everything that is given.
///
/// The groups of a ``QueueReport`` and a selection agree: a message belongs to
/// the domain and the reason of its first recipient that waits, and senders and
/// domains are compared byte by byte (``AddressText``), without regard to the case of ASCII letters.
public struct QueueSelection: Sendable, Hashable {
  // Lists and not sets: Swift takes texts of different bytes for equal (canonical equivalence),
  // and a set would lose one of two senders.
  /// Any of these senders; ``QueueReport/bounceSender`` stands for the empty one.
  public var senders: [String]
  public var exceptSenders: [String]
  public var domains: [String]
  public var reason: ReasonClass?
  public var queue: QueueName?
  /// Arrived at least this many seconds ago.
  public var olderThan: Int?
  public var ids: Set<String>?
  /// One of ``AgeBand``; only a browser selects by it.
  var ageBand: Int?

  public init(
    senders: [String] = [],
    exceptSenders: [String] = [],
    domains: [String] = [],
    reason: ReasonClass? = nil,
    queue: QueueName? = nil,
    olderThan: Int? = nil,
    ids: Set<String>? = nil
  ) {
    self.senders = senders
    self.exceptSenders = exceptSenders
    self.domains = domains
    self.reason = reason
    self.queue = queue
    self.olderThan = olderThan
    self.ids = ids
  }

  /// Whether it means the whole queue.
  public var isEverything: Bool { self == QueueSelection() }
}

/// A message that a selection matched.
public struct QueuedMessage: Sendable, Hashable {
  public let id: String
  public let queue: QueueName

  public init(id: String, queue: QueueName) {
    self.id = id
    self.queue = queue
  }
}

extension QueueSelection {
  /// Queue ids from outside, each of the form Postfix writes.
  static func checked(
    _ ids: [String],
    _ parameter: String
  ) throws(OperationFailure) -> Set<String> {
    for id in ids where !QueueID.isValid(id) {
      throw refusal(
        "‘\(capped(id, 40))’ in `\(parameter)` is not a queue id",
        "Take ids from a queue report or an export."
      )
    }
    return Set(ids)
  }

  /// Ids as postsuper(1) and xargs(1) read them: one a line.
  static func lines(_ ids: [String]) -> [UInt8] {
    var bytes: [UInt8] = []
    for id in ids { bytes += Array(id.utf8) + [0x0A] }
    return bytes
  }

  /// That a change was asked for and there is nothing it could change.
  static func matchedNothing(_ selection: QueueSelection) -> OperationFailure {
    refusal(
      "no message \(selection.words) is in the queue, so nothing was done",
      "Read the queue again: the messages may have left it, or the name is not the one they have."
    )
  }

  static func refusal(_ message: String, _ advice: String) -> OperationFailure {
    OperationFailure(.refused, message, advice: advice, effect: .none)
  }

  /// The selection in words, for summaries.
  var words: String {
    var words: [String] = []
    if !senders.isEmpty { words.append("from " + Self.short(senders)) }
    if !exceptSenders.isEmpty { words.append("not from " + Self.short(exceptSenders)) }
    if !domains.isEmpty { words.append("to " + Self.short(domains)) }
    if let reason { words.append("because of \(reason.word)") }
    if let queue { words.append("in \(queue.name)") }
    if let olderThan { words.append("older than \(DurationText.format(.seconds(olderThan)))") }
    if let ids { words.append("of \(ids.count) given ids") }
    return words.isEmpty ? "in the whole queue" : words.joined(separator: ", ")
  }

  private static func short(_ names: [String]) -> String {
    let first = names.sorted().prefix(3).map { capped($0, 60) }.joined(separator: " or ")
    return names.count > 3 ? first + " or \(names.count - 3) more" : first
  }
}

/// A selection made ready for comparing bytes.
struct QueueFilter: Sendable {
  private let senders: Set<[UInt8]>
  private let exceptSenders: Set<[UInt8]>
  private let domains: Set<[UInt8]>
  private let reason: ReasonClass?
  private let queue: QueueName?
  private let before: Int?
  private let ids: Set<String>?
  private let band: Int?
  private let now: Int

  init(_ selection: QueueSelection, now: Int) {
    senders = Set(selection.senders.map(Self.sender))
    exceptSenders = Set(selection.exceptSenders.map(Self.sender))
    domains = Set(
      selection.domains.map { name in
        Self.canonical(name).withUnsafeBytes { Self.canonicalDomain($0) }
      }
    )
    reason = selection.reason
    queue = selection.queue
    before = selection.olderThan.map { now - $0 }
    ids = selection.ids
    band = selection.ageBand
    self.now = now
  }

  var readsSender: Bool { !senders.isEmpty || !exceptSenders.isEmpty }
  var readsDomain: Bool { !domains.isEmpty }

  @inline(__always)
  func accepts(queue: QueueName, reason: ReasonClass, arrival: Int) -> Bool {
    (self.queue == nil || self.queue == queue) && (self.reason == nil || self.reason == reason)
      && (before.map { arrival <= $0 } ?? true)
      && (band.map { AgeBand.index(ofAge: max(0, now - arrival)) == $0 } ?? true)
  }

  /// Whether a message is meant by any of its sender's names: as it is written, and the
  /// original of a forwarded one.
  func accepts(senders names: [[UInt8]]) -> Bool {
    (senders.isEmpty || names.contains(where: senders.contains))
      && !names.contains(where: exceptSenders.contains)
  }

  func accepts(domain: [UInt8]) -> Bool { domains.contains(domain) }

  func accepts(id: String) -> Bool { ids.map { $0.contains(id) } ?? true }

  /// The form in which ``ByteInterner`` keeps a text.
  static func canonical(_ text: UnsafeRawBufferPointer) -> [UInt8] {
    text.prefix(ByteInterner.longest).map { $0 &- 0x41 < 26 ? $0 | 0x20 : $0 }
  }

  /// The same for a domain; a name in Unicode in its ASCII form.
  static func canonicalDomain(_ text: UnsafeRawBufferPointer) -> [UInt8] {
    guard let ascii = ALabel.domain(text) else { return canonical(text) }
    return ascii.withUnsafeBytes { canonical($0) }
  }

  private static func canonical(_ text: String) -> [UInt8] {
    var bytes = AddressText.bytes(text)
    let ellipsis = Array("…".utf8)
    if bytes.count > ByteInterner.longest, bytes.suffix(3).elementsEqual(ellipsis) {
      bytes.removeLast(3)
    }
    return bytes.withUnsafeBytes { canonical($0) }
  }

  private static func sender(_ text: String) -> [UInt8] {
    text == "MAILER-DAEMON" || text == QueueReport.bounceSender ? [] : canonical(text)
  }
}
