/// What a watcher of a run is told.
///
/// Buffers are bounded and the newest updates win: a watcher that sees the
/// sequence number jump reads the missed events from the journal, and one that
/// sees the offset of an output jump finds what it missed in the kept output.
public enum RunUpdate: Sendable {
  /// An event was committed to the journal.
  case recorded(JournalEntry)
  /// A step under way wrote output.
  case output(OutputPiece)
  /// The record could not be written; the engine has stopped.
  case stopped(JournalError)
  /// In another console a key is asked to sign, or is no longer; it is no part of the record.
  case signing(SigningNotice)
}

/// That a person's key is asked to sign at a step, which may wait for a touch.
public struct SigningNotice: Sendable, Hashable, Codable {
  public let step: StepID
  public let by: String
  /// Whether it is asked no longer: it has signed, or was left.
  public let isOver: Bool

  public init(step: StepID, by: String, isOver: Bool) {
    self.step = step
    self.by = by
    self.isOver = isOver
  }
}

/// A piece of what one attempt of a step wrote; secrets are out of it.
public struct OutputPiece: Sendable, Hashable, Codable {
  public let step: StepID
  public let attempt: Int
  /// How many bytes of the attempt's output come before it.
  public let offset: Int
  public let bytes: [UInt8]

  public init(step: StepID, attempt: Int, offset: Int, bytes: [UInt8]) {
    self.step = step
    self.attempt = attempt
    self.offset = offset
    self.bytes = bytes
  }

  /// How many bytes of the attempt's output there are up to its end.
  public var end: Int { offset + bytes.count }

  /// The same output in pieces of at most so many bytes.
  public func split(into limit: Int) -> [OutputPiece] {
    stride(from: 0, to: bytes.count, by: max(1, limit)).map { start in
      OutputPiece(
        step: step,
        attempt: attempt,
        offset: offset + start,
        bytes: Array(bytes[start..<min(bytes.count, start + limit)])
      )
    }
  }
}
