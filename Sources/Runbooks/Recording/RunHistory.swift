/// A journal that was read once and replayed once.
public struct RunHistory: Sendable, Hashable {
  /// Everything recorded, from the first event on.
  public let entries: [JournalEntry]
  /// What the entries add up to.
  public let state: RunState
  /// Every signed sign-off with what it is meant to be over, by the number of its event.
  let signOffs: [Int64: SignedSignOff]

  /// The end of the chain; nil without entries.
  public var head: ChainHead? {
    entries.last.map { ChainHead(sequence: $0.sequence, hash: $0.hash) }
  }

  /// Entries that were replayed before.
  init(entries: [JournalEntry], state: RunState, signOffs: [Int64: SignedSignOff]) {
    self.entries = entries
    self.state = state
    self.signOffs = signOffs
  }

  /// Replays entries.
  ///
  /// - Throws: when they do not fit the runbook.
  public init(
    of runbook: Runbook,
    site: Value,
    entries: [JournalEntry]
  ) throws(RunStateError) {
    var state = RunState(of: runbook, site: site)
    var signOffs: [Int64: SignedSignOff] = [:]
    for entry in entries {
      if let signOff = state.signedSignOff(in: entry.event) { signOffs[entry.sequence] = signOff }
      try state.apply(entry.event)
    }
    self.signOffs = signOffs
    self.entries = entries
    self.state = state
  }

  /// Reads the journal of a run; needs no lock.
  ///
  /// - Throws: ``JournalError`` or ``RunStateError``.
  public init(reading directory: RunDirectory, of runbook: Runbook) throws {
    try self.init(
      of: runbook,
      site: try directory.pinnedSite(),
      entries: try JournalReader(directory).entries()
    )
  }
}
