internal import Foundation
internal import Runbooks

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
/// Keeps the output of `postqueue -j` and takes it apart only as far as
/// somebody looks.
public struct QueueListing: Sendable {
  /// The most messages that are listed of one group.
  public static let limit = 10_000

  public let report: QueueReport
  private let raw: [UInt8]
  private let now: Int
  private let localDomain: String

  /// Takes the output of `postqueue -j`.
  public init(_ raw: [UInt8], now: Int, localDomain: String) {
    var reader = QueueReader(now: now, localDomain: localDomain)
    reader.consume(raw)
    report = reader.finish()
    self.raw = raw
    self.now = now
    self.localDomain = localDomain
  }

  /// The largest groups, at most 1,000.
  public func groups(by grouping: QueueGrouping) -> [QueueGroup] {
    report.groups(by: grouping, top: 1_000).groups
  }

  /// The messages of a group, in the order of the queue, at most ``limit``.
  public func messages(of key: String, by grouping: QueueGrouping) -> [QueueMessage] {
    guard let wanted = ids(of: key, by: grouping) else {
      return decode { AgeBand.names[AgeBand.index(ofAge: $0.age)] == key }
    }
    return decode { wanted.contains($0.id) }
  }

  /// The ids of a group; nil for ages, which no selection can name.
  private func ids(of key: String, by grouping: QueueGrouping) -> Set<String>? {
    var selection = QueueSelection()
    switch grouping {
    case .age: return nil
    case .queue: selection.queue = QueueName(name: key)
    case .reason: selection.reason = ReasonClass(word: key)
    case .domain: selection.domains = [key]
    case .sender: selection.senders = [key]
    }
    var reader = QueueReader(now: now, localDomain: localDomain, selection: selection)
    reader.consume(raw)
    return Set(reader.finish().selected.map(\.id))
  }

  private func decode(_ isWanted: (QueueMessage) -> Bool) -> [QueueMessage] {
    var messages: [QueueMessage] = []
    let decoder = JSONDecoder()
    for line in raw.split(separator: 0x0A) {
      // A line that is no message is counted as malformed in the report.
      guard let entry = try? decoder.decode(Entry.self, from: Data(Self.asUTF8(line))) else {
        continue
      }
      let message = entry.message(now: now)
      guard isWanted(message) else { continue }
      messages.append(message)
      if messages.count == Self.limit { break }
    }
    return messages
  }

  /// Postfix passes on what senders wrote, UTF-8 or not; JSON must be UTF-8 (RFC 8259).
  private static func asUTF8(_ line: ArraySlice<UInt8>) -> [UInt8] {
    Array(String(decoding: line, as: UTF8.self).utf8)
  }

  /// A line of `postqueue -j` (postqueue(1)).
  private struct Entry: Decodable {
    struct Recipient: Decodable {
      let address: String
      let delayReason: String?

      enum CodingKeys: String, CodingKey {
        case address
        case delayReason = "delay_reason"
      }
    }

    let queue: String
    let id: String
    let arrival: Int?
    let size: Int?
    let sender: String
    let recipients: [Recipient]

    enum CodingKeys: String, CodingKey {
      case queue = "queue_name"
      case id = "queue_id"
      case arrival = "arrival_time"
      case size = "message_size"
      case sender, recipients
    }

    func message(now: Int) -> QueueMessage {
      QueueMessage(
        id: id,
        queue: QueueName(name: queue) ?? .other,
        sender: sender,
        recipients: recipients.map(\.address),
        reason: recipients.lazy.compactMap(\.delayReason).first ?? "",
        age: max(0, now - (arrival ?? now)),
        size: size ?? 0
      )
    }
  }
}
