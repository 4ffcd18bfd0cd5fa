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
  }

  private let descriptor: Int32

  /// Takes over an open socket.
  init(_ descriptor: Int32) { self.descriptor = descriptor }

  deinit { Glibc.close(descriptor) }

  /// Who is at the other end, as the kernel knows it (SO_PEERCRED, unix(7)).
  var peer: uid_t? {
    uid_t(exactly: cunix_peer_uid(descriptor))
  }

  /// Waits for the next packet.
  func receive() throws(End) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: FrameCoding.limit + 1)
    while true {
      let count = recv(descriptor, &bytes, bytes.count, 0)
      if count < 0, errno == EINTR { continue }
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

  /// The packets as they come, until the end; read by a thread of its own, which sleeps in recv(2).
  func packets() -> AsyncStream<[UInt8]> {
    AsyncStream { continuation in
      Threads.start {
        while let bytes = try? self.receive() { continuation.yield(bytes) }
        self.hangUp()
        continuation.finish()
      }
    }
  }
}

/// Threads for calls that wait in the kernel, which would hold up Swift's own.
enum Threads {
  private final class Body {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  static func start(_ body: @escaping @Sendable () -> Void) {
    var thread = pthread_t()
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    pthread_attr_setstacksize(&attributes, 512 * 1024)
    let box = Unmanaged.passRetained(Body(body))
    let status = pthread_create(
      &thread,
      &attributes,
      { pointer in
        guard let pointer else { return nil }
        Unmanaged<Body>.fromOpaque(pointer).takeRetainedValue().run()
        return nil
      },
      box.toOpaque()
    )
    precondition(status == 0, "the machine has no room for one more thread")
  }
}
