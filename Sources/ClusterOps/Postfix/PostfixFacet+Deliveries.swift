internal import Foundation
internal import Runbooks

// What smtp(8) wrote into the simulated mail log of the days before.

extension Scene {
  private static var dates: DateFormatter {
    let dates = DateFormatter()
    dates.locale = Locale(identifier: "en_US_POSIX")
    dates.timeZone = TimeZone(identifier: "GMT")
    dates.dateFormat = "MMM dd HH:mm:ss"
    return dates
  }

  /// Each day's deliveries, from ten past midnight, one every ten seconds, as far as it has come; the
  /// log begins when the first day does.
  func deliveries() -> [String] {
    let dates = Self.dates
    func time(_ seconds: Int) -> String {
      dates.string(from: Date(timeIntervalSince1970: TimeInterval(seconds)))
    }
    let all = postfix.records("deliveries")
    let days = all.map { max(1, min($0.int("days", 40), 400)) }
    guard let longest = days.max() else { return [] }
    let midnight = world.now - world.now % 86_400
    let first = midnight - (longest - 1) * 86_400
    var lines = ["\(time(first)) \(site.mailHost) postfix/master[1]: daemon started"]
    for day in stride(from: first, through: midnight, by: 86_400) {
      var number = 0
      for (delivery, days) in zip(all, days) where day > midnight - days * 86_400 {
        let count = max(0, min(delivery.int("count", 20), 10_000))
        let (deferred, bounced) = (delivery.int("deferred", 0), delivery.int("bounced", 0))
        for place in 0..<count {
          number += 1
          let at = day + 600 + number * 10
          guard at <= world.now, at < day + 86_400 else { break }
          let end =
            place < deferred
            ? "dsn=4.7.28, status=deferred (host said: 421 4.7.28 our systems have detected an unusual rate)"
            : place < deferred + bounced
              ? "dsn=5.1.1, status=bounced (host said: 550 5.1.1 no such user)"
              : "dsn=2.0.0, status=sent (250 2.0.0 OK)"
          lines.append(
            "\(time(at)) \(site.mailHost) postfix/smtp[300]: "
              + "\(SimulatedQueue.id(0x60_0000 + number)): "
              + "to=<user\(place)@\(delivery.text("domain", "partner.test"))>, "
              + "relay=\(delivery.text("relay", "mx.partner.test"))[198.51.100.90]:25, delay=1.2, "
              + "delays=0.1/0.02/0.6/0.48, \(end)"
          )
        }
      }
    }
    return lines
  }
}
