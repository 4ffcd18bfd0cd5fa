internal import CUnix
internal import Foundation
internal import Glibc
internal import Runbooks

extension AbandonedChild {
  /// Why nobody knows the end of a command whose supervisor saw it.
  static let unwritten =
    "it ended, but its supervisor could not write its end down; check the disk of the state "
    + "directory"

  /// Waits until the command's end is written down, or until nobody is left who could.
  ///
  /// Where only the command itself lives, it is given its time and then ended, with its group.
  func waitForEnd(within limit: Duration, grace: Duration) async -> Fate {
    let margin = grace * 2 + .seconds(5)
    if supervisor.lives(in: boot), !(await supervisor.waitForEnd(within: limit + margin)) {
      return .lost(
        "its supervisor, process \(supervisor.pid), does not end, so \(process.pid) may still run"
      )
    }
    if let status = ChildStatus(of: files) { return .ended(status) }
    if access(files.unwritten, F_OK) == 0 { return .lost(Self.unwritten) }
    guard process.boot == boot else {
      return .lost("the machine was started anew before anybody wrote down how it ended")
    }
    let nobody =
      "its supervisor was killed, or could write nothing at all, so nobody saw how process "
      + "\(process.pid) ended"
    guard process.lives(in: boot) else { return .lost(nobody) }
    if await process.waitForEnd(within: limit) { return .lost(nobody) }
    for signal in [SIGTERM, SIGKILL] {
      // Looked at again: in the meantime the number may have gone to somebody else.
      guard process.lives(in: boot) else { break }
      kill(-process.pid, signal)
      if await process.waitForEnd(within: max(grace, .seconds(1))) { break }
    }
    return .lost(
      "its supervisor was killed, and process \(process.pid) was ended when its time was up"
    )
  }
}

extension ProcessIdentity {
  /// Waits for the end of a process that is not our child, without looking again and again.
  ///
  /// - Returns: false when the time was up first.
  func waitForEnd(within limit: Duration) async -> Bool {
    let descriptor = cunix_pidfd(pid)
    // What was opened may be a later process of the same number.
    guard descriptor >= 0, Self.start(of: pid) == started else {
      if descriptor >= 0 { close(descriptor) }
      return true
    }
    let milliseconds = Int32(clamping: limit.wholeMilliseconds)
    return await withCheckedContinuation { continuation in
      Thread.detachNewThread {
        var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        let count = poll(&waiting, 1, max(0, milliseconds))
        close(descriptor)
        continuation.resume(returning: count == 1)
      }
    }
  }
}
