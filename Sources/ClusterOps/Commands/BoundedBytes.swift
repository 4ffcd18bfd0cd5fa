/// The first bytes of a stream, up to a limit.
struct HeadBytes: Sendable {
  private(set) var bytes: [UInt8] = []
  private(set) var isTruncated = false
  private let limit: Int

  init(limit: Int) { self.limit = max(0, limit) }

  mutating func append(_ chunk: [UInt8]) {
    let room = limit - bytes.count
    if chunk.count <= room {
      bytes += chunk
    } else {
      bytes += chunk.prefix(room)
      isTruncated = true
    }
  }
}

/// The last bytes of a stream, up to a limit.
struct TailBytes: Sendable {
  private var kept: [UInt8] = []
  private let limit: Int

  init(limit: Int) { self.limit = max(1, limit) }

  /// The last bytes; at most the limit.
  var bytes: [UInt8] { Array(kept.suffix(limit)) }

  mutating func append(_ chunk: [UInt8]) {
    kept += chunk.suffix(limit)
    // Trimmed at twice the limit so that the cost of a byte stays constant.
    if kept.count > 2 * limit { kept.removeFirst(kept.count - limit) }
  }
}
