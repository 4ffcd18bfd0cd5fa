/// An event that does not fit the state it is applied to.
///
/// In a live run this is a programming error, in a replay a journal that was
/// tampered with or belongs to another text.
public struct RunStateError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The event's word, like `step.ended`.
  public let event: String
  public let step: StepID?
  /// Why it does not fit.
  public let reason: String

  public var description: String {
    "`\(event)`\(step.map { " of \($0)" } ?? "") does not fit: \(reason)"
  }
}

extension RunState {
  /// Takes in what happened.
  ///
  /// - Throws: when the event does not fit; the state is then unchanged,
  ///   because every event is checked in full before it changes anything.
  public mutating func apply(_ event: RunEvent) throws(RunStateError) {
    do {
      try take(event)
    } catch {
      throw RunStateError(event: event.type, step: event.step, reason: error.reason)
    }
  }

  private mutating func take(_ event: RunEvent) throws(Misfit) {
    if case .runCreated(let created) = event { return try begin(created) }
    guard created != nil else { throw Misfit("the run has not been created") }
    if case .headWitnessed(let event) = event {
      guard event.sequence > 0 else { throw Misfit("it names no event") }
      return
    }
    guard ended == nil else { throw Misfit("the run has ended") }
    if let misfit = misfit(inRollback: event) { throw misfit }
    switch event {
    case .headWitnessed: break
    case .runCreated: throw Misfit("the run has been created already")
    case .driverAttached(let event):
      let next = epoch + 1
      guard event.epoch ?? next == next else {
        throw Misfit("its epoch is \(event.epoch ?? 0), and \(next) is the next")
      }
      try mayDrive(event.by)
      epoch = next
      driver = event
      isAttached = true
      offer = nil
      lockWait = nil
      // What the last process held is gone with it.
      secrets.held = []
      see(event.at)
    case .locksTaken(let event):
      lockWait = nil
      see(event.at)
    case .lockAwaited(let event):
      lockWait = event
      see(event.at)
    case .lockRefused(let event):
      lockWait = nil
      see(event.at)
    case .driverDetached:
      guard isAttached else { throw Misfit("nobody drives the run") }
      isAttached = false
      offer = nil
    case .driveOffered(let event):
      guard isAttached, driver?.by == event.by else { throw Misfit("\(event.by) does not drive") }
      offer = event
      see(event.at)
    case .driveTaken(let event):
      try take(event)
    case .clockJumped: break
    case .runPaused(let event):
      guard pause == nil else { throw Misfit("the run is paused already") }
      pause = event
    case .runContinued:
      guard pause != nil else { throw Misfit("the run is not paused") }
      try leaveGuardrails()
      pause = nil
    case .guardrailRead(let event): try take(event)
    case .guardrailOverruled(let event): try take(event)
    case .abortRequested(let event):
      if rollback != nil, rollback?.stopped == nil {
        rollback?.stopped = event
        return
      }
      guard ending == nil else { throw Misfit("the run is ending already") }
      ending = .aborted(by: event.by, reason: event.reason)
    case .noteAdded(let event):
      if let step = event.step { _ = try position(of: step) }
      see(event.at)
    case .runEnded(let event):
      try end(event)
    case .runRewound(let event):
      try rewind(event)
    case .secretGiven(let event): try take(event)
    case .stepReleased(let event):
      let index = try position(of: event.step)
      guard waitsForRelease(index) else { throw Misfit("the step waits for nobody's go") }
      released[index] = event
      see(event.at)
    case .stepStarted, .stepSpawned, .stepAdopted, .stepOutput, .stepEnded, .stepSkipped,
      .waitStarted, .stepUnknown,
      .stepReconciled:
      try takeWork(event)
    case .personAsked, .inputGiven, .manualDone, .approvalRequested, .approvalGiven,
      .approvalRejected, .approvalExpired, .settlementProposed, .decisionMade:
      try takePeople(event)
    case .rollbackRequested, .rollbackBegun, .compensation: try takeRollback(event)
    case .nested(let event): try take(event)
    }
  }

  private func mayDrive(_ name: String) throws(Misfit) {
    if let objection = duties.objection(toDriver: name, with: roles(of: name)) {
      throw Misfit(objection)
    }
  }

  private mutating func take(_ event: RunEvent.DriveTaken) throws(Misfit) {
    guard let driver, driver.by == event.from else {
      throw Misfit("\(event.from) did not drive")
    }
    guard !isAttached || offer != nil else { throw Misfit("\(driver.by) drives") }
    try mayDrive(event.by)
    self.driver = .init(
      by: event.by,
      pid: driver.pid,
      boot: driver.boot,
      epoch: driver.epoch,
      at: event.at
    )
    isAttached = true
    offer = nil
    see(event.at)
  }

  private mutating func begin(_ event: RunEvent.RunCreated) throws(Misfit) {
    guard created == nil else { throw Misfit("the run has been created already") }
    guard event.runbook == runbook.id, event.text == runbook.source.digest else {
      throw Misfit(
        "it is pinned to \(event.runbook) with text \(event.text.short), not to \(runbook.id) "
          + "with text \(runbook.source.digest.short)"
      )
    }
    guard event.checks == runbook.source.checkDigests else {
      throw Misfit("the checks it is pinned to are not those that the runbook uses")
    }
    guard event.signOffs != .sshSignatures || event.allowedSigners != nil else {
      throw Misfit("it asks for signatures and names no allowed_signers")
    }
    if let risks = event.risks, Set(risks.keys) != Set(runbook.steps.map(\.id.name)) {
      throw Misfit("the risks it pins are not those of the runbook's steps")
    }
    take(up: event)
    world = event.world
    see(event.at)
  }

  private mutating func end(_ event: RunEvent.RunEnded) throws(Misfit) {
    guard !isBusy else { throw Misfit("steps are under way") }
    guard ending != nil || endedCount == states.count else {
      throw Misfit("steps are left to do")
    }
    if let rollback, rollback.stopped == nil, !rollback.isOver {
      throw Misfit("steps are left to undo")
    }
    ended = event
    isAttached = false
    see(event.at)
  }

  private mutating func rewind(_ event: RunEvent.RunRewound) throws(Misfit) {
    guard ending == nil else { throw Misfit("the run is ending") }
    var indices: Set<Int> = []
    for step in event.steps { indices.insert(try position(of: step)) }
    guard indices.isSuperset(of: graph.closure(of: try position(of: event.step))) else {
      throw Misfit("steps that come after it are not named")
    }
    for index in indices {
      switch states[index] {
      case .running, .inRun: throw Misfit("\(runbook.steps[index].id) is under way")
      default: continue
      }
    }
    for index in indices.sorted() { set(index, .pending) }
    for index in indices {
      released[index] = nil
      attemptsForgiven[index] = attempts[index]
    }
    for index in states.indices { refresh(index) }
  }
}

// MARK: - What applying needs

extension RunState {
  /// Why an event does not fit; the event's name is added where it is known.
  struct Misfit: Error {
    let reason: String
    init(_ reason: String) { self.reason = reason }
  }

  func position(of step: StepID) throws(Misfit) -> Int {
    guard let index = graph.index[step] else {
      throw Misfit("the runbook has no step of that name")
    }
    return index
  }

  mutating func see(_ moment: Moment) { latest = max(latest, moment) }

  /// Moves a step to a state, and the steps that need it along.
  mutating func set(_ index: Int, _ state: StepState) {
    if states[index].hasEnded { endedCount -= 1 }
    states[index] = state
    if state.hasEnded {
      endedCount += 1
      active.remove(index)
      outputs.set(state.namesInScope, at: index)
    } else {
      if case .pending = state { active.remove(index) } else { active.insert(index) }
      outputs.set([:], at: index)
    }
    blocked[index] = nil
    forgetGuardrails()
    for dependent in graph.dependents[index] { refresh(dependent) }
  }

  /// Works out anew whether a step that has not begun may begin.
  mutating func refresh(_ index: Int) {
    switch states[index] {
    case .pending, .ready: break
    default: return
    }
    var isReady = true
    blocked[index] = nil
    for need in runbook.steps[index].needs {
      let other = graph.index[need.step].map { states[$0] }
      switch other?.satisfies(need.on) {
      case true?: continue
      case nil: isReady = false
      case false?:
        isReady = false
        blocked[index] = .needCannotBeMet(need.step, ended: other?.endingInWords ?? "is missing")
      }
    }
    states[index] = isReady ? .ready : .pending
    if isReady { active.insert(index) } else { active.remove(index) }
  }
}

extension StepState {
  /// How the step ended, as the end of a sentence.
  fileprivate var endingInWords: String {
    switch self {
    case .skipped: "was skipped"
    case .failed: "failed"
    default: "did not fail"
    }
  }
}
