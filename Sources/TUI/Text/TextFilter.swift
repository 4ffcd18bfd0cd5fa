/// What stands after `/`: a text or a regular expression, `!` before it turns
/// it round.
///
/// Capitals in it make it exact about case.
public struct TextFilter: Sendable, Hashable {
  public let pattern: String
  public let isInverse: Bool
  private let isExpression: Bool
  private let respectsCase: Bool

  /// Nil when the pattern is empty.
  ///
  /// A pattern that is no regular expression, as while it is being typed, is
  /// looked for as it stands.
  public init?(_ text: String) {
    isInverse = text.hasPrefix("!")
    pattern = isInverse ? String(text.dropFirst()) : text
    if pattern.isEmpty { return nil }
    let special: Set<Character> = ["\\", "^", "$", ".", "|", "?", "*", "+", "(", ")", "[", "{"]
    isExpression = pattern.contains { special.contains($0) } && (try? Regex(pattern)) != nil
    respectsCase = pattern.contains(where: \.isUppercase)
  }

  /// The filter as it is typed.
  public var text: String { (isInverse ? "!" : "") + pattern }

  /// A function that tells whether a text is wanted.
  ///
  /// Made once for many texts: an expression is compiled here.
  public func matcher() -> (String) -> Bool {
    let find = finder()
    let isInverse = self.isInverse
    return { text in find(text[...]) == nil ? isInverse : !isInverse }
  }

  /// A function that puts all that is found in a text in the style of a match.
  ///
  /// Made once for many texts.
  public func marker(style: Style = .normal) -> (String) -> StyledText {
    if isInverse { return { StyledText($0, style) } }
    let find = finder()
    return { text in
      var marked = StyledText(spans: [])
      var rest = text[...]
      while let range = find(rest), !range.isEmpty {
        marked.append(String(rest[..<range.lowerBound]), style)
        marked.append(String(rest[range]), .match)
        rest = rest[range.upperBound...]
      }
      marked.append(String(rest), style)
      return marked
    }
  }

  private func finder() -> (Substring) -> Range<String.Index>? {
    if isExpression, let regex = try? Regex(pattern) {
      let regex = respectsCase ? regex : regex.ignoresCase()
      return { text in text.firstRange(of: regex) }
    }
    let wanted = Array(respectsCase ? pattern : pattern.lowercased())
    let respectsCase = self.respectsCase
    return { text in
      guard let first = wanted.first else { return nil }
      func same(_ one: Character, _ other: Character) -> Bool {
        one == other || !respectsCase && one.lowercased() == String(other)
      }
      var start = text.startIndex
      while let found = text[start...].firstIndex(where: { same($0, first) }) {
        var end = found
        var matched = 0
        while matched < wanted.count, end < text.endIndex, same(text[end], wanted[matched]) {
          end = text.index(after: end)
          matched += 1
        }
        if matched == wanted.count { return found..<end }
        start = text.index(after: found)
      }
      return nil
    }
  }
}
