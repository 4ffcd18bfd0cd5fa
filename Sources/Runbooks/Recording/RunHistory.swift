/// A journal that was read once and replayed once.
public struct RunHistory: Sendable {
  /// Everything recorded, from the first event on.
  public let entries: [JournalEntry]
  /// What the entries add up to.
  public let state: RunState

  /// Replays entries.
  ///
  /// - Throws: when they do not fit the runbook.
  public init(
    of runbook: Runbook,
    site: Value,
    entries: [JournalEntry]
  ) throws(RunStateError) {
    var state = RunState(of: runbook, site: site)
    for entry in entries { try state.apply(entry.event) }
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
