/// The CAA records of a name: who may issue certificates for it (RFC 8659).
struct CAASet: Sendable {
  /// A record, as `dns.lookup` tells its data: `0 issue "letsencrypt.org"`.
  private struct Property {
    let isCritical: Bool
    /// In lower case.
    let tag: String
    let value: String

    init?(_ data: String) {
      let words = data.split(separator: " ", maxSplits: 2).map(String.init)
      guard words.count == 3, let flags = Int(words[0]), words[2].hasPrefix("\""),
        words[2].hasSuffix("\""), words[2].count > 1
      else { return nil }
      isCritical = flags & 128 != 0
      tag = words[1]
      value = String(words[2].dropFirst().dropLast())
    }

    /// The issuer that `issue` and `issuewild` name, in lower case; empty: nobody (RFC 8659 §4.2).
    var issuer: String {
      let name = value.prefix { $0 != ";" }
      let issuer = DNSName.canonical(TagList.trimmed(name))
      return MailPolicyFamily.isHost(issuer) ? issuer : ""
    }

    /// Whether its value is understood; what is not forbids to issue.
    var isWellFormed: Bool {
      !issuer.isEmpty || TagList.trimmed(value.prefix { $0 != ";" }).isEmpty
    }
  }

  /// Properties that issuers are known to know (IANA, pkix-parameters).
  private static let known: Set<String> = [
    "issue", "issuewild", "iodef", "contactemail", "contactphone", "issuemail", "issuevmc",
  ]

  private let properties: [Property]
  /// What is wrong with the records, in words.
  let problems: [String]

  init(_ answers: [String]) {
    properties = answers.compactMap(Property.init)
    var problems = answers.filter { Property($0) == nil }.map {
      "‘\(capped($0, 120))’ is not understood"
    }
    for property in properties {
      let words = "`\(capped(property.tag, 40))`"
      if !Self.known.contains(property.tag) {
        problems.append(
          property.isCritical
            ? "\(words) is critical and known to no issuer, so none may issue: correct it"
            : "\(words) is known to no issuer, and ignored: correct it"
        )
      } else if property.tag.hasPrefix("issue"), !property.isWellFormed {
        problems.append(
          "\(words) names ‘\(capped(property.value, 80))’, which is no issuer: correct it"
        )
      } else if property.tag == "iodef", !ReportURI(property.value).isReport {
        problems.append(
          "\(words) names ‘\(capped(property.value, 80))’, which is no mailto: or https: address"
        )
      }
    }
    self.problems = problems
  }

  /// The issuers that a property names, each once; for a wildcard name `issuewild` where there is one.
  func issuers(forWildcard isWildcard: Bool) -> [String] {
    let named = relevant(isWildcard).map(\.issuer).filter { !$0.isEmpty }
    return Set(named).sorted()
  }

  /// Whether an issuer may issue: it is named, or nobody is asked for (RFC 8659 §4.2, §4.3).
  func permits(_ issuer: String, forWildcard isWildcard: Bool) -> Bool {
    if properties.contains(where: { $0.isCritical && !Self.known.contains($0.tag) }) {
      return false
    }
    let relevant = relevant(isWildcard)
    return relevant.isEmpty || relevant.contains { $0.issuer == issuer }
  }

  private func relevant(_ isWildcard: Bool) -> [Property] {
    let wild = isWildcard ? properties.filter { $0.tag == "issuewild" } : []
    return wild.isEmpty ? properties.filter { $0.tag == "issue" } : wild
  }
}

extension ReportURI {
  /// Whether it is one of those that `iodef` may have (RFC 8659 §4.4).
  fileprivate var isReport: Bool {
    ["mailto", "http", "https"].contains(scheme) && !host.isEmpty
  }
}
