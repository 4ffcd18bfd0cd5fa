internal import Foundation
internal import Glibc
internal import Synchronization

/// A simulated world that a run and the runs within it act on in turn.
///
/// It lies in the directory of the run at the top, `world.json`, and who acts on it holds a flock(2)
/// on `world.lock` meanwhile, which the kernel takes back from whoever dies. What each run did is in its
/// own record; the file is what the others left, and where it is missing a run goes on from its own.
public struct SharedWorld: Sendable, Hashable {
  /// The directory of the run at the top.
  let directory: String

  /// The world of the runs below that one.
  public init(of root: RunDirectory) { directory = root.path }

  var file: String { directory + "/world.json" }
  var lock: String { directory + "/world.lock" }

  /// A world with the bytes that it was read from.
  struct Reading: Sendable {
    let bytes: [UInt8]
    let world: SimulatedWorld
  }

  /// A turn at the world; others wait until it is let go.
  ///
  /// A class because an open file has identity.
  public final class Turn: Sendable {
    private let shared: SharedWorld
    private let descriptor: Int32
    private let found: Mutex<SimulatedWorld?>

    fileprivate init(_ shared: SharedWorld, _ descriptor: Int32) {
      self.shared = shared
      self.descriptor = descriptor
      found = Mutex(nil)
    }

    deinit { close(descriptor) }

    /// The world as the last one left it; nil: nobody has yet.
    ///
    /// - Parameter known: what was read before; a world of thousands of messages takes long to decode.
    func world(unless known: Reading?) throws(JournalError) -> Reading? {
      guard SystemFiles.length(of: shared.file) != nil else { return nil }
      let bytes = try SystemFiles.contents(of: shared.file)
      let reading =
        if let known, known.bytes == bytes { known } else {
          Reading(bytes: bytes, world: try RecordCoding.decode(SimulatedWorld.self, from: bytes))
        }
      found.withLock { $0 = reading.world }
      return reading
    }

    /// Leaves the world to the others.
    func leave(_ world: SimulatedWorld) throws(JournalError) {
      guard found.withLock({ $0 != world }) else { return }
      let bytes = try RecordCoding.encode(world)
      try SystemFiles.replace(shared.file, in: shared.directory, with: bytes)
    }
  }

  /// Waits for a turn.
  func turn() async throws(JournalError) -> Turn {
    let descriptor = try SystemFiles.open(lock, O_RDWR | O_CREAT)
    if flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      // flock(2) waits, which no thread of the pool may.
      await withCheckedContinuation { continuation in
        Thread.detachNewThread {
          while flock(descriptor, LOCK_EX) != 0, errno == EINTR {}
          continuation.resume()
        }
      }
    }
    return Turn(self, descriptor)
  }
}
