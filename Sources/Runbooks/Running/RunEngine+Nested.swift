/// Runs that stand for steps: they are made, awaited and taken note of; nothing reaches into them.
extension RunEngine {
  /// What looks out for the end of a run.
  struct Lookout {
    let run: RunID
    let task: Task<Void, Never>
  }

  // MARK: What follows

  /// Makes the run that is to stand for a step, under the name that was recorded before.
  func makeRun(for step: StepID) {
    guard case .inRun(let standing)? = state[step], let created = state.created else { return }
    inFlight.insert(step)
    Task {
      await catchUp()
      let order = NestedOrder(
        run: standing.run,
        runbook: standing.runbook,
        inputs: standing.arguments,
        parent: RunParent(run: created.run, step: step, root: created.root),
        mode: created.mode,
        pace: created.pace,
        world: world,
        by: standing.by
      )
      let made: Result<ChainHead, OperationFailure>
      do throws(OperationFailure) {
        made = .success(try await setting.nested.make(order))
      } catch {
        made = .failure(error)
      }
      take(made, standing, step)
    }
  }

  private func take(
    _ made: Result<ChainHead, OperationFailure>,
    _ standing: StepState.NestedRun,
    _ step: StepID
  ) {
    inFlight.remove(step)
    defer { changed() }
    // A person may have let it go meanwhile.
    guard state[step] == .inRun(standing) else { return }
    let event: RunEvent.NestedEvent
    switch made {
    case .success(let head):
      event = .made(.init(step: step, run: standing.run, head: head, at: now))
    case .failure(let failure):
      let why = [failure.message, failure.advice].filter { !$0.isEmpty }.joined(separator: ". ")
      event = .ended(
        .init(
          step: step,
          run: standing.run,
          outcome: .failed,
          summary: why,
          head: nil,
          ended: now,
          at: now
        )
      )
    }
    // The error is kept in `stopped`; the driver throws it.
    _ = try? commit([.nested(event)], by: Self.name)
  }

  /// Sees to it that the end of the run is taken note of.
  ///
  /// - Returns: whether that was not so before.
  func awaitRun(of step: StepID) -> Bool {
    guard case .inRun(let standing)? = state[step], lookouts[step]?.run != standing.run,
      !inFlight.contains(step)
    else { return false }
    lookouts[step]?.task.cancel()
    // Until it was looked at once, nobody can say that only people can go on.
    inFlight.insert(step)
    let changes = setting.nested.changes(of: standing.run)
    let task = Task {
      for await _ in changes {
        await look(at: standing.run, for: step)
        guard state.isIn(standing.run, for: step), !Task.isCancelled else { break }
      }
      looked(step)
    }
    lookouts[step] = Lookout(run: standing.run, task: task)
    return true
  }

  private func look(at run: RunID, for step: StepID) async {
    // What cannot be read now is told to whoever opens it; nothing follows from it here.
    if let reading = try? await setting.nested.read(run) {
      if reading.ended != nil { await catchUp() }
      let events = state.ending(of: step, reading, at: now)
      if !events.isEmpty { _ = try? commit(events, by: Self.name) }
    }
    looked(step)
  }

  private func looked(_ step: StepID) {
    if inFlight.remove(step) != nil || state.nestedRun(of: step) != nil { changed() }
  }

  /// Looks out for nothing any more.
  func endLookouts() {
    for lookout in lookouts.values { lookout.task.cancel() }
    lookouts = [:]
    clockLookout?.cancel()
    clockLookout = nil
  }

  /// Sees to it that a wait follows the clock of the world where that is set anew, which is said in
  /// the record of the run at the top.
  func lookOutForClock() {
    guard clockLookout == nil, let created = state.created, created.root != created.run else {
      return
    }
    let changes = setting.nested.changes(of: created.root)
    clockLookout = Task { for await _ in changes { wake() } }
  }

  // MARK: What people say

  /// Does what a person says about the run of a step; nil: it says nothing of that kind.
  func submitNested(
    _ command: RunCommand,
    by name: String
  ) async throws(RunEngineError) -> [JournalEntry]? {
    let events: [RunEvent]
    do throws(CommandRefusal) {
      switch command {
      case .startRun(let step):
        let nested = try state.request(forRunOf: step, by: name).0
        let run = setting.nested.newName(for: nested.id, at: setting.clock.read().wall)
        events = try state.starting(step, as: run, by: name, at: now)
      case .bindRun(let step, let run):
        _ = try state.request(forRunOf: step, by: name)
        let reading = try await read(run)
        await catchUp()
        events = try state.binding(step, to: reading, by: name, at: now)
      case .lookAtRun(let step):
        guard case .inRun(let standing)? = state[step] else {
          // It may have been taken note of a moment ago.
          if state.nestedRun(of: step) != nil { return [] }
          throw CommandRefusal("No run stands for \(step).")
        }
        let reading = try await read(standing.run)
        await catchUp()
        events = state.ending(of: step, reading, at: now)
        if events.isEmpty, state.isIn(standing.run, for: step) {
          throw CommandRefusal("The run \(standing.run) has not ended.")
        }
      default: return nil
      }
    } catch {
      throw .refused(error)
    }
    guard !events.isEmpty else { return [] }
    let entries = try commit(events, by: name)
    changed()
    return entries
  }

  private func read(_ run: RunID) async throws(CommandRefusal) -> NestedReading {
    do throws(OperationFailure) {
      return try await setting.nested.read(run)
    } catch {
      throw CommandRefusal("\(error.message). \(error.advice)")
    }
  }

  // MARK: One simulated world for all

  /// Waits for this run's turn at the simulated world, and takes the world as the others left it.
  func takeTurn() async {
    guard let shared = setting.sharedWorld, isSimulated, turn == nil else { return }
    do throws(JournalError) {
      let turn = try await shared.turn()
      take(try read(turn))
      self.turn = turn
    } catch {
      _ = stop(.record(error))
    }
  }

  /// Leaves the simulated world to the others as it is now.
  func endTurn() {
    guard let turn else { return }
    self.turn = nil
    guard let world else { return }
    do throws(JournalError) {
      try turn.leave(world)
    } catch {
      _ = stop(.record(error))
    }
  }

  /// Lets time pass in a simulated world, for all who act on it; it never runs back.
  public func passTime(to moment: Moment) async {
    guard isSimulated else { return }
    await takeTurn()
    if let simulated = world {
      world?.now = max(simulated.now, Int((moment.milliseconds + 999) / 1_000))
    }
    endTurn()
  }

  /// The moment in the simulated world, as all who act on it have it; nil in a real one.
  public func worldTime() async -> Moment? {
    await catchUp()
    return world == nil ? nil : now
  }

  /// Lets the engine look again, because something it reads has changed elsewhere; also where it looks
  /// just now, and has seen only a part of it.
  public func wake() {
    isWoken = true
    changed()
  }

  /// Takes the simulated world as the others left it, without acting on it.
  func catchUp() async {
    guard let shared = setting.sharedWorld, isSimulated else { return }
    // An attempt of this run that has its turn now is waited for as any other's.
    guard let turn = try? await shared.turn() else { return }
    take(try? read(turn))
  }

  private func read(_ turn: SharedWorld.Turn) throws(JournalError) -> SimulatedWorld? {
    worldRead = try turn.world(unless: worldRead)
    return worldRead?.world
  }

  private func take(_ newest: SimulatedWorld?) {
    // Nobody has acted on it yet where nothing is kept.
    guard var newest = newest ?? world else { return }
    // Time that passed here in waits is nobody else's to take back.
    newest.now = max(newest.now, world?.now ?? newest.now)
    if let clock = worldClock {
      newest.now = max(newest.now, Int(clock.moment(by: setting.clock).milliseconds / 1_000))
    }
    world = newest
  }
}

extension RunState {
  /// Whether that run stands for the step now.
  func isIn(_ run: RunID, for step: StepID) -> Bool {
    if case .inRun(let standing)? = self[step] { standing.run == run } else { false }
  }
}
