internal import Runbooks

/// The walk from a domain towards the root, by which receivers find its policy (RFC 9989 §4.10).
struct DMARCWalk: Sendable {
  /// The names in the order they are looked at, the domain itself first; at most eight.
  let domains: [String]

  init(_ domain: String) {
    let labels = domain.split(separator: ".")
    // Longer names are cut to seven labels after the first question.
    let parents = (1..<max(1, labels.count)).map { labels[$0...] }.filter { $0.count <= 7 }
    domains = [domain] + parents.map { $0.joined(separator: ".") }
  }

  var questions: [DNSQuestion] { domains.map(Self.question) }

  static func question(_ domain: String) -> DNSQuestion {
    DNSQuestion(name: "_dmarc.\(domain)", type: .txt)
  }

  /// What a walk found.
  struct Finding: Sendable {
    /// The record that applies, and the domain that has it; nil: none does.
    let applied: (domain: String, record: DMARCRecord)?
    /// The organisational domain, within which reports need no consent; nil: some parents are silent.
    let organisation: String?
    /// The parents that did not say whether they have a record.
    let silent: [DNSReply]
  }

  /// The record that applies: the domain's own, else that of the organisation, else that of the
  /// public suffix (RFC 9989 §4.10.1).
  ///
  /// - Throws: where a name did not answer whose record could be the one.
  func finding(_ replies: DNSReplies) throws(OperationFailure) -> Finding {
    let domain = domains[0]
    let own = DMARCRecord.sole(in: try replies.known(Self.question(domain)).answers)
    var found: [(domain: String, record: DMARCRecord)] = []
    var silent: [DNSReply] = []
    for name in domains {
      let reply = replies[Self.question(name)]
      if !reply.status.isVerdict { silent.append(reply) }
      guard let record = DMARCRecord.sole(in: reply.answers) else { continue }
      found.append((name, record))
      if record.publicSuffix != "u" { break }
    }
    let organisation = organisation(found)
    if let own {
      return Finding(
        applied: (domain, own),
        organisation: silent.isEmpty ? organisation : nil,
        silent: silent
      )
    }
    if let first = silent.first { _ = try replies.known(first.question) }
    return Finding(
      applied: found.first { $0.domain == organisation }
        ?? found.last.flatMap { $0.record.publicSuffix == "y" ? $0 : nil },
      organisation: organisation,
      silent: []
    )
  }

  /// The organisational domain by the records that were found, the longest name first (§4.10.2).
  private func organisation(_ found: [(domain: String, record: DMARCRecord)]) -> String {
    guard let last = found.last else { return domains[0] }
    guard last.record.publicSuffix == "y", last.domain != domains[0] else { return last.domain }
    // One label below the public suffix.
    let labels = domains[0].split(separator: ".")
    return labels.suffix(last.domain.split(separator: ".").count + 1).joined(separator: ".")
  }
}
