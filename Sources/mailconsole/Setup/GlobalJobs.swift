internal import CUnix

/// A job of Swift's global executor, as its runtime knows it.
///
/// Unchecked: nobody but the runtime looks behind the pointer, and each job is handed on once.
struct GlobalJob: @unchecked Sendable {
  let pointer: UnsafeMutableRawPointer
}

/// Performs what Swift gives to its global executor, on threads of this program's own.
///
/// From the first job that libdispatch gets it watches its pool with a timer of one second for as long as the
/// process lives, and nothing turns that off. A console that is only looked at, and a runner that waits for
/// a person, must not wake up. What is to be done later has ``Timetable``.
enum GlobalJobs {
  private static let executor = WorkExecutor(limit: 16)

  /// To be called once, before the first task.
  static func takeOver() {
    cunix_divert_jobs { job in
      if let job { GlobalJobs.executor.enqueueGlobal(GlobalJob(pointer: job)) }
    }
  }
}
