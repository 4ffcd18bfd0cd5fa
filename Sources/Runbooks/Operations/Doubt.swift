/// What a reading could not find out, so that nothing may be concluded from what it lacks.
///
/// A check whose reading is in doubt is undetermined, which is a failure and never a pass. A
/// reading step goes on, as a warning, where only parts were not understood; it ends undetermined
/// where the reading itself was cut.
public struct Doubt: Sendable, Hashable {
  public enum Extent: Sendable, Hashable {
    /// Parts of it were not understood; the end was seen.
    case parts
    /// The end was not seen: any amount may be missing.
    case end
  }

  public let extent: Extent
  /// What is not known, without a full stop, e.g. `5 lines were not understood`.
  public let words: String
  /// What to do next.
  public let advice: String

  public init(_ extent: Extent, _ words: String, advice: String) {
    self.extent = extent
    self.words = words
    self.advice = advice
  }
}

extension OperationFailure {
  /// That something cannot be judged for a doubt.
  public init(undetermined subject: String, _ doubt: Doubt, effect: Effect = .none) {
    self.init(
      .undetermined,
      "undetermined: \(subject) (\(doubt.words))",
      advice: doubt.advice,
      effect: effect
    )
  }
}
