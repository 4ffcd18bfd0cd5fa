internal import CUnix
internal import Glibc
internal import Synchronization

/// Tells when files of a directory change, by inotify(7); nothing is asked meanwhile.
enum FileChanges {
  private static let mask = UInt32(IN_MODIFY | IN_CLOSE_WRITE | IN_MOVED_TO | IN_DELETE_SELF)
  /// The file whose change says that more was recorded: it is written after every commit, and
  /// closed with its writer.
  ///
  /// No other counts: whoever reads a journal that is open opens the files beside it for writing, as
  /// SQLite does, and would tell itself to read again for ever.
  private static let head = "head"

  /// Tells at once, and again after every commit; several may be told as one.
  ///
  /// So long as there is room, see ``watch(_:_:)``.
  static func of(directory: String) -> AsyncStream<Void> {
    watch(directory) { _, name in name.elementsEqual(head.utf8) }
  }

  /// Tells at once, and when a folder gets its name there, as a run does with its first event.
  static func ofFolders(in directory: String) -> AsyncStream<Void> {
    watch(directory) { mask, _ in
      mask & UInt32(IN_ISDIR) != 0 && mask & UInt32(IN_MOVED_TO) != 0
    }
  }

  /// Whether an event of inotify(7) is one to tell: its mask, and the name it is about.
  private typealias Telling = @Sendable (UInt32, Slice<UnsafeRawBufferPointer>) -> Bool

  /// Where the kernel has no room for one more watch it is told once, and then the stream ends. So
  /// it does when the directory is gone.
  private static func watch(_ directory: String, _ tells: @escaping Telling) -> AsyncStream<Void> {
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
        let count = read(descriptor, &events, events.count)
        guard count > 0 else { return }
        let news = News(of: events[..<count], tells)
        if news.hasMore { continuation.yield() }
        if news.isOver { return }
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

  /// What one read(2) of inotify(7) says.
  private struct News {
    private(set) var hasMore = false
    private(set) var isOver = false

    init(of events: ArraySlice<UInt8>, _ tells: Telling) {
      let over = UInt32(IN_DELETE_SELF) | UInt32(IN_IGNORED) | UInt32(IN_UNMOUNT)
      events.withUnsafeBytes { bytes in
        // struct inotify_event: wd, mask, cookie, len, and then the name with zeros behind it.
        var start = 0
        while start + 16 <= bytes.count {
          let mask = bytes.loadUnaligned(fromByteOffset: start + 4, as: UInt32.self)
          let length = bytes.loadUnaligned(fromByteOffset: start + 12, as: UInt32.self)
          let end = min(bytes.count, start + 16 + Int(length))
          let name = bytes[(start + 16)..<end].prefix { $0 != 0 }
          if tells(mask, name) || mask & UInt32(IN_Q_OVERFLOW) != 0 { hasMore = true }
          if mask & over != 0 { isOver = true }
          start = end
        }
      }
    }
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
