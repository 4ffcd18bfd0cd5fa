/// Answers for people in an unattended run, or asks them one by one in a plain one.
public protocol Decider: Sendable {
  /// The command for what waits, and in whose name; nil when there is no answer.
  ///
  /// Asked when nothing is under way, for each waiting item in the order of the
  /// file. A refused answer is told to ``refused(_:for:)`` and not asked again.
  func decide(_ item: WaitingItem, in state: RunState, head: ChainHead) async -> Decision?

  /// Learns that a decision was refused.
  func refused(_ refusal: CommandRefusal, for item: WaitingItem) async
}

extension Decider {
  /// Does nothing.
  public func refused(_ refusal: CommandRefusal, for item: WaitingItem) async {}
}

/// A command, and the person in whose name it is given.
public struct Decision: Sendable, Hashable {
  public let command: RunCommand
  public let by: String

  public init(_ command: RunCommand, by name: String) {
    self.command = command
    self.by = name
  }
}

/// Has no answer to anything.
public struct NoDecider: Decider {
  public init() {}
  public func decide(
    _ item: WaitingItem,
    in state: RunState,
    head: ChainHead
  ) async -> Decision? { nil }
}
