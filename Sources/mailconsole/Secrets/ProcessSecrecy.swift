internal import CUnix
internal import TUI

/// What a process does before it holds a secret: nothing of its memory may come to a disk or a screen.
enum ProcessSecrecy {
  /// No core file, for this process and its children (RLIMIT_CORE); no other process of the user
  /// reads its memory or its environment (PR_SET_DUMPABLE); no crash handler prints registers.
  ///
  /// A successor that looks for children still can: theirs is reset by execve(2).
  static func begin() { _ = begun }

  private static let begun: Bool = {
    CrashReports.silence()
    let isDone = cunix_forbid_dumps() == 0
    if !isDone {
      Output.error("Core files cannot be forbidden here; a crash may write a secret to the disk.")
    }
    return isDone
  }()
}
