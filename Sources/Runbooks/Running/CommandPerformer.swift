/// Runs command lines in the real world; the engine itself starts no process.
public protocol CommandPerformer: Sendable {
  /// Runs one command without a shell; it reads the input, and its output is streamed to the context.
  ///
  /// What the context holds secret is replaced in the output and in failures, and never written to a
  /// file; only the result has standard output as it was.
  ///
  /// An exit status is a result, whatever it is; the engine compares it with
  /// the statuses that the runbook expects. A failure is what kept the command
  /// from telling its own end: not found, timed out, cancelled.
  func perform(
    _ argv: [String],
    input: [UInt8],
    in context: OperationContext
  ) async throws(OperationFailure) -> CommandResult

  /// Whether a command with a custody is on record before it begins.
  var isSupervising: Bool { get }

  /// Waits for a command that a runner left behind when it died.
  ///
  /// - Parameter limit: how long at most, before its processes are ended.
  func waitForEnd(of child: AbandonedChild, within limit: Duration) async -> AbandonedChild.Fate
}

/// A supervised command whose runner died.
public struct AbandonedChild: Sendable {
  public let files: ChildFiles
  public let process: ProcessIdentity
  public let supervisor: ProcessIdentity
  /// The boot of this machine now.
  public let boot: String

  public enum Fate: Sendable {
    case ended(ChildStatus)
    /// Nobody wrote down how it ended; the reason in words.
    case lost(String)
  }

  public init(
    files: ChildFiles,
    process: ProcessIdentity,
    supervisor: ProcessIdentity,
    boot: String
  ) {
    self.files = files
    self.process = process
    self.supervisor = supervisor
    self.boot = boot
  }

  /// Whether anything of it lives.
  public var lives: Bool { process.lives(in: boot) || supervisor.lives(in: boot) }
}

extension CommandPerformer {
  public var isSupervising: Bool { false }

  /// Looks for the end that was written down; waits for nothing.
  public func waitForEnd(
    of child: AbandonedChild,
    within limit: Duration
  ) async -> AbandonedChild.Fate {
    ChildStatus(of: child.files).map { .ended($0) } ?? .lost("nobody wrote down how it ended")
  }
}

/// How a command ended.
public struct CommandResult: Sendable, Hashable {
  public let exitStatus: Int
  /// Standard output, bounded by the performer.
  public let standardOutput: [UInt8]
  /// The end of standard error, known secrets replaced.
  public let standardError: [UInt8]

  public init(exitStatus: Int, standardOutput: [UInt8], standardError: [UInt8] = []) {
    self.exitStatus = exitStatus
    self.standardOutput = standardOutput
    self.standardError = standardError
  }
}

/// Refuses every command; for runs that must start no process.
public struct NoCommands: CommandPerformer {
  public init() {}

  public func perform(
    _ argv: [String],
    input: [UInt8],
    in context: OperationContext
  ) async throws(OperationFailure) -> CommandResult {
    throw OperationFailure(
      .refused,
      "command lines are not run here",
      advice: "Use an operation of the catalogue.",
      effect: .none
    )
  }
}
