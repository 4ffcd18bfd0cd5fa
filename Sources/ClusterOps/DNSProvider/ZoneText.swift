internal import Runbooks

/// The lines of a zone file (RFC 1035 §5) as a step writes them or `deploy/dns/render` prints them:
/// one record a line, `NAME TTL IN TYPE DATA`.
///
/// Names are as in every zone file: absolute with a dot at their end, else below the zone. What a
/// zone file allows beside (parentheses, blank owners, times such as `1h`) is refused: a line
/// that means something else than it seems to is worse than one that has to be written again.
struct ZoneText {
  private let zone: String
  private var origin: String
  private var ttl: Int?
  private var places: [DNSQuestion: Int] = [:]
  private(set) var sets: [RecordSet] = []

  /// Sets of one step.
  static let limit = ZoneLines.limit
  /// Records of one step.
  static let recordLimit = 1_000

  /// Reads lines.
  ///
  /// - Throws: `refused`, naming the line and what is wrong with it.
  init(_ lines: [String], of zone: String) throws(OperationFailure) {
    self.zone = zone
    origin = zone
    for (place, line) in lines.enumerated() {
      do throws(Fault) {
        try take(line)
      } catch {
        throw OperationFailure(
          .refused,
          "record \(place + 1) ‘\(EscapedText.escaped(line, 60))’ \(error.words)",
          advice: error.advice,
          effect: .none
        )
      }
    }
    try checkTogether()
  }

  /// What is wrong with a line.
  private struct Fault: Error {
    let words: String
    let advice: String

    init(_ words: String, _ advice: String) {
      self.words = words
      self.advice = advice
    }
  }

  private static let form = "Write it like `mail 300 IN A 192.0.2.25`."

  private mutating func take(_ line: String) throws(Fault) {
    guard line.utf8.allSatisfy({ (0x20...0x7E).contains($0) || $0 == 0x09 }) else {
      throw Fault("has letters that do not print", "Write other octets as \\DDD (RFC 1035).")
    }
    guard line.utf8.count <= 4 * RecordData.limit else {
      throw Fault("is too long", "A record has at most \(RecordData.limit) octets of data.")
    }
    let text = line.trimmingSpaces
    guard !text.isEmpty, !text.hasPrefix(";") else { return }
    guard !line.hasPrefix(" "), !line.hasPrefix("\t") else {
      throw Fault("begins with a blank", "Begin it with the record's name.")
    }
    try Self.checkMarks(line)
    var fields = line.split(maxSplits: 1, whereSeparator: Self.isBlank)
    let first = String(fields[0])
    if first.hasPrefix("$") { return try direct(first, fields.dropFirst().first) }
    let name = try owner(first)
    var ttl = ttl
    var rest = fields.dropFirst().first ?? ""
    // TTL and class come in any order, or not at all.
    while true {
      fields = rest.split(maxSplits: 1, whereSeparator: Self.isBlank)
      guard let word = fields.first else { throw Fault("has no type", Self.form) }
      rest = fields.dropFirst().first ?? ""
      if let seconds = Int(word), word.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
        ttl = try Self.checked(seconds)
      } else if word.uppercased() != "IN" {
        return try add(String(word), String(rest), to: name, ttl)
      }
    }
  }

  private static func isBlank(_ letter: Character) -> Bool { letter == " " || letter == "\t" }

  /// Outside quotes a semicolon begins a comment, which eats the end of many a DKIM key.
  private static func checkMarks(_ line: String) throws(Fault) {
    var (isQuoted, isEscaped) = (false, false)
    for byte in line.utf8 {
      switch byte {
      case _ where isEscaped: isEscaped = false
      case UInt8(ascii: "\\"): isEscaped = true
      case UInt8(ascii: "\""): isQuoted.toggle()
      case UInt8(ascii: ";") where !isQuoted:
        throw Fault("has a semicolon outside quotes", "Put text between double quotes.")
      case UInt8(ascii: "(") where !isQuoted, UInt8(ascii: ")") where !isQuoted:
        throw Fault("has parentheses", "Write the record on one line, without them.")
      default: break
      }
    }
    guard !isQuoted, !isEscaped else {
      throw Fault("ends within a text", "Close the quotes.")
    }
  }

  private mutating func direct(_ word: String, _ rest: Substring?) throws(Fault) {
    let text = String((rest ?? "").trimmingSpaces)
    switch word.uppercased() {
    case "$ORIGIN":
      origin = try inside(text)
    case "$TTL":
      guard let seconds = Int(text) else { throw Fault("is no time to live", "Give seconds.") }
      ttl = try Self.checked(seconds)
    default: throw Fault("is not known", "Give records, `$ORIGIN` and `$TTL` alone.")
    }
  }

  /// Seconds (RFC 2181 §8).
  private static func checked(_ seconds: Int) throws(Fault) -> Int {
    guard (0...Int(Int32.max)).contains(seconds) else {
      throw Fault("has no time to live", "Give 0 to 2147483647 seconds.")
    }
    return seconds
  }

  private func owner(_ text: String) throws(Fault) -> String { try inside(text) }

  /// A name of the zone.
  private func inside(_ text: String) throws(Fault) -> String {
    try Self.inside(text, origin, zone)
  }

  private static func inside(
    _ text: String,
    _ origin: String,
    _ zone: String
  ) throws(Fault) -> String {
    let canonical = DNSName.canonical(text)
    let isAbsolute = text.hasSuffix(".")
    guard isAbsolute || (canonical != zone && !canonical.hasSuffix("." + zone)) else {
      throw Fault(
        "has a name that ends with the zone's and not with a dot",
        "Write `\(capped(canonical, 100)).`, or the name below the zone alone."
      )
    }
    guard let name = OwnerName.absolute(text, .below(origin)) else {
      throw Fault("has no plain name", "Give a name such as `_dmarc`, or `@` for the zone's.")
    }
    guard name == zone || name.hasSuffix("." + zone) else {
      throw Fault("is outside the zone \(zone)", "Publish it in its own zone (`zone`).")
    }
    return name
  }

  private mutating func add(
    _ typeName: String,
    _ data: String,
    to name: String,
    _ ttl: Int?
  ) throws(Fault) {
    let type = try Self.type(typeName, at: name, zone)
    guard let ttl else {
      throw Fault("has no time to live", "Write the seconds after the name, or a line `$TTL 300`.")
    }
    if type == .cname || type == .mx || type == .ns || type == .srv || type == .ptr {
      let target = data.split(whereSeparator: Self.isBlank).last.map(String.init) ?? ""
      let canonical = DNSName.canonical(target)
      guard target.hasSuffix(".") || (canonical != zone && !canonical.hasSuffix("." + zone)) else {
        throw Fault(
          "names a target that ends with the zone's name and not with a dot",
          "Write `\(capped(canonical, 100)).`"
        )
      }
    }
    guard let record = RecordData(type, data, names: .below(origin)) else {
      throw Fault("has no data of the type \(type.rawValue)", "Correct what stands after the type.")
    }
    let question = DNSQuestion(name: name, type: type)
    guard let place = places[question] else {
      places[question] = sets.count
      sets.append(RecordSet(question: question, ttl: ttl, data: [record]))
      return
    }
    let set = sets[place]
    guard set.ttl == ttl else {
      throw Fault(
        "has another time to live than the record before it (\(set.ttl))",
        "Records of one name and type have one (RFC 2181 section 5.2)."
      )
    }
    guard !set.data.contains(record) else { return }
    sets[place] = RecordSet(question: question, ttl: ttl, data: set.data + [record])
  }

  /// A type that may be published at a name.
  private static func type(
    _ text: String,
    at name: String,
    _ zone: String
  ) throws(Fault) -> DNSType {
    guard let type = DNSType(rawValue: text.uppercased()) else {
      let known = DNSType.allCases.filter { $0 != .soa && $0 != .dnskey }.map(\.rawValue)
      throw Fault(
        "is of the type ‘\(capped(text, 20))’, which is not published here",
        "Give \(known.joined(separator: ", "))."
      )
    }
    let isServers = type == .ns && name == zone
    guard type != .soa, type != .dnskey, !isServers else {
      throw Fault(
        "is the server's own (\(type.rawValue))",
        "Leave SOA, DNSKEY and the zone's NS to the provider."
      )
    }
    guard type != .cname || name != zone else {
      throw Fault("is an alias of the whole zone", "Give its addresses (RFC 1034 section 3.6.2).")
    }
    return type
  }

  /// Whether sets that are right alone can be there together.
  private func checkTogether() throws(OperationFailure) {
    guard sets.count <= Self.limit, sets.map(\.data.count).reduce(0, +) <= Self.recordLimit else {
      throw .refusedArgument(
        "records",
        "\(sets.count) names and types",
        advice: "Publish at most \(Self.limit) sets and \(Self.recordLimit) records in a step."
      )
    }
    for alias in sets where alias.question.type == .cname {
      let isAlone = sets.filter { $0.question.name == alias.question.name }.count == 1
      guard isAlone, alias.data.count == 1 else {
        throw OperationFailure(
          .refused,
          "\(alias.question.words) has other records beside it",
          advice: "An alias is the only record of its name (RFC 1034 section 3.6.2).",
          effect: .none
        )
      }
    }
  }

  /// Sets that are to go, each `NAME TYPE`.
  static func sets(
    _ texts: [String],
    of zone: String,
    _ parameter: String
  ) throws(OperationFailure) -> [DNSQuestion] {
    var questions: [DNSQuestion] = []
    for text in texts {
      let words = text.split(whereSeparator: isBlank).map(String.init)
      do throws(Fault) {
        guard words.count == 2 else { throw Fault("is no set", "Write `NAME TYPE`.") }
        let name = try inside(words[0], zone, zone)
        let question = DNSQuestion(name: name, type: try type(words[1], at: name, zone))
        if !questions.contains(question) { questions.append(question) }
      } catch {
        throw OperationFailure(
          .refused,
          "‘\(EscapedText.escaped(text, 60))’ in `\(parameter)` \(error.words)",
          advice: error.advice,
          effect: .none
        )
      }
    }
    return questions
  }
}
