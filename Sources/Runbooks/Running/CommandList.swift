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

  /// The SHA-256 of its JSON as the record holds it; nil for a value that the record cannot hold,
  /// with which nothing begins.
  public var digest: Digest? {
    (try? RecordCoding.encode(self)).map { Digest(of: $0) }
  }
}
