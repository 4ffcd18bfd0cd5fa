/// A field Authentication-Results: what a host found of where a message is from (RFC 8601).
struct AuthenticationResults: Sendable, Hashable {
  /// Who found it (authserv-id), lower case. What others found is not proved, and may be forged (§7.1).
  let authority: String
  private let results: [Result]

  private struct Result: Sendable, Hashable {
    let method: String
    let verdict: String
  }

  private static let limit = 50

  /// Reads a field; nil: it names nobody.
  init?(_ text: String) {
    let parts = FieldToken.tokens(text).split(
      separator: .semicolon,
      omittingEmptySubsequences: false
    )
    guard let authority = parts.first?.lazy.compactMap(\.word).first else { return nil }
    self.authority = DNSName.canonical(authority)
    results = parts.dropFirst().prefix(Self.limit).compactMap { part in
      let tokens = part.filter { if case .comment = $0 { false } else { true } }
      guard tokens.count >= 3, tokens[1] == .equals, let method = tokens[0].word,
        let verdict = tokens[2].word
      else { return nil }
      return Result(
        // A method may have a version: `dkim/1`.
        method: method.lowercased().split(separator: "/").first.map(String.init) ?? "",
        verdict: EscapedText.escaped(verdict.lowercased(), 20)
      )
    }
  }

  /// The verdict of a method, e.g. `pass`; empty: it has none.
  ///
  /// Of several signatures of DKIM one that holds is enough.
  subscript(method: String) -> String {
    let verdicts = results.filter { $0.method == method }.map(\.verdict)
    return method == "dkim" && verdicts.contains("pass") ? "pass" : verdicts.first ?? ""
  }
}
