internal import Foundation

/// Runs tasks on threads of this program's own.
///
/// From the first job of Swift's global pool on, libdispatch watches that pool
/// with a timer of one second for as long as the process lives; a console that
/// is only looked at must not wake up. What a task begun with this preference
/// calls, child tasks and default actors included, runs here as well (SE-0417).
///
/// A class, because it stands for its threads. Unchecked: `condition` guards
/// all that changes.
final class WorkExecutor: TaskExecutor, @unchecked Sendable {
  /// The one that all background work of this process shares.
  static let shared = WorkExecutor(limit: 4)

  private let limit: Int
  private let condition = NSCondition()
  private var jobs: [UnownedJob] = []
  private var threads = 0
  private var idle = 0

  /// - Parameter limit: how many threads there may be; they are made when they are needed.
  init(limit: Int) { self.limit = limit }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    condition.lock()
    defer { condition.unlock() }
    jobs.append(job)
    if jobs.count > idle, threads < limit {
      threads += 1
      Thread.detachNewThread { [self] in serve() }
    }
    condition.signal()
  }

  private func serve() {
    while true {
      next().runSynchronously(on: asUnownedTaskExecutor())
    }
  }

  /// The job that has waited longest; waits until there is one.
  private func next() -> UnownedJob {
    condition.lock()
    defer { condition.unlock() }
    while jobs.isEmpty {
      idle += 1
      condition.wait()
      idle -= 1
    }
    return jobs.removeFirst()
  }
}
