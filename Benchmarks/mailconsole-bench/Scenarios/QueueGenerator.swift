internal import Glibc
internal import TestSupport

/// Writes what `postqueue -j` prints for a long queue with several causes at once.
///
/// Line length, reasons and the number of senders and domains are as on a busy
/// relay: a stolen account, a receiver that defers, one that is dead, bounces,
/// and ordinary mail for thousands of domains.
enum QueueGenerator {
  static let localDomain = "example.test"

  /// Writes that many messages.
  ///
  /// - Returns: The size of the file.
  @discardableResult
  static func write(_ count: Int, to path: String) throws -> Int {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw BenchFailure("\(path): errno \(errno)") }
    defer { close(descriptor) }
    var size = 0
    var chunk: [UInt8] = []
    var chance = SeededGenerator(seed: 20_261_122)
    for number in 0..<count {
      chunk += line(number, &chance).utf8
      if chunk.count > 1 << 20 || number == count - 1 {
        guard Glibc.write(descriptor, chunk, chunk.count) == chunk.count else {
          throw BenchFailure("\(path) could not be written: errno \(errno)")
        }
        size += chunk.count
        chunk.removeAll(keepingCapacity: true)
      }
    }
    return size
  }

  private static func line(_ number: Int, _ chance: inout SeededGenerator) -> String {
    let dice = chance.next()
    let message = message(dice % 100, Int(dice >> 8 & 0xFFFF), Int(dice >> 24 & 0xFFFF))
    let queueID = String(0xA0_0000_0000 + number * 7_919, radix: 16, uppercase: true)
    let reason =
      message.reason.isEmpty ? "" : ", \"delay_reason\": \"\(message.reason)\""
    return "{\"queue_name\": \"\(message.queue)\", \"queue_id\": \"\(queueID)\", "
      + "\"arrival_time\": \(1_795_316_400 + Int(dice >> 40 & 0x3FFF)), "
      + "\"message_size\": \(2_048 + Int(dice >> 16 & 0xFFFF)), \"forced_expire\": false, "
      + "\"sender\": \"\(message.sender)\", \"recipients\": [{\"address\": "
      + "\"\(message.recipient)\"\(reason)}]}\n"
  }

  private struct Message {
    var queue = "deferred"
    let sender: String
    let recipient: String
    var reason = ""
  }

  private static func message(_ share: UInt64, _ one: Int, _ other: Int) -> Message {
    let user = "user\(one % 5_000)@\(localDomain)"
    // A receiver answers from a few addresses, so the same reasons come again and again.
    let address = "198.51.\(other % 8).\(10 + one % 4)"
    switch share {
    case ..<35:
      let domain = "freemail\(other % 40).test"
      return Message(
        sender: "alice@\(localDomain)",
        recipient: "person.number\(one)@\(domain)",
        reason: "host mx.\(domain)[\(address)] said: 450-4.7.28 Unusual rate of unsolicited mail "
          + "from your network, rate limited (in reply to RCPT TO command)"
      )
    case ..<55:
      let domain = "slowmail-\(other % 8).test"
      return Message(
        sender: user,
        recipient: "customer\(one)@\(domain)",
        reason: "host mx.slowmail.test[\(address)] said: 451 4.7.1 Too many messages from your "
          + "network, try again later (in reply to RCPT TO command)"
      )
    case ..<75:
      return Message(
        sender: user,
        recipient: "office\(one)@dead.test",
        reason: "delivery temporarily suspended: connect to mx.dead.test[203.0.113.9]:25: "
          + "Connection timed out"
      )
    case ..<85:
      let domain = "forged\(other % 2_000).test"
      return Message(
        sender: "MAILER-DAEMON",
        recipient: "someone\(one)@\(domain)",
        reason: "conversation with mx.\(domain)[\(address)] timed out while receiving the "
          + "initial server greeting"
      )
    case ..<95:
      let domain = "company\(other % 5_000).test"
      return Message(
        sender: user,
        recipient: "info@\(domain)",
        reason: "Host or domain name not found. Name service error for name=\(domain) type=MX: "
          + "Host not found, try again"
      )
    default:
      return Message(
        queue: "active",
        sender: user,
        recipient: "team@company\(other % 5_000).test"
      )
    }
  }
}
