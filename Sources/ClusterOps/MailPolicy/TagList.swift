/// A list of `tag=value`, parted by semicolons (RFC 6376 §3.2): the form of the TXT records of DKIM,
/// DMARC, MTA-STS and TLS reporting.
struct TagList: Hashable, Sendable {
  /// A tag; white space around name and value is no part of them.
  struct Tag: Hashable, Sendable {
    let name: String
    let value: String
    /// Where it begins in the record as it is shown, in octets from 0.
    let offset: Int
    /// Where its value begins there.
    let valueOffset: Int
  }

  /// In order; of one that is there twice the first, unless it may be there again.
  private(set) var tags: [Tag] = []
  /// The names of those that are there more than once.
  private(set) var repeated: Set<String> = []
  /// What is no tag, or one too many, in words.
  private(set) var problems: [String] = []
  /// Whether there is something between its semicolons that is no tag, or a tag twice that may not be:
  /// then it is no tag list at all by RFC 6376 §3.2.
  private(set) var isBroken = false
  /// Where semicolons have nothing between them, in octets from 0; of that too it may be no tag list.
  private(set) var gaps: [Int] = []
  /// Whether the record begins with a tag, as a version has to.
  private let beginsWithTag: Bool

  /// - Parameters:
  ///   - ignoresCase: whether names of tags may be written in capitals too.
  ///   - lists: tags whose value is a list, of which people write one each.
  ///   - repeats: tags that may be there again.
  init(
    _ record: String,
    ignoresCase: Bool = false,
    lists: Set<String> = [],
    repeats: Set<String> = []
  ) {
    let pieces = record.split(separator: ";", omittingEmptySubsequences: false)
    beginsWithTag = pieces.first.map { $0.contains("=") } ?? false
    var start = 0
    for (place, raw) in pieces.enumerated() {
      let piece = Self.trimmed(raw)
      let offset = start + raw.utf8.count - Self.withoutLead(raw).utf8.count
      start += raw.utf8.count + 1
      guard !piece.isEmpty else {
        if place < pieces.count - 1 { gaps.append(offset) }
        continue
      }
      guard let equals = piece.firstIndex(of: "="), equals > piece.startIndex else {
        isBroken = true
        let colon = piece.contains(":") ? ": between name and value stands `=`" : ""
        problems.append(
          "‘\(capped(piece, 60))’ is no tag=value and is ignored\(colon)\(Self.place(offset))"
        )
        continue
      }
      let written = Self.trimmed(piece[..<equals])
      let name = ignoresCase ? written.lowercased() : written
      let value = Self.trimmed(piece[piece.index(after: equals)...])
      guard self[name] == nil || repeats.contains(name) else {
        isBroken = true
        repeated.insert(name)
        problems.append(
          "`\(capped(name, 60))` is there more than once, so the record may be ignored: "
            + (lists.contains(name) ? "put all in one, with commas" : "leave one")
            + Self.place(offset)
        )
        continue
      }
      let rest = raw.drop { $0 != "=" }.dropFirst()
      let lead = rest.utf8.count - Self.withoutLead(rest).utf8.count
      tags.append(
        Tag(
          name: name,
          value: value,
          offset: offset,
          valueOffset: start - 1 - rest.utf8.count + lead
        )
      )
    }
    if let first = tags.first, first.name == "v", first.offset > 0, beginsWithTag {
      problems.append(
        "a blank stands before `v`, so strict readers take no record: take it out\(Self.place(0))"
      )
    }
    problems += Self.strays(record)
  }

  /// What got into a record from where it was copied.
  static func strays(_ record: String) -> [String] {
    [
      ("\\;", "backslashes are in the record itself, from a zone file: take them out"),
      ("\"", "quotation marks are in the record itself, from a zone file: take them out"),
      ("&amp", "`&amp` is in the record itself, from a web page: take it out"),
      ("-----BEGIN", "the lines around a PEM key are in the record itself: take them out"),
    ]
    .compactMap { stray, words in
      record.firstRange(of: stray).map { range in
        words + place(record[..<range.lowerBound].utf8.count)
      }
    }
  }

  /// Where in the record something stands.
  static func place(_ offset: Int) -> String { " (at octet \(offset))" }

  /// Where a tag stands, or another in its stead, for the end of a sentence; empty: neither is there.
  func place(of name: String, else other: String = "") -> String {
    (tags.first { $0.name == name } ?? tags.first { $0.name == other })
      .map { Self.place($0.offset) } ?? ""
  }

  /// The URIs of a tag that may be there again.
  func targets(of name: String) -> [ReportURI] {
    tags.filter { $0.name == name }.flatMap { ReportURI.list($0.value, at: $0.valueOffset) }
  }

  /// The value of a tag; nil: it is not there.
  subscript(name: String) -> String? { tags.first { $0.name == name }?.value }

  /// The value of `v`, which has to come first; nil: it does not.
  var version: String? {
    beginsWithTag && tags.first?.name == "v" ? tags.first?.value : nil
  }

  /// Without blanks at both ends.
  static func trimmed(_ text: some StringProtocol) -> String {
    // A tab in a record is printed by its number, see DNSText.
    let rest = String(text).replacing("\\009", with: "\t").drop { $0 == " " || $0 == "\t" }
    return String(rest.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
  }

  /// Without the blanks it begins with, as it is shown.
  private static func withoutLead(_ text: Substring) -> Substring {
    var rest = text
    while true {
      if rest.first == " " || rest.first == "\t" {
        rest = rest.dropFirst()
      } else if rest.hasPrefix("\\009") {
        rest = rest.dropFirst(4)
      } else {
        return rest
      }
    }
  }
}

/// The one TXT record of a kind among all that a name has.
///
/// Records that begin otherwise are left aside; of two, senders take none (RFC 8461 §3.1, RFC 8460 §3).
struct SoleRecord: Sendable {
  /// The record, or empty.
  let text: String
  /// Why there is none; empty: there is one.
  let problem: String

  /// - Parameter version: what it begins with, e.g. `v=STSv1`, and then a semicolon.
  init(_ version: String, in reply: DNSReply) {
    let records = reply.answers.filter { answer in
      answer.hasPrefix(version)
        && TagList.trimmed(answer.dropFirst(version.count)).hasPrefix(";")
    }
    let name = capped(reply.question.name, 120)
    text = records.count == 1 ? records[0] : ""
    switch records.count {
    case 0:
      problem =
        "\(name) has no TXT record that begins with `\(version);`"
        + (reply.answers.isEmpty ? "" : " (it has \(DNSReply.list(reply.answers)))")
        + ": publish it"
    case 1: problem = ""
    default:
      problem = "\(name) has \(records.count) records `\(version)`, so nobody takes any: leave one"
    }
  }
}
