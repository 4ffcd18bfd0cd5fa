/// One message of the queue, as a browser shows it.
public struct QueueMessage: Sendable, Hashable {
  public let id: String
  public let queue: QueueName
  /// The envelope sender; `MAILER-DAEMON` for bounces.
  public let sender: String
  public let recipients: [String]
  /// Why the first waiting recipient waits; empty where Postfix gives no reason.
  public let reason: String
  /// Seconds since it arrived.
  public let age: Int
  /// Bytes.
  public let size: Int
}

/// The queue at one moment, in groups and message by message.
///
/// Keeps the output of `postqueue -j` and reads it again, with the reader that counts, as far as
/// somebody looks: what is listed is what is counted.
public struct QueueListing: Sendable {
  /// The most messages that are listed of one group.
  public static let limit = 10_000

  public let report: QueueReport
  private let raw: [UInt8]
  private let now: Int
  private let localDomain: String
  private let isMarked: Bool

  /// Takes the output of `postqueue -j`.
  ///
  /// - Parameter isMarked: whether a whole output ends with the mark that ``EndMark`` prints.
  public init(_ raw: [UInt8], now: Int, localDomain: String, isMarked: Bool = false) {
    var reader = QueueReader(
      now: now,
      localDomain: localDomain,
      selection: nil,
      isMarked: isMarked
    )
    reader.consume(raw)
    report = reader.finish()
    self.raw = raw
    self.now = now
    self.localDomain = localDomain
    self.isMarked = isMarked
  }

  /// The largest groups, at most 1,000.
  public func groups(by grouping: QueueGrouping) -> [QueueGroup] {
    report.groups(by: grouping, top: 1_000).groups
  }

  /// The messages of a group, in the order of the queue, at most ``limit``.
  public func messages(of key: String, by grouping: QueueGrouping) -> [QueueMessage] {
    var selection = QueueSelection()
    switch grouping {
    case .age:
      guard let band = AgeBand.names.firstIndex(of: key) else { return [] }
      selection.ageBand = band
    case .queue: selection.queue = QueueName(name: key)
    case .reason: selection.reason = ReasonClass(word: key)
    case .domain: selection.domains = [key]
    case .sender: selection.senders = [key]
    }
    var reader = QueueReader(
      now: now,
      localDomain: localDomain,
      selection: selection,
      isMarked: isMarked,
      listing: Self.limit
    )
    reader.consume(raw)
    _ = reader.finish()
    return reader.listed
  }
}
