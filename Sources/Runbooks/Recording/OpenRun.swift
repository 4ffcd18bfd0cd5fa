/// A run that is open for its driver: the lock, the journal and the files.
public struct OpenRun: RunRecord {
  public let directory: RunDirectory
  /// Held as long as this value lives.
  private let lock: RunLock
  private let journal: Journal
  private let reserve: DiskReserve

  init(_ run: RunID, in directory: RunDirectory, lock: RunLock) throws(JournalError) {
    self.directory = directory
    self.lock = lock
    reserve = DiskReserve(at: directory.reserve)
    journal = try Journal(of: run, in: directory, reserve)
    // Last: what is needed to open a run comes before what is set aside.
    reserve.regain()
  }

  public func append(
    _ events: [RunEvent],
    by actor: String,
    at reading: ClockReading,
    boot: String
  ) throws(JournalError) -> [JournalEntry] {
    try journal.append(events, by: actor, at: reading, boot: boot)
  }

  public func keep(_ bytes: [UInt8]) throws(JournalError) -> BlobReference {
    try reserve.spending { () throws(JournalError) in try directory.blobs.keep(bytes) }
  }

  public func bytes(of digest: Digest) throws(JournalError) -> [UInt8] {
    try directory.blobs.bytes(of: digest)
  }

  public func openOutput(of step: StepID, attempt: Int) -> OutputRecorder {
    directory.blobs.openOutput(of: step, attempt: attempt)
  }

  public func salvageOutput(
    of step: StepID,
    attempt: Int
  ) throws(JournalError) -> BlobReference? {
    try directory.blobs.salvage(step, attempt: attempt)
  }

  public var isShortOfRoom: Bool { reserve.isSpent }

  public func regainRoom() -> Bool { reserve.regain() }

  public var children: ChildStore { directory.children }

  public var head: ChainHead { journal.head }

  /// Everything recorded so far.
  public func entries() throws(JournalError) -> [JournalEntry] {
    try JournalReader(directory).entries()
  }

  /// Folds the journal into one file and seals it; nothing can be appended after that.
  public func close() throws(JournalError) {
    reserve.release()
    try journal.close()
  }
}
