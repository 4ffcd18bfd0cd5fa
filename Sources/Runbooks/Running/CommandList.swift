/// The commands of a step as they are shown before a go, bound by it, and performed.
///
/// One value for all three: what a person was shown is compared with what would be done by ``digest``.
public struct CommandList: Sendable, Hashable, Codable {
  public let step: StepID
  public let actions: [PlannedAction]
  /// The arguments of the operation; commands that are known only later follow from them.
  public let arguments: [String: Value]

  public init(step: StepID, actions: [PlannedAction], arguments: [String: Value]) {
    self.step = step
    self.actions = actions
    self.arguments = arguments
  }

  /// A step that runs no command.
  static func none(of step: StepID) -> CommandList {
    CommandList(step: step, actions: [], arguments: [:])
  }

  /// The SHA-256 of its JSON as the record holds it.
  public var digest: Digest {
    // Texts, numbers and lists of them can always be written as JSON; a value that cannot be
    // would give no digest that anything equals.
    let bytes = (try? RecordCoding.encode(self)) ?? []
    return Digest(of: bytes)
  }
}
