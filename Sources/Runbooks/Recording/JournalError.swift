/// Why a journal cannot be read or written, in sentences for an operator.
public enum JournalError: Error, Sendable, Hashable {
  case diskFull(path: String)
  case inputOutput(path: String, detail: String)
  /// The file is not a sound database.
  case corrupt(path: String, detail: String)
  /// Another process holds the database.
  case locked(path: String)
  case newerSchema(path: String, found: Int, known: Int)
  case notPermitted(path: String, detail: String)
  case missing(path: String)
  /// Something else stands where a file of the record belongs; it was not read.
  case notAFile(path: String, kind: FileKind)
  /// Another runner has appended since; what this one would add is refused.
  case superseded(path: String)
  /// An entry cannot be decoded or does not belong where it stands.
  case badEntry(sequence: Int64, detail: String)
  /// A value cannot be written down, e.g. a number that is not finite.
  case unencodable(String)
  /// The site wants heads of the chain kept elsewhere, and that failed.
  case notWitnessed(String)
  /// An earlier write failed; nothing is written after that.
  case stopped
}

extension JournalError: CustomStringConvertible {
  /// What failed, on what, and what to do next.
  public var description: String {
    switch self {
    case .diskFull(let path):
      "The disk is full: \(path) cannot grow. Nothing was done after the last recorded event; "
        + "free space, then resume the run."
    case .inputOutput(let path, let detail):
      "Reading or writing \(path) failed (\(detail)). Nothing was done after the last recorded "
        + "event; check the disk, then resume the run."
    case .corrupt(let path, let detail):
      "\(path) is damaged (\(detail)). Run `mailconsole verify` to find the first bad event; other "
        + "runs are not touched."
    case .locked(let path):
      "\(path) is held by another process. Wait for it or end it."
    case .newerSchema(let path, let found, let known):
      "\(path) has form \(found), this version knows forms up to \(known). Use a newer mailconsole."
    case .notPermitted(let path, let detail):
      "\(path) may not be used (\(detail)). Check its owner and mode."
    case .missing(let path): "\(path) does not exist."
    case .notAFile(let path, let kind):
      "\(path) is \(kind.rawValue), which is no part of a record, so it was not read. Put back what "
        + "was recorded there."
    case .superseded(let path):
      "\(path) was taken over by another runner; this one records and does nothing more."
    case .badEntry(let sequence, let detail): "Event \(sequence) of the journal is bad: \(detail)."
    case .unencodable(let detail): "An event cannot be written down: \(detail)."
    case .notWitnessed(let detail):
      "The head of the record could not be kept outside the state directory (\(detail)), and the "
        + "site requires it. Nothing more is done; mend that, then resume the run."
    case .stopped:
      "An earlier event could not be recorded, so nothing more is done. Resume the run."
    }
  }
}
