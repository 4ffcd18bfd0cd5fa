/// A field Received: what a host wrote when it took the message (RFC 5321 §4.4).
struct ReceivedHop: Sendable, Hashable {
  /// Whom it was taken from, as that greeted; empty: not told.
  private(set) var from = ""
  /// Who took it, lower case.
  private(set) var host = ""
  /// The protocol, e.g. `ESMTPS` (RFC 3848).
  private(set) var with = ""
  /// The version of TLS, e.g. `TLSv1.3`; empty: not told.
  private(set) var tls = ""
  /// When, in seconds since 1970; nil: not told, or not understood.
  let at: Int?

  init(_ text: String) {
    let tokens = FieldToken.tokens(text)
    let end = tokens.lastIndex(of: .semicolon)
    at = end.flatMap {
      MailDate.seconds(tokens[($0 + 1)...].compactMap(\.word).joined(separator: " "))
    }
    var keyword = ""
    var seen: Set<String> = []
    for token in tokens[..<(end ?? tokens.endIndex)] {
      switch token {
      case .word(let word):
        let small = word.lowercased()
        switch keyword {
        case "from": from = word
        case "by": host = DNSName.canonical(word)
        case "with": with = word.uppercased()
        default: break
        }
        // A value is no keyword, and a keyword that comes again is somebody's text.
        let isKeyword =
          keyword.isEmpty && ["from", "by", "via", "with", "id", "for"].contains(small)
        keyword = isKeyword && seen.insert(small).inserted ? small : ""
      case .comment(let text): if tls.isEmpty { tls = Self.tls(in: text) }
      case .semicolon, .equals: keyword = ""
      }
    }
  }

  /// `using TLSv1.3 with cipher …` of Postfix and Exim's like, `version=TLS1_3` of others.
  private static func tls(in comment: String) -> String {
    for word in comment.split(whereSeparator: { " ,;()".contains($0) }).prefix(50) {
      let name = (word.split(separator: "=").last ?? "").uppercased()
        .replacing("_", with: ".").replacing("TLSV", with: "TLS")
      if ["TLS1", "TLS1.0", "TLS1.1", "TLS1.2", "TLS1.3"].contains(name) {
        return "TLSv" + name.dropFirst(3)
      }
    }
    return ""
  }

  /// The hop in a few words, fit to be shown.
  var words: String {
    func part(_ before: String, _ text: String) -> String {
      text.isEmpty ? "" : " \(before) \(EscapedText.escaped(text, 120))"
    }
    return String(
      (part("from", from) + part("by", host) + part("with", with)
        + (tls.isEmpty ? "" : " (\(tls))")
        + (at.map { " at \(KubernetesObjects.timestamp($0))" } ?? " at no time that is understood"))
        .dropFirst()
    )
  }
}
