internal import Glibc
internal import Runbooks

extension ChildStatus {
  /// What a command came to, with the streams as they were followed.
  func outcome(
    of command: Invocation,
    _ stdout: HeadBytes,
    stderr: [UInt8]
  ) throws(OperationFailure) -> CommandOutcome {
    CommandOutcome(
      ending: try ending(of: command),
      stdout: stdout.bytes,
      isTruncated: stdout.isTruncated,
      stderr: stderr
    )
  }

  fileprivate func ending(of command: Invocation) throws(OperationFailure) -> CommandOutcome.Ending
  {
    switch (cause, ending) {
    case (_, .withdrawn):
      throw CommandRunner.unstartable(command.argv[0], "its runner was gone before it could begin")
    case (_, .refused):
      if number == Int(ENOENT) { throw CommandRunner.missing(command.argv[0]) }
      throw CommandRunner.unstartable(command.argv[0], String(cString: strerror(Int32(number))))
    case (.late, _): throw CommandRunner.late(command)
    case (.stopped, _): throw CommandRunner.stopped(command)
    case (.itself, .exited): return .exited(number)
    case (.itself, .signalled): return .signalled(number)
    }
  }
}

extension Custody.Inheritance {
  /// What a command came to that another runner had begun, if what was kept of it is enough.
  ///
  /// - Returns: nil: it only read, and is to be run anew.
  func outcome(of command: Invocation) throws(OperationFailure) -> CommandOutcome? {
    let isEnough =
      !command.isTakenAsItComes && (!status.isTruncated || command.keep <= status.stdout.count)
    guard program == command.argv[0], isEnough else {
      guard command.changes else { return nil }
      throw OperationFailure(
        .failed,
        "\(program) \(status.words) without its runner, and too little of its output was kept",
        advice: "Look at the world before doing anything again.",
        effect: .unknown
      )
    }
    return CommandOutcome(
      ending: try status.ending(of: command),
      stdout: status.stdout,
      isTruncated: status.isTruncated,
      stderr: status.stderr
    )
  }
}
