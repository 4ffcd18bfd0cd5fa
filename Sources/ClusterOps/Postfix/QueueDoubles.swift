/// Which messages a listing has shown already: one that moves while it is read comes twice.
///
/// showq(8) goes through the queues one after the other, those that messages pass through first.
/// A line from such a queue is kept until the end, as the same message may follow from where it
/// stays; its later state is the one that counts. Memory is bounded: beyond the bounds a message is
/// counted as it comes, and a double is not noticed.
struct QueueDoubles: Sendable {
  /// Ids that are remembered, as 64-bit hashes: 8 MiB.
  private static let idLimit = 1 << 19
  /// Lines that are kept: as many as qmgr(8) has active (`qmgr_message_active_limit`).
  private static let lineLimit = 20_000
  private static let byteLimit = 16 << 20

  enum Ruling {
    case count
    /// It is kept until the end.
    case wait
    /// It has been counted already.
    case skip
  }

  private var table = [UInt64](repeating: 0, count: 1024)
  private var ids = 0
  private var waiting: [[UInt8]] = []
  private var places: [UInt64: Int] = [:]
  private var bytes = 0
  /// Lines that told of a message once more.
  private(set) var doubles = 0

  /// Rules on a line with a message of that id.
  mutating func rule(
    _ id: UnsafeRawBufferPointer,
    passes: Bool,
    line: UnsafeRawBufferPointer
  ) -> Ruling {
    let hash = Self.hash(id)
    if insert(hash) {
      guard passes, waiting.count < Self.lineLimit, bytes + line.count <= Self.byteLimit else {
        return .count
      }
      places[hash] = waiting.count
      waiting.append(Array(line))
      bytes += line.count
      return .wait
    }
    doubles += 1
    guard !passes, let place = places.removeValue(forKey: hash) else { return .skip }
    waiting[place] = []
    return .count
  }

  /// The lines that are still kept, in the order they came; none is kept afterwards.
  mutating func takeWaiting() -> [[UInt8]] {
    defer {
      waiting = []
      places = [:]
      bytes = 0
    }
    return waiting.filter { !$0.isEmpty }
  }

  /// - Returns: whether it was not there; always true beyond the limit.
  private mutating func insert(_ hash: UInt64) -> Bool {
    let mask = table.count - 1
    var slot = Int(truncatingIfNeeded: hash) & mask
    while table[slot] != 0 {
      if table[slot] == hash { return false }
      slot = (slot + 1) & mask
    }
    guard ids < Self.idLimit else { return true }
    table[slot] = hash
    ids += 1
    if ids * 2 > table.count { grow() }
    return true
  }

  private mutating func grow() {
    var larger = [UInt64](repeating: 0, count: table.count * 2)
    let mask = larger.count - 1
    for hash in table where hash != 0 {
      var slot = Int(truncatingIfNeeded: hash) & mask
      while larger[slot] != 0 { slot = (slot + 1) & mask }
      larger[slot] = hash
    }
    table = larger
  }

  /// FNV-1a, mixed, and never 0, which is a free place.
  private static func hash(_ id: UnsafeRawBufferPointer) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in id { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    hash = (hash ^ hash >> 30) &* 0xbf58_476d_1ce4_e5b9
    return max(1, hash ^ hash >> 31)
  }
}
