internal import Glibc

/// The right to drive a run, held by one process at a time.
///
/// A class because the open file has identity: the kernel gives the lock up
/// when it is closed, so that a crash never leaves a run locked.
public final class RunLock: Sendable {
  /// Who holds a lock, as the holder wrote it.
  public struct Holder: Sendable, Hashable, Codable {
    public let pid: Int32
    public let boot: String
    public let name: String

    public init(pid: Int32, boot: String, name: String) {
      self.pid = pid
      self.boot = boot
      self.name = name
    }
  }

  private let descriptor: Int32

  /// Takes the lock.
  ///
  /// - Throws: ``DriverRefusal`` that names the holder when somebody drives already.
  public init(of directory: RunDirectory, for holder: Holder) throws {
    let path = directory.lock
    let descriptor = try SystemFiles.open(path, O_RDWR | O_CREAT)
    guard Self.take(descriptor) else {
      close(descriptor)
      throw DriverRefusal(path: directory.path, holder: Self.holder(of: directory))
    }
    self.descriptor = descriptor
    let bytes = try RecordCoding.encode(holder)
    // Written over and then cut: on a full disk the place that is there is enough.
    try SystemFiles.write(bytes, to: descriptor, path)
    ftruncate(descriptor, off_t(bytes.count))
  }

  deinit { close(descriptor) }

  /// Whether somebody holds the lock now.
  public static func isHeld(_ directory: RunDirectory) -> Bool {
    guard let descriptor = try? SystemFiles.open(directory.lock, O_RDWR) else { return false }
    defer { close(descriptor) }
    return flock(descriptor, LOCK_SH | LOCK_NB) != 0
  }

  /// Who wrote the lock file last; holds it only if ``isHeld(_:)``.
  public static func holder(of directory: RunDirectory) -> Holder? {
    guard let bytes = try? SystemFiles.contents(of: directory.lock) else { return nil }
    return try? RecordCoding.decode(Holder.self, from: bytes)
  }

  /// Tries for a moment: someone who only looks whether the lock is held holds it too, and so
  /// does a child of this process between fork(2) and exec(2).
  static func take(_ descriptor: Int32) -> Bool {
    for _ in 0..<50 {
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
      usleep(2_000)
    }
    return false
  }
}

/// A second driver is not let in.
public struct DriverRefusal: Error, Sendable, Hashable, CustomStringConvertible {
  public let path: String
  public let holder: RunLock.Holder?

  public var description: String {
    let who = holder.map { "\($0.name) (process \($0.pid))" } ?? "another process"
    return "The run in \(path) is driven by \(who). Watch it with `mailconsole attach`, or ask "
      + "them to let go."
  }
}
