/// Where the engine writes: events, and the files they name.
///
/// The engine knows no more of the disk than this, so that tests can make it
/// fail at any point.
public protocol RunRecord: Sendable {
  /// Commits events together and returns them as recorded; when it returns
  /// they survive a crash, when it throws nothing more may be done.
  func append(
    _ events: [RunEvent],
    by actor: String,
    at reading: ClockReading,
    boot: String
  ) throws(JournalError) -> [JournalEntry]
  /// Keeps bytes under their digest.
  func keep(_ bytes: [UInt8]) throws(JournalError) -> BlobReference
  /// The bytes kept under a digest.
  func bytes(of digest: Digest) throws(JournalError) -> [UInt8]
  /// Starts keeping the output of an attempt.
  func openOutput(of step: StepID, attempt: Int) -> OutputRecorder
  /// Keeps what a crash left of an attempt's output.
  func salvageOutput(of step: StepID, attempt: Int) throws(JournalError) -> BlobReference?
  /// Where supervised commands write, so that it survives whoever began them.
  var children: ChildStore { get }
  /// The end of the chain.
  var head: ChainHead { get }
  /// Whether the disk was full, and what is recorded since is recorded out of a reserve.
  var isShortOfRoom: Bool { get }
  /// Sets room aside again; false while the disk is too full for that.
  func regainRoom() -> Bool
}

extension RunRecord {
  public var isShortOfRoom: Bool { false }
  public func regainRoom() -> Bool { true }
}
