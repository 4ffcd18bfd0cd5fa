import CNcurses
import Synchronization

/// Runs the jobs of an actor on the thread that waits for the terminal.
///
/// On Linux `@MainActor` is not the main thread once `async main` has begun, so
/// that signals and ncurses would end up on different ones. An actor whose
/// `unownedExecutor` is this one lives on the thread that made the executor;
/// others reach it by `await` as usual, and each wakes the loop up.
///
/// A class, because it stands for that one thread.
public final class TerminalExecutor: SerialExecutor {
  private let jobs = Mutex<[UnownedJob]>([])
  private let owner = tui_thread_id()

  /// Made on the thread that will call `drain`.
  public init() {}

  public func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let isFirst = jobs.withLock { jobs in
      jobs.append(job)
      return jobs.count == 1
    }
    // Later ones are found by the drain this wake-up leads to.
    if isFirst { tui_wake() }
  }

  public func checkIsolated() {
    precondition(
      tui_thread_id() == owner,
      "Only the terminal's thread may touch what belongs to the console"
    )
  }

  public func isIsolatingCurrentContext() -> Bool? {
    tui_thread_id() == owner
  }

  /// Runs what is waiting, and what that leads to, until nothing is left or the
  /// time is up.
  ///
  /// - Returns: Whether any job ran.
  @discardableResult
  public func drain(until deadline: ContinuousClock.Instant? = nil) -> Bool {
    checkIsolated()
    var ran = false
    while true {
      let batch = jobs.withLock { jobs in
        let batch = jobs
        jobs.removeAll(keepingCapacity: true)
        return batch
      }
      if batch.isEmpty { return ran }
      ran = true
      for job in batch {
        job.runSynchronously(on: asUnownedSerialExecutor())
      }
      if let deadline, ContinuousClock.now >= deadline { return ran }
    }
  }
}
