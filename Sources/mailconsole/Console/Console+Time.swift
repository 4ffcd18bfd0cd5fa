internal import Runbooks
internal import TUI

/// What moves without a key: waiting, the next look, the clock of an exercise, and what its players do.
extension Console {
  // MARK: Time, while something is waited for and until the next look

  var nextDeadline: ContinuousClock.Instant? {
    let ticks = [nextTick, nextWorldTick].compactMap { $0 }.min()
    guard let look = model.nextLook,
      let wait = model.wait(until: look, by: SystemRunClock())
    else { return ticks }
    let due = ContinuousClock.now + wait
    return ticks.map { min($0, due) } ?? due
  }

  func deadlineReached() {
    let now = ContinuousClock.now
    if let tick = nextWorldTick, tick <= now { return apply(.worldClock) }
    guard let nextTick, nextTick <= now else { return apply(.checks(.due)) }
    self.nextTick = now + .seconds(1)
    for (number, pending) in model.pending where pending.process == nil {
      guard case .opening = pending.kind, let run = work[number]?.run,
        let directory = services.workplace.store.directory(of: run),
        RunLock.isHeld(directory), let holder = RunLock.holder(of: directory)
      else { continue }
      var known = pending
      known.process = holder.pid
      apply(.began(number, known))
    }
    apply(.tick(now))
  }

  /// Reads the exercise at which this console has a seat, whenever it goes on; nil: it has none.
  func followExercise() -> Task<Void, Never>? {
    guard let desk = ExerciseDesk(at: services.workplace) else { return nil }
    return Task.detached(executorPreference: WorkExecutor.shared) {
      for await _ in desk.changes() { await self.apply(.exercise(desk.read())) }
    }
  }
}
