internal import CUnix
internal import Glibc

/// One end of a connection between a console and a runner: a unix(7) socket that keeps the
/// boundaries of packets (SOCK_SEQPACKET), so that a frame arrives whole or not at all.
///
/// A class because an open socket has identity; it is closed with the last reference.
final class FrameChannel: Sendable {
  /// Why nothing more comes.
  enum End: Error, Sendable {
    case closed
    /// A packet longer than ``FrameCoding/limit``.
    case oversized
    /// The other end said nothing for as long as it may.
    case silent
  }

  private let descriptor: Int32

  /// Takes over an open socket.
  init(_ descriptor: Int32) { self.descriptor = descriptor }

  deinit { Glibc.close(descriptor) }

  /// Who is at the other end, as the kernel knows it (SO_PEERCRED, unix(7)).
  var peer: uid_t? {
    uid_t(exactly: cunix_peer_uid(descriptor))
  }

  /// The groups of who is at the other end, as the kernel knows them (SO_PEERCRED, SO_PEERGROUPS).
  var peerGroups: Set<gid_t> {
    var groups = Set([gid_t(exactly: cunix_peer_gid(descriptor))].compactMap(\.self))
    var room = 64
    while room <= 65_536 {
      var found = [gid_t](repeating: 0, count: room)
      let count = Int(cunix_peer_groups(descriptor, &found, Int32(room)))
      if count <= room {
        groups.formUnion(found.prefix(max(0, count)))
        break
      }
      room = count
    }
    return groups
  }

  /// Whether the other end has not hung up, as far as the kernel knows (poll(2)).
  var isOpen: Bool {
    let readHangUp: Int16 = 0x2000
    var end = pollfd(fd: descriptor, events: readHangUp, revents: 0)
    guard poll(&end, 1, 0) >= 0 else { return false }
    return end.revents & (readHangUp | Int16(POLLHUP) | Int16(POLLERR)) == 0
  }

  /// The process at the other end, or the one that listens there.
  var peerProcess: Int32? {
    Int32(exactly: cunix_peer_pid(descriptor)).flatMap { $0 > 0 ? $0 : nil }
  }

  /// Waits for the next packet.
  func receive() throws(End) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: FrameCoding.limit + 1)
    while true {
      let count = recv(descriptor, &bytes, bytes.count, 0)
      if count < 0, errno == EINTR { continue }
      if count < 0, errno == EAGAIN { throw .silent }
      guard count > 0 else { throw .closed }
      guard count <= FrameCoding.limit else { throw .oversized }
      return Array(bytes.prefix(count))
    }
  }

  /// Sends a packet and waits until there is room for it; false: the other end is gone.
  func send(_ bytes: [UInt8]) -> Bool { put(bytes, 0) == bytes.count }

  /// Sends a packet if there is room now; nil: the other end is gone.
  func offer(_ bytes: [UInt8]) -> Bool? {
    let sent = put(bytes, Int32(MSG_DONTWAIT))
    if sent == bytes.count { return true }
    return errno == EAGAIN || errno == ENOBUFS ? false : nil
  }

  private func put(_ bytes: [UInt8], _ flags: Int32) -> Int {
    while true {
      let sent = Glibc.send(descriptor, bytes, bytes.count, flags | Int32(MSG_NOSIGNAL))
      if sent < 0, errno == EINTR { continue }
      return sent
    }
  }

  /// Ends the connection in both directions; whoever waits in ``receive()`` returns.
  func hangUp() { _ = shutdown(descriptor, Int32(SHUT_RDWR)) }

  /// The most bytes of packets that were read and not taken.
  static let heldLimit = 1 << 20

  /// The packets as they come, until the end; read by a thread of its own, which sleeps in recv(2).
  ///
  /// - Parameter patience: how long the other end may take for its first packet; nil: for ever.
  func packets(firstWithin patience: Duration? = nil) -> AsyncStream<[UInt8]> {
    let buffer = PacketBuffer(limit: Self.heldLimit)
    wait(atMost: patience)
    let hasBegun = Threads.start {
      var isFirst = patience != nil
      while let bytes = try? self.receive() {
        if isFirst { self.wait(atMost: nil) }
        isFirst = false
        if !buffer.put(bytes) { break }
      }
      self.hangUp()
      buffer.finish()
    }
    if !hasBegun {
      hangUp()
      buffer.finish()
    }
    let taker = PacketTaker(buffer)
    return AsyncStream {
      await taker.next()
    } onCancel: {
      buffer.finish()
    }
  }

  /// How long ``receive()`` waits at most (SO_RCVTIMEO, socket(7)); nil: for ever.
  private func wait(atMost span: Duration?) {
    let (seconds, attoseconds) = (span ?? .zero).components
    var time = timeval(tv_sec: Int(seconds), tv_usec: Int(attoseconds / 1_000_000_000_000))
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
  }
}
