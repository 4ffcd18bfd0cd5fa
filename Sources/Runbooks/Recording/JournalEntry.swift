/// One row of the journal: an event, when and by whom it was recorded, and its place in the chain.
public struct JournalEntry: Sendable, Hashable, Codable {
  /// Counts from 1 without gaps.
  public let sequence: Int64
  public let run: RunID
  /// Who caused it: an operator's name, or `mailconsole`.
  public let actor: String
  /// The wall clock when it was recorded.
  public let wall: Moment
  /// Nanoseconds since boot when it was recorded.
  public let monotonicNanoseconds: Int64
  public let boot: String
  public let event: RunEvent
  /// The hash of the entry before; of the first entry, the digest of the run's name.
  public let previous: Digest
  /// The SHA-256 of ``previous``'s 64 digits followed by the payload's bytes.
  public let hash: Digest

  public init(
    sequence: Int64,
    run: RunID,
    actor: String,
    wall: Moment,
    monotonicNanoseconds: Int64,
    boot: String,
    event: RunEvent,
    previous: Digest,
    hash: Digest
  ) {
    self.sequence = sequence
    self.run = run
    self.actor = actor
    self.wall = wall
    self.monotonicNanoseconds = monotonicNanoseconds
    self.boot = boot
    self.event = event
    self.previous = previous
    self.hash = hash
  }
}

/// The end of a chain: how many entries, and the hash of the last.
public struct ChainHead: Sendable, Hashable, Codable {
  public let sequence: Int64
  public let hash: Digest

  public init(sequence: Int64, hash: Digest) {
    self.sequence = sequence
    self.hash = hash
  }

  /// The head before the first entry of a run.
  public static func genesis(of run: RunID) -> ChainHead {
    ChainHead(sequence: 0, hash: Digest(of: run.name))
  }
}
