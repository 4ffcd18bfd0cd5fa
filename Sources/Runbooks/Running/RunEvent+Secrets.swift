extension RunEvent {
  /// Which secret somebody gave, by its mark.
  public struct SecretGiven: Sendable, Hashable, Codable {
    /// As expressions write it: `inputs.NAME` or `steps.ID.NAME`.
    public let name: String
    public let mark: SecretMark
    public let by: String
    public let at: Moment

    public init(name: String, mark: SecretMark, by: String, at: Moment) {
      self.name = name
      self.mark = mark
      self.by = by
      self.at = at
    }
  }
}
