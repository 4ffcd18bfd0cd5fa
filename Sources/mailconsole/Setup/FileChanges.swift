internal import CUnix
internal import Glibc
internal import Synchronization

/// Tells when files of a directory change, by inotify(7); nothing is asked meanwhile.
enum FileChanges {
  /// What in a run's directory says that more was recorded: `head` is written after every commit.
  private static let mask = UInt32(IN_MODIFY | IN_CLOSE_WRITE | IN_MOVED_TO | IN_DELETE_SELF)

  /// Tells at once, and again after every change; several changes may be told as one.
  ///
  /// Where the kernel has no room for one more watch it is told once, and then the stream ends.
  static func of(directory: String) -> AsyncStream<Void> {
    let (stream, continuation) = AsyncStream.makeStream(
      of: Void.self,
      bufferingPolicy: .bufferingNewest(1)
    )
    let descriptor = inotify_init1(Int32(IN_CLOEXEC))
    var ends: [Int32] = [0, 0]
    guard descriptor >= 0, inotify_add_watch(descriptor, directory, mask) >= 0,
      cunix_pipe(&ends) == 0
    else {
      if descriptor >= 0 { close(descriptor) }
      continuation.yield()
      continuation.finish()
      return stream
    }
    let hungUp = ends[0]
    let box = HangUp(ends[1])
    // Watched before it is told the first time, so that nothing comes between the two.
    continuation.yield()
    continuation.onTermination = { _ in box.hangUp() }
    let hasBegun = Threads.start {
      defer {
        close(descriptor)
        close(hungUp)
        box.hangUp()
        continuation.finish()
      }
      var events = [UInt8](repeating: 0, count: 4_096)
      while true {
        var waiting = [
          pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
          pollfd(fd: hungUp, events: Int16(POLLIN), revents: 0),
        ]
        let ready = poll(&waiting, 2, -1)
        if ready < 0, errno == EINTR { continue }
        guard ready > 0, waiting[1].revents == 0 else { return }
        guard read(descriptor, &events, events.count) > 0 else { return }
        continuation.yield()
      }
    }
    if !hasBegun {
      close(descriptor)
      close(hungUp)
      box.hangUp()
      continuation.finish()
    }
    return stream
  }

  /// The end of a pipe whose closing ends a thread's wait.
  private final class HangUp: Sendable {
    private let descriptor: Mutex<Int32?>
    init(_ descriptor: Int32) { self.descriptor = Mutex(descriptor) }

    func hangUp() {
      descriptor.withLock {
        if let open = $0 { close(open) }
        $0 = nil
      }
    }
  }
}
