internal import Foundation

/// Reads the journal of a run; needs no lock and sees only what was committed.
///
/// A value: each call opens the database and closes it again, so that a reader
/// never stands in the way of the driver for long.
public struct JournalReader: Sendable, Hashable {
  public let directory: RunDirectory

  public init(_ directory: RunDirectory) { self.directory = directory }

  /// The entries after a sequence number, in order, at most so many.
  ///
  /// Each one's hash covers its bytes and follows the one before it; what else has to hold is for
  /// ``Verification``.
  public func entries(
    after sequence: Int64 = 0,
    limit: Int = .max
  ) throws(JournalError) -> [JournalEntry] {
    var entries: [JournalEntry] = []
    try forEachRow(after: sequence, limit: limit) { row in
      let entry = try row.entry()
      if let last = entries.last, entry.previous != last.hash {
        throw JournalError.badEntry(
          sequence: entry.sequence,
          detail: "it does not follow the event before it"
        )
      }
      entries.append(entry)
      return true
    }
    return entries
  }

  /// The newest entry; nil for a journal without entries.
  public func last() throws(JournalError) -> JournalEntry? {
    guard let sequence = try head()?.sequence else { return nil }
    return try entries(after: sequence - 1).first
  }

  /// The end of the chain as the newest row says; nil for a journal without entries.
  public func head() throws(JournalError) -> ChainHead? {
    try JournalDatabase.attempt(directory.journal) {
      try exists()
      let reader = try JournalDatabase.openForReading(directory.journal)
      defer { reader.close() }
      return try JournalDatabase.head(in: reader)
    }
  }

  /// The sum of the run's events.
  public func state(of runbook: Runbook) throws(JournalError) -> RunState {
    let site = try directory.pinnedSite()
    var state = RunState(of: runbook, site: site)
    for entry in try entries() {
      do {
        try state.apply(entry.event)
      } catch {
        throw .badEntry(sequence: entry.sequence, detail: error.description)
      }
    }
    return state
  }

  private func exists() throws(JournalError) {
    guard SystemFiles.length(of: directory.journal) != nil else {
      throw .missing(path: directory.journal)
    }
  }

  /// One row as it lies in the table, nothing taken on trust.
  struct RawRow {
    let sequence: Int64
    let wall: Int64?
    let payload: [UInt8]?
    let previous: String?
    let hash: String?

    /// The entry the row stands for.
    func entry() throws(JournalError) -> JournalEntry {
      guard let payload else {
        throw .badEntry(sequence: sequence, detail: "a column is of the wrong kind")
      }
      guard let previous = previous.flatMap(Digest.init(hex:)),
        JournalDatabase.Row.hash(previous: previous, payload).hex == hash
      else {
        throw .badEntry(
          sequence: sequence,
          detail: "its hash does not cover its bytes: they were changed after they were recorded"
        )
      }
      return try entry(try RecordCoding.payload(payload, sequence: sequence))
    }

    /// The entry with the content of its payload, decoded before.
    func entry(_ content: JournalPayload) throws(JournalError) -> JournalEntry {
      guard let previous = previous.flatMap(Digest.init(hex:)),
        let hash = hash.flatMap(Digest.init(hex:))
      else { throw .badEntry(sequence: sequence, detail: "a column is of the wrong kind") }
      return JournalEntry(
        sequence: sequence,
        run: content.run,
        actor: content.actor,
        wall: content.at,
        monotonicNanoseconds: content.mono,
        boot: content.boot,
        event: content.event,
        previous: previous,
        hash: hash
      )
    }
  }

  /// Calls with each row in order until it says false.
  func forEachRow(
    after sequence: Int64,
    limit: Int = .max,
    _ body: (RawRow) throws -> Bool
  ) throws(JournalError) {
    try JournalDatabase.attempt(directory.journal) {
      try exists()
      let reader = try JournalDatabase.openForReading(directory.journal)
      defer { reader.close() }
      try reader.forEachRow(
        "SELECT seq, at, payload, previous, hash FROM event WHERE seq > ? ORDER BY seq LIMIT ?",
        [sequence, Int64(limit)]
      ) { row in
        try body(
          RawRow(
            sequence: row.integer(0) ?? -1,
            wall: row.integer(1),
            payload: row.blob(2),
            previous: row.text(3),
            hash: row.text(4)
          )
        )
      }
    }
  }
}
