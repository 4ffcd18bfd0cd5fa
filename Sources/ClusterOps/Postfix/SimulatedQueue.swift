internal import Runbooks

/// The messages of a simulated Postfix.
struct SimulatedQueue {
  /// One message as the world keeps it.
  struct Message {
    var id: String
    var queue: QueueName
    var sender: String
    var recipients: [String]
    var reason: String
    var arrived: Int
    var size: Int
    /// When it is tried next, in seconds since 1970, in a world that goes on; nil: at once.
    var next: Int?

    /// The domain it waits for.
    var domain: String {
      recipients.first?.split(separator: "@").last.map { $0.lowercased() } ?? ""
    }

    var value: Value {
      var fields: [String: Value] = [
        "id": .string(id), "queue": .string(queue.name), "sender": .string(sender),
        "recipients": .list(recipients.map(Value.string)), "reason": .string(reason),
        "arrived": .integer(arrived), "size": .integer(size),
      ]
      if let next { fields["next"] = .integer(next) }
      return .record(fields)
    }
  }

  var messages: [Message]
  /// How many numbers of ids are taken.
  let numbered: Int

  /// The messages of the facet `postfix`, with those its generators make.
  ///
  /// - Parameter taken: how many numbers of ids are taken already.
  init(_ postfix: Value, domain: String, now: Int, seed: UInt64, taken: Int = 0) {
    var number = 0
    messages = postfix.records("messages").map { record in
      number += 1
      return Message(
        id: record.text("id", Self.id(number)),
        queue: QueueName(name: record.text("queue", "deferred")) ?? .deferred,
        sender: record.text("sender", "MAILER-DAEMON"),
        recipients: record.texts("recipients"),
        reason: record.text("reason", ""),
        arrived: record.int("arrived", now - record.int("age", 600)),
        size: record.int("size", 2048),
        next: record["next"]?.int
      )
    }
    number = max(number, taken)
    var chance = SplitMix64(state: seed)
    for generator in postfix.records("generators") {
      let made = MessageGenerator(generator, domain: domain).messages(
        from: number,
        now: now,
        chance: &chance
      )
      messages += made
      number += made.count
    }
    numbered = number
  }

  /// A queue id for a number: different for different numbers.
  static func id(_ number: Int) -> String {
    String(0xA0_0000_0000 + number * 7919, radix: 16, uppercase: true)
  }

  /// What Postfix notes after an attempt at a domain that behaves in some way.
  static func reason(of behaviour: String, _ domain: String) -> String? {
    let host = "mx.\(domain)[198.51.100.\(20 + domain.utf8.count)]"
    return switch behaviour {
    case "dead": "connect to \(host):25: Connection refused"
    case "hang": "conversation with \(host) timed out while receiving the initial server greeting"
    case "defer":
      "host \(host) said: 451 4.7.1 Too many messages from your network, try again later "
        + "(in reply to RCPT TO command)"
    case "limit":
      "host \(host) said: 450 4.7.28 Unusual rate of unsolicited mail from this sender, rate "
        + "limited (in reply to RCPT TO command)"
    default: nil
    }
  }

  /// The queue as `postqueue -j` prints it.
  var printed: [UInt8] {
    var out: [UInt8] = []
    for message in messages {
      out += Array("{\"queue_name\": \"\(message.queue.name)\", \"queue_id\": ".utf8)
      out += JSONBytes.quoted(message.id)
      out += Array(
        (", \"arrival_time\": \(message.arrived), \"message_size\": \(message.size), "
          + "\"forced_expire\": false, \"sender\": ").utf8
      )
      out += JSONBytes.quoted(message.sender.isEmpty ? "MAILER-DAEMON" : message.sender)
      out += Array(", \"recipients\": [".utf8)
      for (index, recipient) in message.recipients.enumerated() {
        out += Array((index > 0 ? ", {\"address\": " : "{\"address\": ").utf8)
        out += JSONBytes.quoted(recipient)
        if !message.reason.isEmpty, message.queue == .deferred || message.queue == .hold {
          out += Array(", \"delay_reason\": ".utf8) + JSONBytes.quoted(message.reason)
        }
        out.append(UInt8(ascii: "}"))
      }
      out += Array("]}\n".utf8)
    }
    return out
  }
}

extension SimulatedQueue.Message {
  /// The message as `postcat -q` prints it, without what no exercise needs.
  var copy: String {
    let path = "\(queue.name)/\(id.prefix(1))/\(id)"
    let recipients = recipients.map { "recipient: \($0)\n" }.joined()
    return """
      *** ENVELOPE RECORDS \(path) ***
      message_size: \(size)
      sender: \(sender == "MAILER-DAEMON" ? "" : sender)
      \(recipients)*** MESSAGE CONTENTS \(path) ***
      From: \(sender)
      Subject: message \(id)

      Text of an exercise.
      *** HEADER EXTRACTED \(path) ***
      *** MESSAGE FILE END \(path) ***

      """
  }
}

/// Makes many messages that have a cause in common.
struct MessageGenerator {
  private let cause: String
  private let count: Int
  private let domains: [String]
  private let sender: String?
  private let senders: [String]
  private let receiver: String?
  private let reason: String?
  private let queue: QueueName
  private let ages: ClosedRange<Int>
  private let size: Int
  private let localDomain: String

  init(_ value: Value, domain: String) {
    cause = value.text("cause", "ordinary")
    count = max(0, min(1_000_000, value.int("count", 1)))
    let given = value.texts("domains") + (value["domain"]?.text.map { [$0] } ?? [])
    domains = given.isEmpty ? Self.defaultDomains(cause) : given
    sender = value["sender"]?.text
    senders = value.texts("senders")
    receiver = value["receiver"]?.text
    reason = value["reason"]?.text
    queue =
      QueueName(name: value.text("queue", cause == "ordinary" ? "active" : "deferred"))
      ?? .deferred
    let least = max(0, value.int("min_age", cause == "ordinary" ? 1 : 600))
    ages = least...max(least, value.int("max_age", cause == "ordinary" ? 60 : 14_400))
    size = value.int("size", 2048)
    localDomain = domain
  }

  private static func defaultDomains(_ cause: String) -> [String] {
    switch cause {
    case "dead": ["dead.test"]
    case "storm":
      ["defer.test", "defer-west.test", "defer-east.test", "defer-mail.test", "defer-office.test"]
    case "compromised", "backscatter":
      [
        "bigmail.test", "outlook-like.test", "yippee.test", "cloudmail.test", "postbox.test",
        "freemail.test",
      ]
    default: ["accept.test"]
    }
  }

  /// The messages.
  ///
  /// - Parameters:
  ///   - number: how many; nil: as many as it says.
  ///   - shift: how many there were before, for the domains to take turns.
  func messages(
    _ number: Int? = nil,
    after shift: Int = 0,
    from first: Int,
    now: Int,
    chance: inout SplitMix64
  ) -> [SimulatedQueue.Message] {
    (0..<(number ?? count)).map { number in
      let domain = domains[(number + shift) % domains.count]
      return SimulatedQueue.Message(
        id: SimulatedQueue.id(first + number + 1),
        queue: queue,
        sender: sender(&chance),
        recipients: ["\(Self.names[Int(chance.next() % 8)])\(chance.next() % 900 + 100)@\(domain)"],
        reason: queue == .active ? "" : reason(domain, number),
        arrived: now - Int.random(in: ages, using: &chance),
        size: size + Int(chance.next() % 4096)
      )
    }
  }

  private static let names = [
    "info", "office", "sales", "anna", "tom", "maria", "support", "team",
  ]

  private func sender(_ chance: inout SplitMix64) -> String {
    let drawn = chance.next()
    let number = drawn % 40
    if let sender { return sender }
    if !senders.isEmpty { return senders[Int(drawn % UInt64(senders.count))] }
    return switch cause {
    case "backscatter": "MAILER-DAEMON"
    case "compromised": "alice@\(localDomain)"
    default: "user\(number)@\(localDomain)"
    }
  }

  private func reason(_ domain: String, _ number: Int) -> String {
    if let reason { return reason }
    switch cause {
    case "dead":
      let text = "connect to mx.\(domain)[198.51.100.50]:25: Connection refused"
      return number % 3 == 0 ? "delivery temporarily suspended: " + text : text
    case "storm":
      let host = receiver ?? "mx.\(domain)"
      return "host \(host)[198.51.100.20] said: 451 4.7.1 Too many messages from your network, "
        + "try again later (in reply to RCPT TO command)"
    case "compromised":
      return SimulatedQueue.reason(of: "limit", domain) ?? ""
    case "backscatter":
      return SimulatedQueue.reason(of: "hang", domain) ?? ""
    default: return ""
    }
  }
}
