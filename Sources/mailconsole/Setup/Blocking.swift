internal import Dispatch
internal import Synchronization

/// Runs async work to its end from the synchronous main thread.
///
/// `async main` is not used: on Linux it hands the main thread to Dispatch, and
/// curses, signals and the poll loop need the real main thread.
func blocking<T: Sendable>(_ work: @escaping @Sendable () async throws -> T) throws -> T {
  let result = Mutex<Result<T, any Error>?>(nil)
  let done = DispatchSemaphore(value: 0)
  Task.detached(executorPreference: WorkExecutor.shared) {
    do {
      let value = try await work()
      result.withLock { $0 = .success(value) }
    } catch {
      result.withLock { $0 = .failure(error) }
    }
    done.signal()
  }
  done.wait()
  guard let result = result.withLock({ $0 }) else {
    preconditionFailure("the work signals only after it has stored its result")
  }
  return try result.get()
}
