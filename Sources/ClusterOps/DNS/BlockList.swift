internal import Runbooks

/// A list of addresses that is published in the DNS (RFC 5782): where it is and what it says.
struct BlockList: Hashable, Sendable {
  let zone: String
  /// What each code in its answers means.
  let codes: [String: String]
  /// Whether it lists IPv6 addresses.
  let takesIPv6: Bool
  /// Where to see why an address is listed, and to have it taken off; empty: not known.
  let page: String

  /// What an answer of a list says of the address that was asked for.
  enum Verdict: Hashable, Sendable {
    /// Listed, and why.
    case listed(String)
    /// The list did not want to answer, and why; never a listing.
    case refused(String)
    /// Nobody here knows the code.
    case unclear
    /// No address of 127.0.0.0/8: the domain was sold, or answers are rewritten on the way.
    case foreign
  }

  /// What one A record says (RFC 5782 §2.1, and the list's own codes).
  func verdict(_ address: String) -> Verdict {
    guard let octets = IPAddress(address)?.octets, octets.count == 4, octets[0] == 127 else {
      return .foreign
    }
    if let meaning = codes[address] { return .listed(meaning) }
    if let refusal = Self.refusals[address] { return .refused(refusal.why) }
    if octets.starts(with: [127, 255, 255]) { return .refused("it answers with an error") }
    // The customary code of a list that has only one.
    if codes.isEmpty, address == "127.0.0.2" { return .listed("listed") }
    return .unclear
  }

  /// What to do about a code by which it refused.
  func advice(on code: String) -> String {
    let near = Spelling.nearest(to: zone, among: Self.known.map(\.zone))
    // Only that code says that the name itself is wrong.
    if code == Self.misspelt, let near, near != zone { return "Write \(near) in `lists`." }
    return (Self.refusals[code]?.advice ?? "Ask LIST as it wants to be asked.")
      .replacing("LIST", with: zone)
  }

  private static let misspelt = "127.255.255.252"

  /// Codes by which lists say that they did not look, and what to do; those of Spamhaus, which others
  /// took over.
  private static let refusals: [String: (why: String, advice: String)] = [
    "127.0.1.255": (
      "it lists names and was asked for an address", "Leave LIST out of `lists`."
    ),
    misspelt: ("its name is misspelt", "Correct LIST in `lists`."),
    "127.255.255.254": (
      "it does not answer public resolvers: ask one of your own",
      "Ask LIST by another resolver, one of your own (`resolver`)."
    ),
    "127.255.255.255": (
      "too many questions came from this resolver",
      "Ask LIST less often, or by a resolver that nobody else uses (`resolver`)."
    ),
  ]

  /// The list of that zone; one that is not known has no codes of its own.
  static func of(_ zone: String) -> BlockList {
    known.first { $0.zone == zone }
      ?? BlockList(zone: zone, codes: [:], takesIPv6: true, page: "")
  }

  /// Those that are looked at unless a step names others: the ones receivers use most.
  static let known = [
    BlockList(
      zone: "zen.spamhaus.org",
      codes: [
        "127.0.0.2": "SBL: sends or hosts spam",
        "127.0.0.3": "CSS: looks like a spammer's host",
        "127.0.0.4": "XBL: a hijacked or infected host",
        "127.0.0.9": "DROP: a hijacked network",
        "127.0.0.10": "PBL, by the provider: should not send mail directly; no reputation",
        "127.0.0.11": "PBL, by Spamhaus: should not send mail directly; no reputation",
      ],
      takesIPv6: true,
      page: "https://check.spamhaus.org/"
    ),
    BlockList(
      zone: "bl.spamcop.net",
      codes: ["127.0.0.2": "reported by recipients of spam; ends by itself a day after the last"],
      takesIPv6: false,
      page: "https://www.spamcop.net/bl.shtml"
    ),
    BlockList(
      zone: "b.barracudacentral.org",
      codes: ["127.0.0.2": "sent spam to Barracuda's customers"],
      takesIPv6: false,
      page: "https://www.barracudacentral.org/rbl/removal-request"
    ),
    BlockList(
      zone: "psbl.surriel.com",
      codes: ["127.0.0.2": "sent mail to a spam trap"],
      takesIPv6: false,
      page: "https://psbl.org/remove"
    ),
    BlockList(
      zone: "dnsbl-1.uceprotect.net",
      codes: ["127.0.0.2": "sent mail to a spam trap; ends by itself after seven days"],
      takesIPv6: false,
      page: "https://www.uceprotect.net/en/rblcheck.php"
    ),
  ]

  /// Zones that must not be asked for addresses, and why.
  static let unfit = [
    "bl.spamcannibal.org": "it was shut and its domain sold",
    "cbl.abuseat.org": "it was shut; its data is in zen.spamhaus.org",
    "dbl.spamhaus.org": "it lists names, not addresses",
    "dnsbl.ahbl.org": "it was shut",
    "dnsbl.inps.de": "it was shut",
    "dnsbl.njabl.org": "it was shut",
    "dnsbl.sorbs.net": "it was shut",
    "ix.dnsbl.manitu.net": "it was shut",
    "list.dnswl.org": "it lists the good, not the bad",
    "list.dsbl.org": "it was shut",
    "multi.surbl.org": "it lists names, not addresses",
    "multi.uribl.com": "it lists names, not addresses",
    "relays.ordb.org": "it was shut",
  ]
}

/// The test points of lists (RFC 5782 §5): what each must list, and what it must not.
struct ListTestPoint: Hashable, Sendable {
  let listed: IPAddress
  let unlisted: IPAddress

  static let all: [ListTestPoint] = [
    ("127.0.0.2", "127.0.0.1"), ("::ffff:7f00:2", "::ffff:7f00:1"),
  ]
  .compactMap { listed, unlisted in
    guard let listed = IPAddress(listed), let unlisted = IPAddress(unlisted) else { return nil }
    return ListTestPoint(listed: listed, unlisted: unlisted)
  }

  /// The point for addresses of a family.
  static func of(isIPv6: Bool) -> ListTestPoint? { all.first { $0.listed.isIPv6 == isIPv6 } }
}
