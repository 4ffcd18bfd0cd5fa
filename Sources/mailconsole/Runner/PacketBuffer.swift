internal import Dispatch
internal import Runbooks
internal import Synchronization

/// Packets that were read and not taken yet: so many bytes, then the reader waits, and with it the
/// other end.
///
/// A class because a thread fills it and a task sleeps on it.
final class PacketBuffer: Sendable {
  private struct Storage {
    var queue = LaneQueue<[UInt8]>(limits: [nil])
    var waiter: CheckedContinuation<[UInt8]?, Never>?
    var isFull = false
    var hasEnded = false
  }

  private let limit: Int
  private let storage = Mutex(Storage())
  private let room = DispatchSemaphore(value: 0)

  /// - Parameter limit: the most bytes that wait.
  init(limit: Int) { self.limit = limit }

  /// What waits, in bytes.
  var size: Int { storage.withLock { $0.queue.size(of: 0) } }

  /// Adds a packet and waits for room where it was the last that fits; false: nobody takes any more.
  func put(_ packet: [UInt8]) -> Bool {
    enum Way { case closed, going, full, given(CheckedContinuation<[UInt8]?, Never>) }
    let way = storage.withLock { storage -> Way in
      if storage.hasEnded { return .closed }
      if let waiter = storage.waiter {
        storage.waiter = nil
        return .given(waiter)
      }
      _ = storage.queue.append(packet, size: packet.count, to: 0)
      storage.isFull = storage.queue.size(of: 0) >= limit
      return storage.isFull ? .full : .going
    }
    switch way {
    case .closed: return false
    case .going: return true
    case .given(let waiter):
      waiter.resume(returning: packet)
      return true
    case .full:
      room.wait()
      return true
    }
  }

  /// Nothing more comes, or nothing more is taken.
  func finish() {
    let (waiter, isFull) = storage.withLock { storage in
      storage.hasEnded = true
      defer {
        storage.waiter = nil
        storage.isFull = false
      }
      return (storage.waiter, storage.isFull)
    }
    waiter?.resume(returning: nil)
    if isFull { room.signal() }
  }

  /// The packets in order; nil after the last.
  func next() async -> [UInt8]? {
    await withCheckedContinuation { continuation in
      let (now, makesRoom) = storage.withLock { storage -> ([UInt8]??, Bool) in
        guard let packet = storage.queue.popFirst() else {
          if storage.hasEnded { return (.some(nil), false) }
          storage.waiter = continuation
          return (nil, false)
        }
        let makesRoom = storage.isFull && storage.queue.size(of: 0) <= limit / 2
        if makesRoom { storage.isFull = false }
        return (.some(packet), makesRoom)
      }
      if makesRoom { room.signal() }
      if let now { continuation.resume(returning: now) }
    }
  }
}

/// Whoever takes packets out; once nobody does, the reader is not kept waiting for room.
///
/// A class because its end is what counts.
final class PacketTaker: Sendable {
  private let buffer: PacketBuffer

  init(_ buffer: PacketBuffer) { self.buffer = buffer }

  deinit { buffer.finish() }

  func next() async -> [UInt8]? { await buffer.next() }
}
