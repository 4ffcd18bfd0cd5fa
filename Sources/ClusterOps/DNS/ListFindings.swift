internal import Runbooks

/// What block lists said, sorted by what it is worth.
struct ListFindings: Sendable {
  /// An address on a list.
  struct Listing: Sendable, Hashable {
    let address: String
    let list: String
    let code: String
    let meaning: String
    /// The list's own words, joined.
    let reason: String
    let page: String

    var words: String { "\(address) \(list) \(code) \(meaning)" }
  }

  private(set) var listings: [Listing] = []
  private(set) var clean: [(address: String, list: String)] = []
  private(set) var refused: [String] = []
  private(set) var dead: [String] = []
  private(set) var unreachable: [String] = []
  private(set) var unclear: [String] = []
  private var advice: [String] = []

  /// Whether a list has what it must have and not what it must not (RFC 5782 §5).
  mutating func prove(_ list: BlockList, _ point: ListTestPoint, by replies: DNSReplies) -> Bool {
    func reply(_ address: IPAddress) -> DNSReply {
      replies[DNSQuestion(name: "\(address.reversed).\(list.zone)", type: .a)]
    }
    let (must, mustNot) = (reply(point.listed), reply(point.unlisted))
    for reply in [must, mustNot] where !reply.status.isVerdict {
      note(reply, list)
      return false
    }
    for code in must.answers + mustNot.answers {
      if case .refused(let why) = list.verdict(code) {
        refuse(list, why, code)
        return false
      }
    }
    let all = must.answers + mustNot.answers
    if let code = all.first(where: { list.verdict($0) == .foreign }) {
      return die(list, "answers \(code): its domain was sold, or answers are rewritten on the way")
    }
    if !mustNot.answers.isEmpty {
      return die(list, "lists everything (its \(point.unlisted.text) is listed)")
    }
    if must.answers.isEmpty {
      return die(list, "is empty (its test point \(point.listed.text) is not listed)")
    }
    return true
  }

  /// Takes what a list that can be believed says of an address.
  mutating func take(
    _ address: IPAddress,
    _ list: BlockList,
    _ reply: DNSReply,
    reasons: [String]
  ) {
    guard reply.status.isVerdict else { return note(reply, list) }
    // A name without an A record is no listing, and no answer that a list gives.
    guard reply.status != .noData else {
      return add(
        \.unclear,
        "\(address.text) \(list.zone) NODATA",
        "Ask \(list.zone) again later."
      )
    }
    if reply.answers.isEmpty { clean.append((address.text, list.zone)) }
    for code in reply.answers {
      switch list.verdict(code) {
      case .listed(let meaning):
        listings.append(
          Listing(
            address: address.text,
            list: list.zone,
            code: code,
            meaning: meaning,
            reason: capped(reasons.joined(separator: " "), 400),
            page: list.page
          )
        )
      case .refused(let why): refuse(list, why, code)
      case .foreign: _ = die(list, "answers \(capped(code, 60)), which is no code")
      case .unclear:
        let said = reasons.isEmpty ? "" : " (\(capped(reasons.joined(separator: " "), 160)))"
        add(
          \.unclear,
          "\(address.text) \(list.zone) \(capped(code, 60))\(said)",
          "Read at \(list.zone)'s operator what \(capped(code, 60)) means."
        )
      }
    }
  }

  /// What keeps it from being known whether the addresses are listed; nil: nothing.
  var doubt: Doubt? {
    let silent = refused + dead + unreachable + unclear
    guard let first = advice.first else { return nil }
    return Doubt(
      listings.isEmpty && clean.isEmpty ? .end : .parts,
      DNSReply.list(silent),
      advice: first
    )
  }

  /// All of it in lines; each listing with the list's words and where to have it taken off.
  var evidence: [String] {
    listings.flatMap { listing in
      [
        "listed: \(listing.words)",
        listing.reason.isEmpty ? nil : "  the list says: \(listing.reason)",
        listing.page.isEmpty ? nil : "  look and delist: \(listing.page)",
      ].compactMap(\.self)
    } + clean.map { "clean: \($0.address) \($0.list)" } + refused.map { "refused: \($0)" }
      + dead.map { "dead: \($0)" } + unreachable.map { "unreachable: \($0)" }
      + unclear.map { "unclear: \($0)" }
  }

  private mutating func note(_ reply: DNSReply, _ list: BlockList) {
    let why = DNSFailure.words(reply)
    let isRefusal = reply.status == .refused
    let advice =
      "See that another name resolves there; ask by another resolver of your own, or leave "
      + "\(list.zone) out."
    if isRefusal {
      add(\.refused, "\(list.zone): \(why)", advice)
    } else {
      add(\.unreachable, "\(list.zone): \(why)", advice)
    }
  }

  private mutating func refuse(_ list: BlockList, _ why: String, _ code: String) {
    add(\.refused, "\(list.zone): \(why) (\(code))", list.advice(on: code))
  }

  private mutating func die(_ list: BlockList, _ why: String) -> Bool {
    add(\.dead, "\(list.zone): \(why)", "Leave \(list.zone) out of `lists`, here and in Postfix.")
    return false
  }

  private mutating func add(
    _ lines: WritableKeyPath<ListFindings, [String]>,
    _ line: String,
    _ advice: String
  ) {
    // Once for a list, not once for each address.
    guard !self[keyPath: lines].contains(line) else { return }
    self[keyPath: lines].append(line)
    self.advice.append(advice)
  }
}
