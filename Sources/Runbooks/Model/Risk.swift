/// What a step may do to the world; ordered from harmless to destructive.
public enum Risk: String, Sendable, Hashable, Codable, Comparable, CaseIterable {
  /// Looks and changes nothing; never gated.
  case read
  /// Changes something that can be changed back, or says `reversible: no`.
  case change
  /// Destroys something; an approval must stand upstream.
  case destructive

  public static func < (a: Risk, b: Risk) -> Bool {
    guard let a = allCases.firstIndex(of: a), let b = allCases.firstIndex(of: b) else {
      return false
    }
    return a < b
  }
}
