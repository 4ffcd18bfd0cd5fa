/// Drives one run: derives what is to be done, records it, does it, records how it went.
///
/// An actor because a run has one driver, one journal and steps under way; it
/// is the only part that performs effects. An intent is committed before its
/// effect begins and the end after it; when the record cannot be written, the
/// engine stops, and what was under way is found to be unknown on resume.
///
/// ```
/// let engine = try RunEngine(record, entries: entries, setting)
/// try await engine.attach()
/// let status = try await engine.drive()
/// ```
public actor RunEngine {
  let record: any RunRecord
  let setting: RunSetting
  nonisolated let watchers = Watchers()

  /// The sum of everything recorded.
  public internal(set) var state: RunState
  /// The simulated world; nil in a real one.
  var world: SimulatedWorld?
  /// The world as it was last kept.
  var keptWorld: SimulatedWorld?

  /// Steps with a task of ours under way: an attempt, a poll or a probe.
  var inFlight: Set<StepID> = []
  /// When a waiting condition is looked at next.
  var nextPoll: [StepID: Moment] = [:]
  /// The readings of guardrails.
  var watch = GuardrailWatch()
  /// What of the chain is looked up again and again.
  var chain: ChainIndex
  /// What stopped the engine.
  var stopped: RunEngineError?
  /// Whether nothing further is to be started.
  var isLettingGo = false

  /// What looks out for the end of each run that stands for a step.
  var lookouts: [StepID: Lookout] = [:]
  /// What looks out for a clock of the world that is set anew.
  var clockLookout: Task<Void, Never>?
  /// The turn at the simulated world that other runs act on as well.
  var turn: SharedWorld.Turn?
  /// What was read of that world last.
  var worldRead: SharedWorld.Reading?

  /// The locks held against other runs.
  var locks: RunLocks?
  /// The lock that is waited for; nothing begins meanwhile.
  var lockWait: LockWait?
  /// The lock that a thread watches.
  var lockWatch: SiteLock?

  /// Whether to stay when only people can go on.
  var stays = false
  /// Whether it is to look again, by ``wake()``, since it last began to.
  var isWoken = false

  private let origin: ClockReading
  private var jumpReference: ClockReading
  private var waiters: [CheckedContinuation<Void, Never>] = []

  /// Replays a journal; records and performs nothing yet.
  ///
  /// - Parameter entries: everything in the journal, from the first on.
  /// - Throws: when the entries do not fit the runbook, or the simulated world
  ///   cannot be read.
  public init(
    _ record: any RunRecord,
    entries: [JournalEntry],
    _ setting: RunSetting
  ) throws(RunEngineError) {
    let history: RunHistory
    do throws(RunStateError) {
      history = try RunHistory(of: setting.runbook, site: setting.siteRecord, entries: entries)
    } catch {
      throw .inconsistent(error)
    }
    try self.init(record, history, setting)
  }

  /// Goes on from a journal that was read and replayed.
  ///
  /// - Throws: when the simulated world cannot be read.
  public init(
    _ record: any RunRecord,
    _ history: RunHistory,
    _ setting: RunSetting
  ) throws(RunEngineError) {
    self.record = record
    self.setting = setting
    origin = setting.clock.read()
    jumpReference = origin
    let state = history.state
    var chain = ChainIndex(setting.site.witnesses)
    for entry in history.entries { chain.take(entry, history.signOffs[entry.sequence]) }
    self.chain = chain
    self.state = state
    guard state.mode == .tabletop, let kept = state.world else { return }
    do throws(JournalError) {
      let world = try RecordCoding.decode(
        SimulatedWorld.self,
        from: try record.bytes(of: kept.digest)
      )
      keptWorld = world
      self.world = world
      // Time that passed in waits since the world was kept is in the events.
      let latest = Int(state.latest.milliseconds / 1_000)
      self.world?.now = max(world.now, latest)
    } catch {
      throw .record(error)
    }
  }

  // MARK: - For those who watch and decide

  /// Events as they are committed, and output as it appears.
  public nonisolated func updates(buffering limit: Int = 1_024) -> AsyncStream<RunUpdate> {
    watchers.subscribe(buffering: limit)
  }

  /// The simulated world as it is now; nil in a real one.
  public var simulatedWorld: SimulatedWorld? { world }

  /// Where the run stands, for whoever comes to watch.
  public var snapshot: RunSnapshot { RunSnapshot(of: state, at: head) }

  /// The end of the chain, which a sign-off names as seen.
  public var head: ChainHead { record.head }

  /// Performs what can be performed until the run has ended or only people can go on.
  ///
  /// - Parameters:
  ///   - decider: asked for what waits for people, when nothing is under way.
  ///   - waitsForPeople: whether to stay until people have decided, by ``submit(_:by:)``.
  /// - Returns: where the run stands.
  public func drive(
    decider: any Decider = NoDecider(),
    waitsForPeople: Bool = false
  ) async throws(RunEngineError) -> RunStatus {
    var declined: Set<WaitingItem> = []
    stays = stays || waitsForPeople
    while true {
      isWoken = false
      if let stopped { throw stopped }
      if chain.isWitnessDue {
        try await witness()
        continue
      }
      if let wait = lockWait, wait.next <= now { try retryLocks() }
      if await readGuardrails() { continue }
      if try advance() {
        await Task.yield()
        continue
      }
      if state.ended != nil {
        leaveGuardrails()
        locks = nil
        endLookouts()
        watchers.finish()
        return state.status
      }
      if Task.isCancelled || isLettingGo {
        guard !inFlight.isEmpty else { return state.status }
        await change(before: nil)
        continue
      }
      let before = record.head
      if inFlight.isEmpty, lockWait == nil, try await decide(decider, &declined) { continue }
      // While the decider thought, someone else may have decided, or what it looks at have changed.
      guard record.head == before, !isWoken else { continue }
      let status = state.status
      if inFlight.isEmpty, lockWait == nil, !stays, status != .running || state.waitsForDriver {
        return status
      }
      await change(before: [nextMoment, nextGuardrail, lockWait?.next].compactMap(\.self).min())
    }
  }

  private func decide(
    _ decider: any Decider,
    _ declined: inout Set<WaitingItem>
  ) async throws(RunEngineError) -> Bool {
    for item in state.waitingItems where !declined.contains(item) {
      guard let decision = await decider.decide(item, in: state, head: head) else { continue }
      do throws(RunEngineError) {
        try await submit(decision.command, by: decision.by)
        return true
      } catch {
        guard case .refused(let refusal) = error else { throw error }
        declined.insert(item)
        await decider.refused(refusal, for: item)
      }
    }
    return false
  }

  // MARK: - Time

  /// The moment in the run's clock.
  ///
  /// In a real world it is the wall clock at the start of this driver plus
  /// monotonic time, so that a wall clock that jumps revives no request and
  /// shortens no wait.
  var now: Moment {
    if let world {
      let worked = Moment(seconds: world.now)
      return worldClock.map { max(worked, $0.moment(by: setting.clock)) } ?? worked
    }
    let passed = setting.clock.read().monotonicNanoseconds - origin.monotonicNanoseconds
    return origin.wall.advanced(by: .nanoseconds(passed))
  }

  /// The clock of the simulated world, where that moves by itself.
  var worldClock: WorldClock? { setting.sharedWorld?.clock() }

  /// The earliest moment at which there is something to do without anybody.
  private var nextMoment: Moment? {
    let now = now
    return state.effects(now: now).compactMap { effect -> Moment? in
      switch effect {
      case .wake(let moment): moment
      case .poll(let step): inFlight.contains(step) ? nil : nextPoll[step]
      default: nil
      }
    }.min()
  }

  /// Waits until something has changed, or until a moment of the run's clock.
  func change(before moment: Moment?) async {
    if let moment, let simulated = world, worldClock == nil {
      // Simulated time passes at once, but never while only people can go on, or while a step
      // takes its time.
      guard state.status == .running, inFlight.isEmpty else {
        return await changeOfState(timer: nil)
      }
      world?.now = max(simulated.now, Int((moment.milliseconds + 999) / 1_000))
      return
    }
    guard let moment else { return await changeOfState(timer: nil) }
    let clock = setting.clock
    let span: Duration
    if let worldClock {
      // Whoever sets the clock says so in the record at the top, which wakes those who wait for it.
      lookOutForClock()
      guard let left = worldClock.time(until: moment, by: clock) else {
        return await changeOfState(timer: nil)
      }
      span = left
    } else {
      span = moment.since(now)
    }
    guard span > .zero else { return }
    let timer = Task {
      await clock.sleep(for: span)
      // Who cancels it looks again already; told once more, the two would wake each other for ever.
      guard !Task.isCancelled else { return }
      self.changed()
    }
    await changeOfState(timer: timer)
  }

  private func changeOfState(timer: Task<Void, Never>?) async {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        if Task.isCancelled, inFlight.isEmpty {
          continuation.resume()
        } else {
          waiters.append(continuation)
        }
      }
    } onCancel: {
      Task { await self.changed() }
    }
    timer?.cancel()
  }

  /// Lets ``drive(decider:waitsForPeople:)`` look again.
  func changed() {
    let waiting = waiters
    waiters = []
    for waiter in waiting { waiter.resume() }
  }

  // MARK: - The record

  /// Commits events, takes them in and tells the watchers, in that order.
  @discardableResult
  func commit(_ events: [RunEvent], by actor: String) throws(RunEngineError) -> [JournalEntry] {
    if let stopped { throw stopped }
    let reading = setting.clock.read()
    var events = events
    if let jump = jump(until: reading) { events.insert(.clockJumped(jump), at: 0) }
    // An event that does not fit must not reach the journal.
    var next = state
    var signOffs: [SignedSignOff?] = []
    do throws(RunStateError) {
      for event in events {
        signOffs.append(next.signedSignOff(in: event))
        try next.apply(event)
      }
    } catch {
      throw stop(.inconsistent(error))
    }
    let entries: [JournalEntry]
    do throws(JournalError) {
      entries = try record.append(events, by: actor, at: reading, boot: setting.clock.bootID)
    } catch {
      throw stop(.record(error))
    }
    state = next
    for (entry, signOff) in zip(entries, signOffs) {
      chain.take(entry, signOff)
      watchers.send(.recorded(entry))
    }
    forgetSecrets()
    return try entries + pauseWhenShortOfRoom()
  }

  /// How far the wall clock has moved against the monotonic one since it was last compared.
  private func jump(until reading: ClockReading) -> RunEvent.ClockJumped? {
    let steady = reading.monotonicNanoseconds - jumpReference.monotonicNanoseconds
    let expected = jumpReference.wall.advanced(by: .nanoseconds(steady))
    let milliseconds = reading.wall.since(expected).wholeMilliseconds
    guard abs(milliseconds) > 2_000 else { return nil }
    jumpReference = reading
    return .init(milliseconds: milliseconds)
  }

  /// Does nothing more from here on.
  func stop(_ error: RunEngineError) -> RunEngineError {
    guard stopped == nil else { return error }
    stopped = error
    endLookouts()
    if case .record(let error) = error { watchers.send(.stopped(error)) }
    watchers.finish()
    changed()
    return error
  }
}
