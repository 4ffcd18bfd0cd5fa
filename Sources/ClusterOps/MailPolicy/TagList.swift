/// A list of `tag=value`, parted by semicolons (RFC 6376 §3.2): the form of the TXT records of DKIM,
/// DMARC, MTA-STS and TLS reporting.
struct TagList: Hashable, Sendable {
  /// A tag; white space around name and value is no part of them.
  struct Tag: Hashable, Sendable {
    let name: String
    let value: String
  }

  /// Each tag once, in order: of one that is there twice the first.
  private(set) var tags: [Tag] = []
  /// What is no tag, or one too many, in words.
  private(set) var problems: [String] = []
  /// Whether the record begins with a tag, as a version has to.
  private let beginsWithTag: Bool

  /// - Parameter ignoresCase: whether names of tags may be written in capitals too.
  init(_ record: String, ignoresCase: Bool = false) {
    // A tab in a record is printed by its number, see DNSText.
    let pieces = record.replacing("\\009", with: " ")
      .split(separator: ";", omittingEmptySubsequences: false).map(Self.trimmed)
    beginsWithTag = pieces.first.map { $0.contains("=") } ?? false
    for piece in pieces where !piece.isEmpty {
      guard let equals = piece.firstIndex(of: "="), equals > piece.startIndex else {
        problems.append("‘\(capped(piece, 60))’ is no tag=value and is ignored")
        continue
      }
      let written = Self.trimmed(piece[..<equals])
      let name = ignoresCase ? written.lowercased() : written
      guard self[name] == nil else {
        problems.append("`\(capped(name, 60))` is there more than once")
        continue
      }
      tags.append(Tag(name: name, value: Self.trimmed(piece[piece.index(after: equals)...])))
    }
  }

  /// The value of a tag; nil: it is not there.
  subscript(name: String) -> String? { tags.first { $0.name == name }?.value }

  /// The value of `v`, which has to come first; nil: it does not.
  var version: String? {
    beginsWithTag && tags.first?.name == "v" ? tags.first?.value : nil
  }

  /// Without blanks at both ends.
  static func trimmed(_ text: some StringProtocol) -> String {
    let rest = text.drop { $0 == " " || $0 == "\t" }
    return String(rest.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
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
