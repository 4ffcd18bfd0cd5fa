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
