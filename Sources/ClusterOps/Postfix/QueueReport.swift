/// What is in one queue.
public struct QueueCount: Sendable, Hashable {
  public var messages = 0
  public var bytes = 0
  /// The age of the oldest message in seconds.
  public var oldest = 0
  /// Messages by ``AgeBand``.
  public var ages = [Int](repeating: 0, count: 10)

  mutating func add(bytes: Int, age: Int) {
    messages += 1
    self.bytes &+= bytes
    oldest = max(oldest, age)
    ages[AgeBand.index(ofAge: age)] += 1
  }
}

/// A mail queue at one moment, grouped.
public struct QueueReport: Sendable, Equatable {
  /// How the empty sender of bounces is written here; Postfix says `MAILER-DAEMON`.
  public static let bounceSender = "<>"
  /// Its number among the senders: a reader takes it in before all others.
  static let bounceNumber: UInt32 = 1

  /// A line that was not understood.
  public struct Malformed: Sendable, Hashable {
    /// Its number, from 1.
    public let line: Int
    public let fault: QueueLineFault
    /// Its beginning, or the id that has no known form (``AddressText``); hostile, as it came.
    public let sample: String
  }

  /// When it was read, in seconds since 1970.
  public let now: Int
  public let localDomain: String
  /// How the listing ended.
  public let ending: QueueEnding
  let queues: [QueueCount]
  /// Lines that were not understood and are not counted anywhere else.
  public let malformed: Int
  /// The first twenty of them.
  public let firstMalformed: [Malformed]
  /// Lines that told once more of a message that had been told of; each message counts once.
  public let doubles: Int
  /// Messages with so many recipients that only the first of these were read.
  public let heads: Int
  /// Messages whose sender or domain was not kept apart, as there were too many
  /// different ones; groups are exact when this is 0.
  public let blurred: Int
  let cells: [QueueCell]
  let senders: ByteInterner
  let domains: ByteInterner
  let hosts: ByteInterner
  let samples: [ReasonSample]
  /// The messages that the reader's selection matched.
  public let selected: [QueuedMessage]

  /// What is in a queue.
  public func count(in queue: QueueName) -> QueueCount { queues[Int(queue.rawValue)] }

  public var total: Int { queues.reduce(0) { $0 + $1.messages } }
  public var bytes: Int { queues.reduce(0) { $0 &+ $1.bytes } }
  /// The age of the oldest message in seconds; 0 for an empty queue.
  public var oldest: Int { queues.map(\.oldest).max() ?? 0 }
  /// Messages by ``AgeBand``, over all queues.
  public var ages: [Int] {
    queues.reduce(into: [Int](repeating: 0, count: 10)) { sum, queue in
      for band in queue.ages.indices { sum[band] += queue.ages[band] }
    }
  }
}

/// What a report is grouped by.
public enum QueueGrouping: String, Sendable, Hashable, CaseIterable {
  case queue
  case reason
  case domain
  case sender
  case age
}

/// Messages that have something in common.
public struct QueueGroup: Sendable, Hashable {
  /// What they have in common: a domain, a sender, a word for a reason.
  public let key: String
  public let messages: Int
  public let recipients: Int
  public let bytes: Int
  /// Age of the oldest in seconds; 0 where it is not known.
  public let oldest: Int
  /// How many of them are on hold.
  public let held: Int
  /// One of their delay reasons, as Postfix wrote it, shortened; empty where none has one.
  public let sample: String
  /// The status code in it.
  public let code: String
}

/// The largest groups, exactly counted, and how much is in all others.
public struct QueueGroups: Sendable, Hashable {
  public let groups: [QueueGroup]
  /// Groups beyond those listed.
  public let furtherGroups: Int
  /// The messages in these.
  public let furtherMessages: Int
}

extension QueueReport {
  /// The largest groups of a kind; of equal size, by name.
  public func groups(by grouping: QueueGrouping, top: Int = 10) -> QueueGroups {
    let all: [QueueGroup]
    switch grouping {
    case .queue:
      all = QueueName.allCases.map { queue in
        let count = count(in: queue)
        return QueueGroup(
          key: queue.name,
          messages: count.messages,
          recipients: count.messages,
          bytes: count.bytes,
          oldest: count.oldest,
          held: queue == .hold ? count.messages : 0,
          sample: "",
          code: ""
        )
      }
    case .age:
      let bands = zip(AgeBand.names, ages).map { name, messages in
        QueueGroup(
          key: name,
          messages: messages,
          recipients: messages,
          bytes: 0,
          oldest: 0,
          held: 0,
          sample: "",
          code: ""
        )
      }
      return QueueGroups(groups: bands, furtherGroups: 0, furtherMessages: 0)
    case .reason:
      all = sums { UInt32($0.reason.rawValue) }.map { number, sum in
        group(sum, ReasonClass(rawValue: UInt8(number))?.word ?? "other")
      }
    case .domain:
      all = sums(\.domain).map { group($1, domains.text($0)) }
    case .sender:
      all = sums(\.sender).map { group($1, senderText($0)) }
    }
    let sorted = all.filter { $0.messages > 0 }.sorted {
      ($1.messages, $0.key) < ($0.messages, $1.key)
    }
    let further = sorted.dropFirst(top)
    return QueueGroups(
      groups: Array(sorted.prefix(top)),
      furtherGroups: further.count,
      furtherMessages: further.reduce(0) { $0 + $1.messages }
    )
  }

  /// The sender of a number: the empty one as ``bounceSender``, which no other is written as.
  func senderText(_ number: UInt32) -> String {
    if number == Self.bounceNumber { return Self.bounceSender }
    let text = senders.text(number)
    return text == Self.bounceSender ? AddressText.mark(UInt8(ascii: "<")) + ">" : text
  }

  private func sums(_ key: (QueueCell) -> UInt32) -> [UInt32: QueueSum] {
    var sums: [UInt32: QueueSum] = [:]
    for cell in cells { sums[key(cell), default: QueueSum()].add(cell) }
    return sums
  }

  private func group(_ sum: QueueSum, _ key: String) -> QueueGroup {
    let sample = sum.sample >= 0 ? samples[Int(sum.sample)] : nil
    return QueueGroup(
      key: key,
      messages: sum.messages,
      recipients: sum.recipients,
      bytes: sum.bytes,
      oldest: sum.oldest == Int.max ? 0 : max(0, now - sum.oldest),
      held: sum.held,
      sample: sample?.text ?? "",
      code: sample?.code ?? ""
    )
  }
}

/// Cells added up.
struct QueueSum: Sendable {
  var messages = 0
  var recipients = 0
  var bytes = 0
  var held = 0
  var oldest = Int.max
  var sample: Int32 = -1
  private var sampleWeight = 0

  mutating func add(_ cell: QueueCell) {
    messages += cell.messages
    recipients += cell.recipients
    bytes &+= cell.bytes
    oldest = min(oldest, cell.oldest)
    if cell.queue == .hold { held += cell.messages }
    if cell.sample >= 0, cell.messages > sampleWeight {
      sample = cell.sample
      sampleWeight = cell.messages
    }
  }
}
