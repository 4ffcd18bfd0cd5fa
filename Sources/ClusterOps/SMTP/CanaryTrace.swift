internal import Runbooks

/// The way of a message, as its header tells when it lies in the mailbox.
///
/// Anybody can write a header. What our host wrote stands above what it got: fields count as ours down to
/// the first Received of another host, and of several the first, which was put on top last.
struct CanaryTrace: Sendable {
  private static let limit = 50

  /// In the order of the way.
  let hops: [ReceivedHop]
  /// Seconds that each hop came after the one before, the first after the message was made; -1: not
  /// known, as a clock is not told or was put back.
  let delays: [Int]
  /// Seconds from when the message was made to when it lay there; where the clock of whoever made it
  /// is ahead, from the first hop; -1: not known.
  let total: Int
  /// Clocks that run apart, and dates that are not told, in words.
  let clocks: [String]
  /// What our host found; nil: it wrote nothing.
  let results: AuthenticationResults?
  /// How many fields claim to be of our host, the believed one among them.
  let claims: Int
  /// The filter's score and the one it rejects at; nil: it wrote none.
  let score: (given: Double, limit: Double)?
  /// Whether the filter marked it as spam.
  let isSpam: Bool

  /// - Parameters:
  ///   - hosts: names that are ours, canonical.
  ///   - authority: our authserv-id, canonical.
  ///   - stored: when it lay in the mailbox, seconds since 1970.
  init(_ header: MailHeader, hosts: Set<String>, authority: String, stored: Int) {
    let received = header.fields.filter { $0.name == "received" }.prefix(Self.limit)
      .map { ReceivedHop($0.value) }
    hops = received.reversed()
    let sent = header["date"].flatMap { date in
      MailDate.seconds(FieldToken.tokens(date).compactMap(\.word).joined(separator: " "))
    }
    (delays, clocks) = Self.delays(sent, hops, stored)
    let begin = [sent, hops.first?.at].compactMap(\.self).first { $0 <= stored }
    total = begin.map { stored - $0 } ?? -1

    var ours: [MailHeader.Field] = []
    for field in header.fields {
      if field.name == "received", !hosts.contains(ReceivedHop(field.value).host) { break }
      ours.append(field)
    }
    let found = ours.filter { $0.name == "authentication-results" }
      .compactMap { AuthenticationResults($0.value) }.first { $0.authority == authority }
    results = found
    claims =
      header.fields.filter {
        $0.name == "authentication-results"
          && AuthenticationResults($0.value)?.authority == authority
      }.count
    func first(_ name: String) -> String? { ours.first { $0.name == name }?.value }
    score = first("x-spamd-result").flatMap(Self.score)
    isSpam = ["x-spam", "x-spam-flag"].contains { first($0)?.lowercased() == "yes" }
  }

  private static func delays(
    _ sent: Int?,
    _ hops: [ReceivedHop],
    _ stored: Int
  ) -> ([Int], [String]) {
    var delays: [Int] = []
    var clocks: [String] = []
    var (before, whose) = (sent, "whoever sent it")
    for (time, name) in hops.map({ ($0.at, $0.host) }) + [(stored, "the mailbox")] {
      let place = name.isEmpty ? "a hop without a name" : EscapedText.escaped(name, 120)
      if time == nil { clocks.append("\(place) tells no time that is understood") }
      if let time, let before, time < before {
        clocks.append(
          "the clock of \(place) is \(counted(before - time, "second")) or more behind that of \(whose)"
        )
      }
      delays.append(time.flatMap { time in before.map { max(time - $0, -1) } } ?? -1)
      if let time { (before, whose) = (time, place) } else { before = nil }
    }
    // The last is the time in the mailbox, which is no hop.
    return (Array(delays.dropLast()), clocks)
  }

  /// `default: False [1.50 / 15.00];` of Rspamd.
  private static func score(_ text: String) -> (Double, Double)? {
    guard let open = text.firstIndex(of: "["), let close = text[open...].firstIndex(of: "]") else {
      return nil
    }
    let parts = text[text.index(after: open)..<close].split(separator: "/")
      .map { Double(TagList.trimmed($0)) }
    guard parts.count == 2, let given = parts[0], let limit = parts[1],
      given.magnitude < 1_000_000, limit.magnitude < 1_000_000
    else { return nil }
    return (given, limit)
  }
}
