/// What a watcher of a run is told.
///
/// Buffers are bounded and the newest updates win: a watcher that sees the
/// sequence number jump reads the missed events from the journal.
public enum RunUpdate: Sendable {
  /// An event was committed to the journal.
  case recorded(JournalEntry)
  /// A step under way wrote output; its bytes are not yet kept; secrets are out of them.
  case output(StepID, [UInt8])
  /// The record could not be written; the engine has stopped.
  case stopped(JournalError)
}
