internal import CUnix
internal import Synchronization

/// A job of Swift's global executor, as its runtime knows it.
///
/// Unchecked: nobody but the runtime looks behind the pointer, and each job is handed on once.
struct GlobalJob: @unchecked Sendable {
  let pointer: UnsafeMutableRawPointer
}

/// Performs what Swift gives to its global executor, on threads and with a timer of this program's own.
///
/// From the first job that libdispatch gets it watches its pool with a timer of one second for as long as the
/// process lives, and nothing turns that off. A console that is only looked at, and a runner that waits for
/// a person, must not wake up.
enum GlobalJobs {
  private static let executor = WorkExecutor(limit: 16)
  private static let timetable = Timetable()

  /// To be called once, before the first task. Where the machine has no room for a thread and a timer
  /// Swift's own way stays.
  static func takeOver() {
    guard timetable.begin({ executor.enqueueGlobal($0) }) else { return }
    cunix_divert_jobs(
      { job in if let job { GlobalJobs.executor.enqueueGlobal(GlobalJob(pointer: job)) } },
      { job, span in
        if let job { GlobalJobs.timetable.add(GlobalJob(pointer: job), after: span) }
      }
    )
  }

  /// What is to be done later, and one thread that sleeps until the next of it is due.
  ///
  /// A class because it stands for the timer and the thread.
  private final class Timetable: Sendable {
    private struct Appointment {
      let due: ContinuousClock.Instant
      let job: GlobalJob
    }

    private let timer = cunix_timer()
    /// The latest first.
    private let storage = Mutex<[Appointment]>([])

    /// - Returns: whether it is there.
    func begin(_ perform: @escaping @Sendable (GlobalJob) -> Void) -> Bool {
      timer >= 0
        && Threads.start {
          while true {
            cunix_timer_wait(self.timer)
            for job in self.takeDue() { perform(job) }
          }
        }
    }

    func add(_ job: GlobalJob, after nanoseconds: Int64) {
      let due = ContinuousClock.now + .nanoseconds(nanoseconds)
      storage.withLock { list in
        // Of two at the same time the one that came first is nearer to the end.
        let place = list.firstIndex { $0.due <= due } ?? list.count
        list.insert(Appointment(due: due, job: job), at: place)
        if place == list.count - 1 { set(due) }
      }
    }

    private func takeDue() -> [GlobalJob] {
      storage.withLock { list in
        var jobs: [GlobalJob] = []
        let now = ContinuousClock.now
        while let next = list.last, next.due <= now {
          jobs.append(next.job)
          list.removeLast()
        }
        if let next = list.last { set(next.due) }
        return jobs
      }
    }

    private func set(_ due: ContinuousClock.Instant) {
      let span = (due - .now).components
      // A day at a time: what is later than that is looked at again then.
      let nanoseconds = min(span.seconds, 86_400) * 1_000_000_000 + span.attoseconds / 1_000_000_000
      cunix_timer_set(timer, max(1, nanoseconds))
    }
  }
}
