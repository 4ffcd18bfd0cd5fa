internal import GRDB
internal import Glibc
internal import Synchronization

/// The journal of one run, open for writing: SQLite in WAL mode with `synchronous=FULL`.
///
/// A class because the database connection and the end of the chain have
/// identity. It only ever appends: triggers refuse updates and deletions, and
/// each entry's hash covers the hash before it and the exact bytes of its
/// payload. An append is one transaction whose cost does not depend on the
/// length of the run.
public final class Journal: Sendable {
  private struct Storage {
    var queue: DatabaseQueue?
    var head: ChainHead
    /// A write failed; what the disk holds is known again only after reopening.
    var hasFailed = false
  }

  public let run: RunID
  private let path: String
  private let folder: String
  private let headPath: String
  private let headDescriptor: Int32
  private let reserve: DiskReserve?
  private let storage: Mutex<Storage>

  /// Opens the journal of a run for its driver, or makes it.
  public convenience init(of run: RunID, in directory: RunDirectory) throws(JournalError) {
    try self.init(of: run, in: directory, nil)
  }

  /// - Parameter reserve: room that is given back when the disk is full.
  init(of run: RunID, in directory: RunDirectory, _ reserve: DiskReserve?) throws(JournalError) {
    self.run = run
    self.reserve = reserve
    path = directory.journal
    folder = directory.path
    headPath = directory.head
    let isNew = SystemFiles.length(of: path) == nil
    if isNew {
      // Its head without it: it was taken away, and is not to be begun anew.
      guard SystemFiles.kind(of: directory.head) == nil else { throw .missing(path: path) }
      // SQLite would make it readable as the umask allows.
      SystemFiles.close(try SystemFiles.open(path, O_RDWR | O_CREAT | O_EXCL))
    }
    // How far the journal was acknowledged is never made up: without it nothing is appended.
    let acknowledged = HeadFile.read(directory.head)
    guard isNew || acknowledged != nil else {
      throw .corrupt(path: directory.head, detail: "it is missing or damaged")
    }
    if let seal = acknowledged?.seal, try SystemFiles.digest(of: path) != seal {
      throw .corrupt(path: path, detail: "it is not the file that was closed")
    }
    // Before the file changes, or a crash in between would look like damage.
    if acknowledged?.seal != nil { try HeadFile.unseal(directory.head) }
    let path = self.path
    let (queue, head) = try JournalDatabase.attempt(path) {
      let queue = try JournalDatabase.openForWriting(path)
      do {
        return (queue, try JournalDatabase.head(of: run, in: queue))
      } catch {
        try? JournalDatabase.retire(queue)
        throw error
      }
    }
    if let acknowledged {
      do throws(JournalError) {
        try Self.compare(acknowledged.head, with: head, in: queue, path)
      } catch {
        try? JournalDatabase.retire(queue)
        throw error
      }
    }
    headDescriptor = try HeadFile.open(directory.head, at: head)
    storage = Mutex(Storage(queue: queue, head: head))
    if isNew { try SystemFiles.syncDirectory(directory.path) }
  }

  /// Holds what was acknowledged against the chain.
  private static func compare(
    _ acknowledged: ChainHead,
    with end: ChainHead,
    in queue: DatabaseQueue,
    _ path: String
  ) throws(JournalError) {
    let number = acknowledged.sequence
    guard number <= end.sequence else {
      throw .corrupt(
        path: path,
        detail: "it ends with event \(end.sequence), but event \(number) was acknowledged"
      )
    }
    let hash = try JournalDatabase.attempt(path) {
      try JournalDatabase.hash(of: number, in: queue)
    }
    guard number == 0 || hash == acknowledged.hash else {
      throw .corrupt(path: path, detail: "event \(number) is not the one that was acknowledged")
    }
  }

  deinit { SystemFiles.close(headDescriptor) }

  /// The end of the chain.
  public var head: ChainHead { storage.withLock { $0.head } }

  /// Commits events in one transaction.
  ///
  /// - Throws: when they are not on the disk; the journal then refuses
  ///   everything until it is opened again.
  public func append(
    _ events: [RunEvent],
    by actor: String,
    at reading: ClockReading,
    boot: String
  ) throws(JournalError) -> [JournalEntry] {
    let result = storage.withLock { storage -> Result<[JournalEntry], JournalError> in
      do throws(JournalError) {
        guard !storage.hasFailed, let queue = storage.queue else { throw .stopped }
        var rows: [JournalDatabase.Row] = []
        var head = storage.head
        for event in events {
          let payload = JournalPayload(
            seq: head.sequence + 1,
            run: run,
            at: reading.wall,
            mono: reading.monotonicNanoseconds,
            boot: boot,
            actor: actor,
            event: event
          )
          let bytes = try RecordCoding.encode(payload)
          let row = JournalDatabase.Row(after: head, payload: payload, bytes: bytes)
          head = row.head
          rows.append(row)
        }
        storage.hasFailed = true
        // A write that found no room was rolled back; a sync that failed is no want of room.
        let last = storage.head
        try spending { () throws(JournalError) in
          try JournalDatabase.attempt(path) {
            try JournalDatabase.insert(rows, after: last, of: run, into: queue)
          }
        }
        try spending { () throws(JournalError) in
          try HeadFile.write(head, to: headDescriptor, headPath)
        }
        storage.hasFailed = false
        storage.head = head
        return .success(rows.map(\.entry))
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  private func spending(_ write: () throws(JournalError) -> Void) throws(JournalError) {
    if let reserve { try reserve.spending(write) } else { try write() }
  }

  /// Closes the journal into one plain file without a write-ahead log, and seals it:
  /// its length and digest as a file go into `head`.
  ///
  /// A journal that is not closed, because the process died or somebody reads
  /// it at that moment, loses nothing; it is just not sealed.
  public func close() throws(JournalError) {
    let result = storage.withLock { storage -> Result<Void, JournalError> in
      do throws(JournalError) {
        guard let queue = storage.queue else { return .success(()) }
        storage.queue = nil
        let isOneFile = try JournalDatabase.attempt(path) {
          try JournalDatabase.close(queue)
        }
        if isOneFile, !storage.hasFailed {
          // A power cut could bring the removed log back, which lies beside no sealed file.
          try SystemFiles.syncDirectory(folder)
          try HeadFile.seal(try SystemFiles.digest(of: path), headDescriptor, headPath)
        }
        return .success(())
      } catch {
        return .failure(error)
      }
    }
    try result.get()
  }
}
