internal import Foundation
internal import Glibc
internal import Runbooks
internal import Synchronization

/// One console as the runner knows it. Sending never waits: what a stalled console has no room for
/// stays here, so many bytes of it; then the oldest output and the oldest events are left out, which
/// the console sees by their numbers.
///
/// A class because it stands for a connection whose frames must leave in order.
final class ConsoleConnection: Sendable {
  /// What waits, by what may be left out.
  enum Lane: Int, Sendable {
    /// Nothing: answers, and where the run stands.
    case answers
    case events
    case output
  }

  /// The most bytes of frames that wait in each lane.
  static let limits: [Int?] = [nil, 256 * 1024, 1 << 20]

  private struct Outbox {
    var queue = LaneQueue<[UInt8]>(limits: ConsoleConnection.limits)
    /// Taken out and not sent yet.
    var next: [UInt8]?
    var isSending = false
    var isClosed = false
  }

  /// Who they say they are.
  let person: String
  /// The account they are, as the kernel knows it.
  let account: uid_t?
  private let channel: FrameChannel
  private let outbox = Mutex(Outbox())

  init(_ channel: FrameChannel, person: String) {
    self.channel = channel
    self.person = person
    account = channel.peer
  }

  /// Sends a frame, or keeps it until there is room.
  func send(_ frame: RunnerFrame) { send(EncodedFrame(frame)) }

  /// Sends where the run stands.
  func send(_ snapshot: RunSnapshot) {
    guard let data = try? JSONEncoder().encode(snapshot) else { return hangUp() }
    var rest = data[...]
    repeat {
      let piece = rest.prefix(FrameCoding.pieceLimit)
      rest = rest.dropFirst(FrameCoding.pieceLimit)
      send(.snapshot(Data(piece), isLast: rest.isEmpty))
    } while !rest.isEmpty
  }

  /// Sends a frame that others get too.
  func send(_ frame: EncodedFrame) {
    let begins = outbox.withLock { outbox in
      guard !outbox.isClosed else { return false }
      _ = outbox.queue.append(frame.bytes, size: frame.bytes.count, to: frame.lane.rawValue)
      defer { outbox.isSending = true }
      return !outbox.isSending
    }
    if begins { empty(waiting: false) }
  }

  /// What waits for room, in bytes.
  var held: Int {
    outbox.withLock { outbox in
      Self.limits.indices.reduce(outbox.next?.count ?? 0) { $0 + outbox.queue.size(of: $1) }
    }
  }

  /// Ends the connection.
  func hangUp() {
    outbox.withLock { $0 = Outbox(isSending: $0.isSending, isClosed: true) }
    channel.hangUp()
  }

  /// Sends what waits; the first frame without room is waited for by a thread of its own.
  private func empty(waiting: Bool) {
    while let bytes = next() {
      if waiting {
        guard channel.send(bytes) else { return hangUp() }
      } else {
        switch channel.offer(bytes) {
        case true?: break
        case nil: return hangUp()
        case false?:
          outbox.withLock { $0.next = bytes }
          if !Threads.start({ self.empty(waiting: true) }) { hangUp() }
          return
        }
      }
    }
  }

  private func next() -> [UInt8]? {
    outbox.withLock { outbox in
      let bytes = outbox.next ?? outbox.queue.popFirst()
      outbox.next = nil
      if bytes == nil { outbox.isSending = false }
      return bytes
    }
  }
}

/// A frame as it goes to any number of consoles.
struct EncodedFrame: Sendable {
  let bytes: [UInt8]
  let lane: ConsoleConnection.Lane

  /// An event that is too long for a frame is left to the journal.
  init(_ frame: RunnerFrame) {
    lane =
      switch frame {
      case .output: .output
      case .recorded, .behind: .events
      default: .answers
      }
    bytes = FrameCoding.encode(frame) ?? Self.behind
  }

  private static let behind = FrameCoding.encode(RunnerFrame.behind) ?? []
}
