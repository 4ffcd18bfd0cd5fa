/// A total, typed expression without side effects, e.g. `result.total < 200`.
public struct Expression: Sendable, Hashable {
  /// The text as written.
  public let source: String
  public let position: SourcePosition
}

/// Text with `${expression}` in it; one that is a lone `${…}` keeps the type of its value.
public struct Template: Sendable, Hashable {
  /// The text as written.
  public let source: String
  public let position: SourcePosition
}
