internal import Runbooks

/// The record types that a mail platform publishes or looks at, by their names in kdig's output.
enum DNSType: String, ArgumentChoice, Hashable {
  case a = "A"
  case aaaa = "AAAA"
  case caa = "CAA"
  case cname = "CNAME"
  case dnskey = "DNSKEY"
  case ds = "DS"
  case mx = "MX"
  case ns = "NS"
  case ptr = "PTR"
  case soa = "SOA"
  case srv = "SRV"
  case tlsa = "TLSA"
  case txt = "TXT"
}

/// One question: a name in canonical form (``DNSName/canonical(_:)``) and a type.
struct DNSQuestion: Hashable, Sendable {
  let name: String
  let type: DNSType

  var words: String { "\(capped(name, 120)) \(type.rawValue)" }
}

/// A server that is asked.
struct DNSServer: Hashable, Sendable {
  /// `system`, a name or an address, either with `#PORT`.
  let text: String
  /// Whether it is asked as a server of the zone, for what it has itself.
  let isAuthority: Bool

  /// The resolver that resolv.conf(5) names where kdig runs.
  static let system = DNSServer(text: "system", isAuthority: false)

  /// kdig's words for it.
  var options: [String] {
    (text == "system" ? [] : ["@" + text]) + (isAuthority ? ["+norecurse"] : [])
  }

  /// Its name in a sentence.
  var words: String { text == "system" ? "the system's resolver" : text }
}
