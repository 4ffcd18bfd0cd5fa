internal import Foundation

/// Locks against other runs: taken before anything begins, held until the runner ends.
extension RunEngine {
  /// A lock that is waited for.
  struct LockWait {
    var lock: SiteLock
    let since: Moment
    let until: Moment
    /// When it is looked at again in any case.
    var next: Moment
  }

  private var wanted: [SiteLock] {
    // Only a live run touches what others could touch.
    guard state.mode == .live, setting.lockState != nil else { return [] }
    return setting.runbook.locks.map { SiteLock($0, on: setting.site) }
  }

  /// Tries to take the run's locks.
  ///
  /// - Returns: the events that say how that went, and the refusal where there is nothing to wait for.
  func takeLocks() throws(RunEngineError) -> ([RunEvent], LockRefusal?) {
    let wanted = wanted
    guard !wanted.isEmpty, let folder = setting.lockState, locks == nil else { return ([], nil) }
    let moment = now
    switch try attempt(wanted, in: folder) {
    case .taken(let taken):
      locks = taken
      lockWait = nil
      return ([.locksTaken(.init(locks: wanted, at: moment))], nil)
    case .held(let lock, let holder):
      return awaitOrRefuse(lock, holder, at: moment, in: folder, isHeld: true)
    case .inUse(let lock, let holder):
      return awaitOrRefuse(lock, holder, at: moment, in: folder, isHeld: false)
    }
  }

  private func awaitOrRefuse(
    _ lock: SiteLock,
    _ holder: RunLocks.Holder?,
    at moment: Moment,
    in folder: String,
    isHeld: Bool
  ) -> ([RunEvent], LockRefusal?) {
    let wait = setting.runbook.locks.first { SiteLock($0, on: setting.site) == lock }?.wait
    let since = lockWait?.since ?? moment
    let until = lockWait?.until ?? moment.advanced(by: wait ?? .zero)
    guard moment < until else {
      lockWait = nil
      let refusal = LockRefusal(
        run: state.run,
        lock: lock,
        holder: holder,
        waited: moment.since(since)
      )
      return ([.lockRefused(.init(lock: lock, holder: holder, at: moment))], refusal)
    }
    let isNew = lockWait?.lock != lock
    // Where a dead runner's command works on, no lock tells when it ends.
    let next = isHeld ? until : min(until, moment.advanced(by: .seconds(5)))
    lockWait = LockWait(lock: lock, since: since, until: until, next: next)
    if isHeld { lookWhenFree(lock, in: folder) }
    let event = RunEvent.lockAwaited(.init(lock: lock, holder: holder, until: until, at: moment))
    return (isNew ? [event] : [], nil)
  }

  /// Tries again; when it was waited for long enough, the run is let go.
  func retryLocks() throws(RunEngineError) {
    let (events, refusal) = try takeLocks()
    if !events.isEmpty { try commit(events, by: Self.name) }
    guard let refusal else { return }
    try driverLeft(reason: "the lock \(refusal.lock) is held by another run")
    watchers.finish()
    throw .locked(refusal)
  }

  private func attempt(
    _ wanted: [SiteLock],
    in folder: String
  ) throws(RunEngineError) -> RunLocks.Attempt {
    do throws(JournalError) {
      return try RunLocks.take(
        wanted,
        in: folder,
        for: .init(run: state.run, by: driver, since: now),
        boot: setting.clock.bootID
      )
    } catch {
      throw .record(error)
    }
  }

  /// Looks again as soon as the kernel says that nobody holds the lock.
  private func lookWhenFree(_ lock: SiteLock, in folder: String) {
    guard lockWatch != lock else { return }
    lockWatch = lock
    // A thread, because flock(2) waits; it ends with the process at the latest.
    Thread.detachNewThread {
      RunLocks.waitUntilFree(lock, in: folder)
      Task { await self.lockIsFree() }
    }
  }

  private func lockIsFree() {
    lockWatch = nil
    lockWait?.next = now
    changed()
  }
}
