public import Runbooks

/// How a listing of the queue ended: whether what it lacks can be told from what was cut off.
public enum QueueEnding: Sendable, Hashable {
  /// Its end mark came.
  case whole
  /// It has no end mark, as nobody asked for one: it may be whole.
  case unmarked
  /// An end mark was asked for and did not come, though the last line is whole.
  case unseen
  /// It ended inside a record.
  case insideRecord
}

extension QueueReport {
  /// Whether the end was cut off, so that any number of messages may be missing.
  public var isCut: Bool { ending == .unseen || ending == .insideRecord }

  /// Whether there may be more messages than are counted.
  public var isLowerBound: Bool { isCut || malformed > 0 }

  /// What is not known of the queue; nil where every line was understood to the end.
  public var doubt: Doubt? {
    var words: [String] = []
    switch ending {
    case .unseen: words.append("the end of the listing did not arrive")
    case .insideRecord: words.append("the listing was cut inside a record")
    case .whole, .unmarked: break
    }
    if malformed > 0 {
      words.append(
        "\(counted(malformed, "line")) \(malformed == 1 ? "was" : "were") not understood"
      )
    }
    guard !words.isEmpty else { return nil }
    return Doubt(
      isCut ? .end : .parts,
      words.joined(separator: ", ") + ": all numbers are a lower bound",
      advice: isCut
        ? "Read the queue again; if it is cut again, read it on the node itself."
        : "Look at the lines in the queue report, and at the queue with `postqueue -p`."
    )
  }

  /// The messages with their noun: `3 messages`, `at least 3 messages`.
  public var messages: String {
    (isLowerBound ? "at least " : "") + counted(total, "message")
  }
}
