public import Runbooks

/// A program as ``CommandRunner`` runs it on this machine.
public struct Invocation: Sendable {
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
