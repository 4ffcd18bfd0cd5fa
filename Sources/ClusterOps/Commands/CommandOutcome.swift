public import Runbooks

/// How a command ended and what it said.
public struct CommandOutcome: Sendable, Hashable {
  /// The way a process ends.
  public enum Ending: Sendable, Hashable {
    case exited(Int)
    case signalled(Int)
  }

  public let ending: Ending
  /// The beginning of standard output, as much as was asked to be kept.
  public internal(set) var stdout: [UInt8]
  /// Whether standard output was longer than what is kept.
  public let isTruncated: Bool
  /// Whether the mark that ends a whole output was asked for and did not come.
  public internal(set) var isCut = false
  /// The end of standard error, at most 64 KiB.
  public let stderr: [UInt8]

  public init(ending: Ending, stdout: [UInt8], isTruncated: Bool, stderr: [UInt8]) {
    self.ending = ending
    self.stdout = stdout
    self.isTruncated = isTruncated
    self.stderr = stderr
  }
}

extension CommandOutcome {
  /// The exit status; for a process ended by a signal 128 and its number, as shells have it.
  public var exit: Int {
    switch ending {
    case .exited(let status): status
    case .signalled(let signal): 128 + signal
    }
  }

  /// What was kept of standard output as text; bytes that are not UTF-8 are replaced.
  public var stdoutText: String { String(decoding: stdout, as: UTF8.self) }

  /// What was kept of standard error as text; bytes that are not UTF-8 are replaced.
  public var stderrText: String { String(decoding: stderr, as: UTF8.self) }
}

/// A command that is about to be run.
public struct Command: Sendable {
  /// The program and its arguments; never seen by a shell.
  public var argv: [String]
  /// What is written to standard input, which is then closed.
  public var input: [UInt8]
  /// How long it may take before its process group is ended.
  public var timeout: Duration
  /// How many bytes from the beginning of standard output are kept.
  public var keep: Int
  /// Whether it may change the world, so that interrupting it leaves the effect unknown.
  public var changes: Bool
  /// Whether standard output belongs to the step's recorded output.
  public var recordsOutput: Bool
  /// Whether all of standard output is needed as it comes, so that what was kept of a command
  /// that another runner began cannot stand for it.
  public var isTakenAsItComes: Bool
  /// What must not show in anything that comes out of the command; nil: nothing is secret.
  public var secrets: SecretVault?
  /// Whether the kept standard output is as the program wrote it, secrets included.
  public var keepsSecrets: Bool

  public init(
    argv: [String],
    input: [UInt8] = [],
    timeout: Duration,
    keep: Int = 1 << 20,
    changes: Bool = true,
    recordsOutput: Bool = true,
    isTakenAsItComes: Bool = false,
    secrets: SecretVault? = nil,
    keepsSecrets: Bool = false
  ) {
    self.argv = argv
    self.input = input
    self.timeout = timeout
    self.keep = keep
    self.changes = changes
    self.recordsOutput = recordsOutput
    self.isTakenAsItComes = isTakenAsItComes
    self.secrets = secrets
    self.keepsSecrets = keepsSecrets
  }
}
