internal import CUnix
internal import Foundation

/// Runs tasks on threads of this program's own, apart from those of ``GlobalJobs``.
///
/// What a task begun with this preference calls, child tasks and default actors included, runs here as
/// well (SE-0417).
///
/// A class, because it stands for its threads. Unchecked: `condition` guards
/// all that changes.
final class WorkExecutor: TaskExecutor, @unchecked Sendable {
  /// The one that all background work of this process shares.
  static let shared = WorkExecutor(limit: 4)

  private let limit: Int
  private let condition = NSCondition()
  private var jobs: [Job] = []
  private var threads = 0
  private var idle = 0

  private enum Job {
    case preferred(UnownedJob)
    case global(GlobalJob)
  }

  /// - Parameter limit: how many threads there may be; they are made when they are needed.
  init(limit: Int) { self.limit = limit }

  func enqueue(_ job: consuming ExecutorJob) { add(.preferred(UnownedJob(job))) }

  /// Runs a job of Swift's global executor, which stays one: what it calls may run anywhere.
  func enqueueGlobal(_ job: GlobalJob) { add(.global(job)) }

  private func add(_ job: Job) {
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
      switch next() {
      case .preferred(let job): job.runSynchronously(on: asUnownedTaskExecutor())
      case .global(let job): cunix_run_job(job.pointer)
      }
    }
  }

  /// The job that has waited longest; waits until there is one.
  private func next() -> Job {
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
