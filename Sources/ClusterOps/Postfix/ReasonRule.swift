internal import Glibc

/// One row of the table that tells what a delay reason means.
///
/// Every condition that is given must hold. Words are looked for between word boundaries, in
/// lower case (``ReasonWording``): `full` is not found in `fully-qualified`.
struct ReasonRule: Sendable {
  /// What the mail is refused for.
  let reasonClass: ReasonClass
  /// Whose words.
  var hops: ReasonHops = .remote
  /// How the three digits of the reply begin: `4`, `421`; any of these.
  var replies: [StaticString] = []
  /// Enhanced status codes: `4.7.28`, or `.7.28` for a temporary or a permanent one; any of these.
  var statuses: [StaticString] = []
  /// Any of these words, with a blank before and after each.
  var words: [StaticString] = []
  /// And any of these.
  var also: [StaticString] = []

  /// The class of the first row that fits.
  static func reasonClass(of wording: ReasonWording) -> ReasonClass {
    row(for: wording).map { table[$0].reasonClass } ?? .other
  }

  /// The first row of the table that fits, as its index.
  static func row(for wording: ReasonWording) -> Int? {
    wording.bytes.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress, bytes.count > ReasonWording.heading else { return nil }
      let text = ReasonBytes(base: base, count: bytes.count)
      return table.firstIndex { $0.fits(text) }
    }
  }

  private func fits(_ text: ReasonBytes) -> Bool {
    guard hops.contains(ReasonHops(rawValue: text[0])) else { return false }
    if !replies.isEmpty, !replies.contains(where: { text.hasPrefix($0, at: 1) }) { return false }
    if !statuses.isEmpty, !statuses.contains(where: { hasStatus($0, text) }) { return false }
    return has(words, text) && has(also, text)
  }

  private func hasStatus(_ status: StaticString, _ text: ReasonBytes) -> Bool {
    // The heading: a hop, three digits, a blank, the status, zeros.
    let at = status.utf8Start.pointee == UInt8(ascii: ".") ? 6 : 5
    let end = at + status.utf8CodeUnitCount
    return text[1] != 0x20 && text.hasPrefix(status, at: at)
      && (end >= ReasonWording.heading || text[end] == 0)
  }

  private func has(_ words: [StaticString], _ text: ReasonBytes) -> Bool {
    words.isEmpty || words.contains { text.find($0, from: ReasonWording.heading) != nil }
  }
}
