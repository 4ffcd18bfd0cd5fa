internal import Runbooks

/// The records of a zone file as ldns-read-zone(1) prints them: one a line, names absolute.
struct ZoneLines: Sendable {
  /// The data of each name and type (``DNSText/words(_:_:)``), in the order of the file.
  private(set) var sets: [(question: DNSQuestion, data: [String])] = []
  /// `NAME TYPE` of what cannot be compared: types that are not known here, names that no program
  /// can be asked for.
  private(set) var skipped: [String] = []
  /// Lines that were not understood.
  private(set) var strange = 0

  /// Sets of one file.
  static let limit = 400

  init(_ text: String) {
    var places: [DNSQuestion: Int] = [:]
    for line in text.split(whereSeparator: \.isNewline) {
      // Owner, TTL, class, type, and data to the end of the line.
      let fields = line.split(maxSplits: 4, whereSeparator: { $0 == "\t" || $0 == " " })
      guard fields.count == 5, fields[2] == "IN" else {
        strange += 1
        continue
      }
      let name = DNSName.canonical(String(fields[0]))
      guard let type = DNSType(rawValue: String(fields[3])), DNSName.isPlain(name) else {
        skipped.append(capped("\(name) \(fields[3])", 120))
        continue
      }
      let question = DNSQuestion(name: name, type: type)
      let data = DNSText.words(type.rawValue, String(fields[4]))
      if let place = places[question] {
        if !sets[place].data.contains(data) { sets[place].data.append(data) }
      } else {
        places[question] = sets.count
        sets.append((question, [data]))
      }
    }
  }
}

/// How what is published differs from what was meant, for one name and type.
struct ZoneDifference: Sendable, Hashable {
  /// Records that are as they were meant.
  let same: Int
  let missing: [String]
  let different: [String]
  let extra: [String]

  init(_ question: DNSQuestion, meant: [String], published: [String]) {
    func key(_ data: String) -> String { Self.key(question.type, data) }
    let have = Set(published.map(key))
    let want = Set(meant.map(key))
    var lacking = meant.filter { !have.contains(key($0)) }
    var surplus = published.filter { !want.contains(key($0)) }
    same = meant.count - lacking.count
    var pairs: [String] = []
    while !lacking.isEmpty, !surplus.isEmpty {
      let (meant, found) = (lacking.removeFirst(), surplus.removeFirst())
      pairs.append("\(question.words): \(capped(found, 160)) instead of \(capped(meant, 160))")
    }
    different = pairs
    missing = lacking.map { "\(question.words): \(capped($0, 200))" }
    extra = surplus.map { "\(question.words): \(capped($0, 200))" }
  }

  /// What makes two records the same: the serial of an SOA record counts changes and says nothing
  /// of what is published.
  private static func key(_ type: DNSType, _ data: String) -> String {
    guard type == .soa else { return data }
    let fields = data.split(separator: " ")
    return fields.enumerated().filter { $0.offset != 2 }.map { String($0.element) }
      .joined(separator: " ")
  }
}
