internal import Runbooks

/// Lines of the mail log that a world that goes on writes; the newest are kept.
struct MailLog {
  /// What became of a message.
  enum Event {
    case arrived(client: String)
    case sent
    case deferred
    case bounced
    case expired
  }

  private struct Entry {
    let at: Int
    let message: SimulatedQueue.Message
    let event: Event
  }

  /// How many lines are kept.
  static let kept = 500

  private var entries: [Entry] = []

  var isEmpty: Bool { entries.isEmpty }

  mutating func add(_ event: Event, _ message: SimulatedQueue.Message, at moment: Int) {
    entries.append(Entry(at: moment, message: message, event: event))
    // Trimmed at twice the limit so that the cost of a line stays constant.
    if entries.count > 2 * Self.kept { entries.removeFirst(entries.count - Self.kept) }
  }

  /// The lines of before with the new ones.
  func lines(after before: [String], host: String) -> [String] {
    let name = host.split(separator: ".").first.map(String.init) ?? "mail"
    let new = entries.suffix(Self.kept).map { "\(Self.time($0.at)) \(name) \(Self.text($0))" }
    return Array((before + new).suffix(Self.kept))
  }

  private static func text(_ entry: Entry) -> String {
    let message = entry.message
    let recipient = message.recipients.first ?? ""
    let domain = message.domain
    func smtp(_ status: String, _ dsn: String, _ words: String) -> String {
      "postfix/smtp[311]: \(message.id): to=<\(recipient)>, relay=mx.\(domain), "
        + "delay=\(max(0, entry.at - message.arrived)), dsn=\(dsn), status=\(status) (\(words))"
    }
    return switch entry.event {
    case .arrived(let client): "postfix/smtpd[211]: \(message.id): client=unknown[\(client)]"
    case .sent: smtp("sent", "2.0.0", "250 2.0.0 Ok: queued")
    case .deferred: smtp("deferred", "4.0.0", message.reason)
    case .bounced:
      smtp("bounced", "5.1.1", "550 5.1.1 User unknown (in reply to RCPT TO command)")
    case .expired:
      "postfix/qmgr[95]: \(message.id): from=<\(message.sender)>, status=expired, "
        + "returned to sender"
    }
  }

  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  /// A moment as syslog writes it in UTC: `Nov 22 03:10:00` (RFC 3164 §4.1.2).
  static func time(_ moment: Int) -> String {
    let second = (moment % 86_400 + 86_400) % 86_400
    // Days to months and days, with years that begin in March.
    let days = (moment - second) / 86_400 + 719_468
    let era = (days >= 0 ? days : days - 146_096) / 146_097
    let inEra = days - era * 146_097
    let year = (inEra - inEra / 1_460 + inEra / 36_524 - inEra / 146_096) / 365
    let inYear = inEra - (365 * year + year / 4 - year / 100)
    let shifted = (5 * inYear + 2) / 153
    let day = inYear - (153 * shifted + 2) / 5 + 1
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let date = "\(months[(shifted + 2) % 12]) \(day < 10 ? " " : "")\(day)"
    return "\(date) \(two(second / 3_600)):\(two(second / 60 % 60)):\(two(second % 60))"
  }
}
