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
  /// What of the chain is looked up again and again.
  var chain: ChainIndex
  /// What stopped the engine.
  var stopped: RunEngineError?
  /// Whether nothing further is to be started.
  var isLettingGo = false

  /// The locks held against other runs.
  var locks: RunLocks?
  /// The lock that is waited for; nothing begins meanwhile.
  var lockWait: LockWait?
  /// The lock that a thread watches.
  var lockWatch: SiteLock?

  /// Whether to stay when only people can go on.
  var stays = false

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

  /// Does what a person asks for, or says why not.
  ///
  /// Returns once the decision is on the disk.
  ///
  /// - Parameter expiry: the last moment at which it counts, in nanoseconds since boot
  ///   (``ClockReading/monotonicNanoseconds``, the same for every process of the machine): who gave
  ///   it may be gone by then. nil: it counts whenever it comes.
  @discardableResult
  public func submit(
    _ command: RunCommand,
    by name: String,
    until expiry: Int64? = nil
  ) async throws(RunEngineError) -> [JournalEntry] {
    if let stopped { throw stopped }
    try require(expiry, of: command)
    if case .continue = command { try requireRoom() }
    let command = try veil(command)
    var events = try events(for: command, by: name)
    try requireEvidence(of: events)
    if let signed = signedSignOff(in: events) {
      do throws(SignatureRefusal) {
        try await verify(signed)
      } catch {
        throw .refused(CommandRefusal("The signature is not accepted: \(error)."))
      }
      // Others may have decided while the signature was checked.
      if let stopped { throw stopped }
      try require(expiry, of: command)
      events = try self.events(for: command, by: name)
      guard signedSignOff(in: events) == signed else {
        throw .refused(CommandRefusal("The request has changed meanwhile; look again, then sign."))
      }
    }
    let entries = try commit(events, by: name)
    changed()
    return entries
  }

  /// A decision that comes late may be of somebody who has left, over something long past.
  private func require(_ expiry: Int64?, of command: RunCommand) throws(RunEngineError) {
    guard let expiry else { return }
    let late = setting.clock.read().monotonicNanoseconds - expiry
    guard late > 0 else { return }
    let seconds = Int(late / 1_000_000_000)
    throw .refused(
      CommandRefusal(
        "\(command.word) came \(seconds > 0 ? "\(seconds) s " : "")too late and was not obeyed: "
          + "the runner did not take it up in time. Look at the run as it is now, then decide again."
      )
    )
  }

  private func events(
    for command: RunCommand,
    by name: String
  ) throws(RunEngineError) -> [RunEvent] {
    do throws(CommandRefusal) {
      switch command {
      case .approve(let step, _, _, let seen, _): try check(seen, for: step)
      case .reject(let step, _, let seen?, _?): try check(seen, for: step)
      case .confirm(let step, _, _, let seen?, _?): try check(seen, for: step)
      case .release(let step, let seen?): try check(commands: seen, of: step)
      default: break
      }
      return try state.events(for: command, by: name, at: now)
    } catch {
      throw .refused(error)
    }
  }

  /// A sign-off counts only over files that are still what the request names.
  private func requireEvidence(of events: [RunEvent]) throws(RunEngineError) {
    for case .approvalGiven(let event) in events {
      for digest in event.evidence {
        do throws(JournalError) {
          _ = try record.bytes(of: digest)
        } catch {
          throw .refused(
            CommandRefusal(
              "\(event.step) cannot be signed off, because its evidence outputs/\(digest.short)… "
                + "does not hold: \(error)"
            )
          )
        }
      }
    }
  }

  private func signedSignOff(in events: [RunEvent]) -> SignedSignOff? {
    events.first.flatMap { state.signedSignOff(in: $0) }
  }

  /// Checks a signature against the signers pinned to the run, and against the site's as they
  /// are now, so that a key taken back since the run began no longer signs.
  private func verify(_ signed: SignedSignOff) async throws(SignatureRefusal) {
    guard let pinned = setting.pinnedSigners, pinned.digest == state.created?.allowedSigners else {
      throw SignatureRefusal("the allowed_signers pinned to the run are missing or were changed")
    }
    let people = (state.created?.operators ?? []).map(\.name)
    let today: SignerLists
    do {
      today = try setting.signersToday()
    } catch {
      throw SignatureRefusal("the site's signers of today cannot be read: \(error)")
    }
    guard let current = today.allowed else {
      throw SignatureRefusal("the site has no allowed_signers any more, so nobody may sign")
    }
    let lists = current == pinned ? [pinned] : [pinned, current]
    let moment = setting.clock.read().wall
    for list in lists {
      try await signed.verify(
        with: setting.signatures,
        listedIn: list,
        unless: today.revoked,
        among: people,
        at: moment
      )
    }
  }

  /// A sign-off over anything older than the request does not count.
  private func check(_ seen: Digest, for step: StepID) throws(CommandRefusal) {
    guard let request = chain.requested[step] else { return }
    guard let sequence = chain.sequences[seen], sequence >= request else {
      throw CommandRefusal(
        "What you saw (\(seen.short)) is older than the request or not of this run; "
          + "look again, then sign."
      )
    }
  }

  /// A go for other commands than would be performed does not count.
  private func check(commands seen: Digest, of id: StepID) throws(CommandRefusal) {
    guard let step = step(id), let resolved = try? resolution.resolve(step) else { return }
    guard seen == resolved.commands.digest else {
      throw CommandRefusal(
        "What you saw of \(id) is not what would be performed now; look again, then let it begin."
      )
    }
  }

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
      if let stopped { throw stopped }
      if chain.isWitnessDue {
        try await witness()
        continue
      }
      if let wait = lockWait, wait.next <= now { try retryLocks() }
      if try advance() {
        await Task.yield()
        continue
      }
      if state.ended != nil {
        locks = nil
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
      // While the decider thought, someone else may have decided.
      guard record.head == before else { continue }
      let status = state.status
      if inFlight.isEmpty, lockWait == nil, !stays, status != .running || state.waitsForDriver {
        return status
      }
      await change(before: [nextMoment, lockWait?.next].compactMap(\.self).min())
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
    if let world { return Moment(seconds: world.now) }
    let passed = setting.clock.read().monotonicNanoseconds - origin.monotonicNanoseconds
    return origin.wall.advanced(by: .nanoseconds(passed))
  }

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
    if let moment, let simulated = world {
      // Simulated time passes at once, but never while only people can go on, or while a step
      // takes its time.
      guard state.status == .running, inFlight.isEmpty else {
        return await changeOfState(timer: nil)
      }
      world?.now = max(simulated.now, Int((moment.milliseconds + 999) / 1_000))
      return
    }
    guard let moment else { return await changeOfState(timer: nil) }
    let span = moment.since(now)
    guard span > .zero else { return }
    let clock = setting.clock
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
    if case .record(let error) = error { watchers.send(.stopped(error)) }
    watchers.finish()
    changed()
    return error
  }
}
