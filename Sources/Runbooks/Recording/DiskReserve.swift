internal import Glibc
internal import Synchronization

/// Room that is taken on the disk before it is needed, and given back when the disk is full, a
/// piece at a time: what has happened can then still be recorded, and that the run is paused.
///
/// A class because all that writes to a run's record shares it. A file system that cannot set room
/// aside gives none, and the run does without.
final class DiskReserve: Sendable {
  /// More than a commit of a few events takes in pages of the write-ahead log.
  private static let piece = 64 << 10
  private static let whole = 4 * piece

  private struct Room {
    var left = 0
    var isSpent = false
  }

  private let path: String
  private let room = Mutex(Room())

  /// Takes no room yet: ``regain()`` does.
  init(at path: String) { self.path = path }

  /// Whether the disk was full, and nobody has found room for all of it since.
  var isSpent: Bool { room.withLock { $0.isSpent } }

  /// Takes the room, for the first time or where it was spent.
  ///
  /// - Returns: false when the disk is too full for it.
  @discardableResult
  func regain() -> Bool {
    room.withLock { room in
      guard room.left < Self.whole else { return true }
      switch Self.fill(path, to: Self.whole) {
      case 0: room = Room(left: Self.whole)
      case ENOSPC, EDQUOT:
        // What was taken on the way is no use, and would be missed elsewhere.
        Self.cut(path, to: room.left)
        room.isSpent = true
      default: room = Room()
      }
      return !room.isSpent
    }
  }

  /// Writes, and once more for each piece of room that is left while the disk is full.
  ///
  /// - Parameter write: leaves nothing behind when it fails for want of room.
  func spending<T>(_ write: () throws(JournalError) -> T) throws(JournalError) -> T {
    while true {
      do throws(JournalError) {
        return try write()
      } catch {
        guard case .diskFull = error, giveBack() else { throw error }
      }
    }
  }

  private func giveBack() -> Bool {
    room.withLock { room in
      guard room.left > 0, Self.cut(path, to: room.left - Self.piece) else { return false }
      room = Room(left: room.left - Self.piece, isSpent: true)
      return true
    }
  }

  /// Gives everything back; the run needs it no more.
  func release() {
    room.withLock { room in
      room = Room()
      unlink(path)
    }
  }

  /// Gives an errno; 0: the file has that much room on the disk.
  private static func fill(_ path: String, to length: Int) -> Int32 {
    let flags = O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK
    let sharing = Sharing(around: path)
    let descriptor = open(path, flags, sharing.fileMode)
    guard descriptor >= 0 else { return errno }
    defer { close(descriptor) }
    // One that a member of the group cannot use is room all the same.
    try? sharing.give(to: descriptor, path)
    return posix_fallocate(descriptor, 0, off_t(length))
  }

  @discardableResult
  private static func cut(_ path: String, to length: Int) -> Bool {
    let descriptor = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return ftruncate(descriptor, off_t(length)) == 0
  }
}
