internal import Foundation
internal import Runbooks

/// One console as the runner knows it. Sending never waits: what a stalled console has no room
/// for is left out, and it is told to read the journal once it has room again.
///
/// An actor because frames must leave in order and a late console catches up by itself.
actor ConsoleConnection {
  let person: String
  private let channel: FrameChannel
  private var isBehind = false

  init(_ channel: FrameChannel, person: String) {
    self.channel = channel
    self.person = person
  }

  /// Sends a frame, or notes that the console has missed one.
  func send(_ frame: RunnerFrame) {
    guard !isBehind else { return }
    guard let bytes = FrameCoding.encode(frame) else { return send(.behind) }
    if channel.offer(bytes) == false { fallBehind() }
  }

  /// Sends where the run stands, from a thread of its own that waits for room.
  ///
  /// Events that happen meanwhile go out in between; the console reads from the journal what it
  /// did not hear.
  nonisolated func send(_ snapshot: RunSnapshot) {
    let channel = channel
    Threads.start {
      guard let data = try? JSONEncoder().encode(snapshot) else { return channel.hangUp() }
      var rest = data[...]
      repeat {
        let piece = rest.prefix(FrameCoding.pieceLimit)
        rest = rest.dropFirst(FrameCoding.pieceLimit)
        let frame = RunnerFrame.snapshot(Data(piece), isLast: rest.isEmpty)
        guard let bytes = FrameCoding.encode(frame), channel.send(bytes) else { return }
      } while !rest.isEmpty
    }
  }

  /// Waits in a thread of its own for room, then says that something was left out.
  private func fallBehind() {
    isBehind = true
    let channel = channel
    Threads.start {
      guard let bytes = FrameCoding.encode(RunnerFrame.behind), channel.send(bytes) else { return }
      Task { await self.catchUp() }
    }
  }

  private func catchUp() {
    isBehind = false
    // What was committed between the frame and now was left out too.
    send(.behind)
  }

  /// Ends the connection.
  func hangUp() { channel.hangUp() }
}
