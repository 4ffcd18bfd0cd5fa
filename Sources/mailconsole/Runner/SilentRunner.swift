internal import Foundation
internal import Runbooks

/// A runner that does not answer: what is known of it and what to do, in words.
struct SilentRunner: Sendable, Hashable {
  /// What the kernel says of its process (proc(5), the third field of `/proc/PID/stat`).
  enum State: Sendable, Hashable {
    case gone
    /// By SIGSTOP, a debugger or ctrl-z.
    case stopped
    /// In the kernel: a disk or a network file system does not answer.
    case waitingForDisk
    case living
  }

  let run: String
  /// nil: nobody says who holds the run.
  let process: Int32?

  init(run: String, process: Int32?) {
    self.run = run
    self.process = process
  }

  /// The runner of the run in a directory; the process is who holds its lock.
  init(of directory: RunDirectory, process: Int32? = nil) {
    self.init(
      run: URL(fileURLWithPath: directory.path).lastPathComponent,
      process: process ?? RunLock.holder(of: directory)?.pid
    )
  }

  /// `the runner (process 4242)`
  var name: String { "the runner" + (process.map { " (process \($0))" } ?? "") }

  var state: State {
    guard let process else { return .living }
    guard let data = FileManager.default.contents(atPath: "/proc/\(process)/stat") else {
      return .gone
    }
    // The second field, in parentheses, may hold anything; the third follows it.
    let line = String(decoding: data, as: UTF8.self)
    guard let close = line.lastIndex(of: ")") else { return .gone }
    switch line[line.index(after: close)...].first(where: { $0 != " " }) {
    case "T", "t": return .stopped
    case "D": return .waitingForDisk
    case "Z", "X", nil: return .gone
    default: return .living
    }
  }

  /// What to do about it.
  var advice: String {
    let pid = process.map(String.init) ?? "PID"
    return switch state {
    case .stopped:
      "It is stopped: `kill -CONT \(pid)` lets it go on, `kill -KILL \(pid)` ends it, and "
        + "`mailconsole attach \(run)` takes the run over."
    case .waitingForDisk: "It waits for a disk that does not answer; look at the state directory's."
    case .gone: "It has ended; `mailconsole attach \(run)` takes the run over."
    case .living:
      "It lives and is busy or stuck; `mailconsole attach \(run)` tries again, and once it is ended "
        + "takes the run over."
    }
  }

  /// Why a run is not opened.
  func failure(after span: Duration) -> CommandFailure {
    CommandFailure(
      .busy,
      "\(sentence) has not answered for \(DurationText.format(span)). \(advice)"
    )
  }

  /// What is known of a command that was not answered.
  func failure(of command: RunCommand, after span: Duration) -> CommandFailure {
    CommandFailure(
      .busy,
      "\(sentence) has not answered for \(DurationText.format(span)). From now on it refuses this "
        + "\(command.word); whether it took it up before, the record will show. \(advice)"
    )
  }

  /// What stands when a person leaves and is not answered.
  var parting: String {
    "\(sentence) does not answer, so that you left is not recorded yet. What the record has stands; "
      + "nothing you gave is obeyed once it is \(RunnerClient.Patience.standard.words) old. \(advice)"
  }

  private var sentence: String { "T" + name.dropFirst() + " of \(run)" }
}
