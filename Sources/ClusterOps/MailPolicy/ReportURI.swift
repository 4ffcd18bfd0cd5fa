internal import Foundation

/// Where reports are asked to be sent: a URI of `rua` or `ruf` (RFC 9989 §4.6, RFC 8460 §3).
struct ReportURI: Hashable, Sendable {
  /// As it is written, without the size limit that RFC 7489 had.
  let text: String
  /// What it begins with, in lower case; empty: it is no URI.
  let scheme: String
  /// The host that takes the reports, in canonical form; empty: there is none that could.
  let host: String
  /// Where it begins in the record, in octets from 0.
  let offset: Int
  /// Whether it ends with a size limit (`!10m`), which RFC 9989 dropped.
  let hasSize: Bool

  init(_ written: String, at offset: Int = 0) {
    self.offset = offset
    let parts = written.split(separator: "!", maxSplits: 1, omittingEmptySubsequences: false)
    let uri = parts.first.map { TagList.trimmed($0) } ?? ""
    let colon = uri.firstIndex(of: ":") ?? uri.startIndex
    text = uri
    hasSize = parts.count > 1
    let isScheme =
      uri[..<colon].utf8.allSatisfy {
        (0x61...0x7A).contains($0 | 0x20) || (0x30...0x39).contains($0) || "+-.".utf8.contains($0)
      } && uri[..<colon].first?.isLetter == true
    scheme = isScheme ? uri[..<colon].lowercased() : ""
    let rest = isScheme ? uri[uri.index(after: colon)...] : ""
    let found: String
    if scheme == "mailto" {
      let address = rest.prefix { $0 != "?" }
      let at = address.lastIndex(of: "@") ?? address.startIndex
      found = at > address.startIndex ? String(address[address.index(after: at)...]) : ""
    } else {
      found = URLComponents(string: uri)?.host ?? ""
    }
    let name = DNSName.canonical(found)
    host = MailPolicyFamily.isHost(name) && !found.isEmpty ? name : ""
  }

  /// The URIs of a list, parted by commas, which begins at an offset in the record.
  static func list(_ value: String, at offset: Int) -> [ReportURI] {
    var start = offset
    var targets: [ReportURI] = []
    for piece in value.split(separator: ",", omittingEmptySubsequences: false) {
      let lead = piece.prefix { $0 == " " || $0 == "\t" }.utf8.count
      targets.append(ReportURI(String(piece), at: start + lead))
      start += piece.utf8.count + 1
    }
    return targets.filter { !$0.text.isEmpty }
  }

  /// Whether it can be understood as an address to send to, whatever its scheme.
  var isValid: Bool { scheme == "mailto" || scheme == "https" ? !host.isEmpty : !scheme.isEmpty }

  /// What is wrong with it as a value of a tag; nil: nothing.
  ///
  /// - Parameter schemes: those that receivers know.
  func problem(of tag: String, schemes: [String]) -> String? {
    let words = "`\(tag)` names ‘\(capped(text, 120))’"
    let place = TagList.place(offset)
    guard schemes.contains(scheme) else {
      return "\(words), which is no \(schemes.map { $0 + ":" }.joined(separator: " or ")): "
        + "no report comes there\(place)"
    }
    guard !host.isEmpty else { return "\(words), which is no whole address: correct it\(place)" }
    guard !hasSize else {
      return "\(words) with a size limit, which is obsolete: take it out\(place)"
    }
    return nil
  }
}
