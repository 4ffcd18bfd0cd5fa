/// The exit statuses of mailconsole(1); those from 64 follow sysexits(3).
enum ExitStatus: Int32, Sendable, CaseIterable {
  /// What was asked is done.
  case done = 0
  /// A check failed, a step failed, or there are findings.
  case findings = 1
  /// The run waits for a person.
  case waiting = 2
  /// A step began and nobody knows how it ended.
  case unknown = 3
  /// The command line is wrong.
  case usage = 64
  /// A file that was read is broken: runbook, site, answers; or the record of a run does not hold.
  case data = 65
  /// A file, site, runbook or run that was named does not exist.
  case noInput = 66
  /// The record cannot be written or read, or the output not written.
  case io = 74
  /// Somebody else drives the run, or another run holds its lock.
  case busy = 75
  /// The terminal was lost (SIGHUP or a closed line).
  case terminalLost = 129

  /// What it means, for the manual and `--help`.
  var meaning: String {
    switch self {
    case .done: "done"
    case .findings: "a check or step failed, or there are findings"
    case .waiting: "the run waits for a person"
    case .unknown: "a step began and its outcome is unknown"
    case .usage: "the command line is wrong"
    case .data: "a file that was read is broken, or the record of a run does not hold"
    case .noInput: "a named file, site, runbook or run does not exist"
    case .io: "the record cannot be written or read, or the output not written"
    case .busy: "somebody else drives the run, or another run holds its lock"
    case .terminalLost: "the terminal was lost"
    }
  }
}

/// An error that ends the command: one clear message and its exit status.
struct CommandFailure: Error, Sendable {
  let status: ExitStatus
  /// What is wrong, on what, and what to do next; may span lines.
  let message: String

  init(_ status: ExitStatus, _ message: String) {
    self.status = status
    self.message = message
  }
}
