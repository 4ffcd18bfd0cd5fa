/// Messages that agree in sender, recipient domain, reason class and queue.
struct QueueCell: Sendable, Hashable {
  var sender: UInt32
  var domain: UInt32
  var reason: ReasonClass
  var queue: QueueName
  var messages = 0
  var recipients = 0
  var bytes = 0
  /// The smallest arrival time; `Int.max` without a message.
  var oldest = Int.max
  /// The receiving host named first; 0 where none is.
  var host: UInt32 = 0
  /// Its address; 0 where none is.
  var address: UInt32 = 0
  /// An example of the reason, as an index of the samples; -1 where none is kept.
  var sample: Int32 = -1
}

/// How much is kept apart before the rest is counted together.
///
/// Whoever fills a queue with a million different senders must not fill our
/// memory; and must not hide one of our own senders among them, so that these
/// have as many places again for themselves.
struct QueueLimits: Sendable, Hashable {
  var senders = 65_536
  var domains = 65_536
  var hosts = 16_384
  var cells = 131_072
  var samples = 1024
  var lineBytes = 8 << 20

  static let standard = QueueLimits()
}

/// Cells by their key, in the order of their first appearance.
struct QueueTally: Sendable {
  private(set) var cells: [QueueCell] = []
  /// Messages that were counted under `(other)` for a sender or domain of their own.
  private(set) var blurred = 0
  private var table: [UInt32]
  private var mask: Int
  private let limit: Int

  init(limit: Int) {
    self.limit = limit
    table = [UInt32](repeating: 0, count: 4096)
    mask = 4095
  }

  /// Counts a message, or only a further recipient of one.
  @inline(__always)
  mutating func add(
    sender: UInt32,
    domain: UInt32,
    reason: ReasonClass,
    queue: QueueName,
    isMessage: Bool,
    bytes: Int,
    arrival: Int,
    why: ReasonCache.Entry
  ) {
    if isMessage, sender == 0 || domain == 0 { blurred += 1 }
    let index =
      place(sender, domain, reason, queue, isLimited: true)
      ?? blurredPlace(domain, reason, queue, isMessage)
    cells.withUnsafeMutableBufferPointer { cells in
      cells[index].recipients += 1
      guard isMessage else { return }
      if cells[index].messages == 0 {
        cells[index].host = why.host
        cells[index].address = why.address
        cells[index].sample = why.sample
      }
      cells[index].messages += 1
      cells[index].bytes &+= bytes
      cells[index].oldest = min(cells[index].oldest, arrival)
    }
  }

  private mutating func blurredPlace(
    _ domain: UInt32,
    _ reason: ReasonClass,
    _ queue: QueueName,
    _ isMessage: Bool
  ) -> Int {
    if isMessage { blurred += 1 }
    // Bounded by what remains apart: domains × classes × queues in the worst
    // case, in practice a cell a domain; then without the domain, at most
    // classes × queues more.
    let known = cells.count < limit * 2 ? domain : 0
    guard let index = place(0, known, reason, queue, isLimited: false) else {
      preconditionFailure("an unlimited place is always found")
    }
    return index
  }

  private mutating func place(
    _ sender: UInt32,
    _ domain: UInt32,
    _ reason: ReasonClass,
    _ queue: QueueName,
    isLimited: Bool
  ) -> Int? {
    var slot =
      Self.hash(sender, domain, reason, queue) & mask
    while true {
      let index = Int(table[slot]) - 1
      if index < 0 { break }
      let cell = cells[index]
      if cell.sender == sender, cell.domain == domain, cell.reason == reason, cell.queue == queue {
        return index
      }
      slot = (slot + 1) & mask
    }
    if isLimited, cells.count >= limit { return nil }
    cells.append(QueueCell(sender: sender, domain: domain, reason: reason, queue: queue))
    table[slot] = UInt32(cells.count)
    if cells.count * 2 > table.count { grow() }
    return cells.count - 1
  }

  private mutating func grow() {
    mask = table.count * 2 - 1
    table = [UInt32](repeating: 0, count: mask + 1)
    for (index, cell) in cells.enumerated() {
      var slot = Self.hash(cell.sender, cell.domain, cell.reason, cell.queue) & mask
      while table[slot] != 0 { slot = (slot + 1) & mask }
      table[slot] = UInt32(index + 1)
    }
  }

  private static func hash(
    _ sender: UInt32,
    _ domain: UInt32,
    _ reason: ReasonClass,
    _ queue: QueueName
  ) -> Int {
    var key = UInt64(sender) << 32 | UInt64(domain)
    key ^= UInt64(reason.rawValue) << 56 | UInt64(queue.rawValue) << 60
    key = (key ^ key >> 31) &* 0x9e37_79b9_7f4a_7c15
    key ^= key >> 29
    return Int(truncatingIfNeeded: key & 0x7fff_ffff)
  }
}
