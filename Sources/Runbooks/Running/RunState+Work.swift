/// Events of steps that the engine performs.
extension RunState {
  mutating func takeWork(_ event: RunEvent) throws(Misfit) {
    switch event {
    case .stepStarted(let event): try start(event)
    case .stepSpawned(let event): try spawn(event)
    case .stepAdopted(let event):
      try check(event, of: states[position(of: event.step)])
      see(event.at)
    case .stepOutput(let event):
      let index = try position(of: event.step)
      guard event.attempt <= attempts[index] else { throw Misfit("no such attempt was made") }
    case .stepEnded(let event): try end(event)
    case .stepSkipped(let event):
      let index = try position(of: event.step)
      guard states[index] == .pending || mayBegin(index) else {
        throw Misfit("the step has begun")
      }
      set(index, .skipped(event.reason))
    case .waitStarted(let event):
      let index = try position(of: event.step)
      guard case .wait = runbook.steps[index].body, mayBegin(index) else {
        throw Misfit("the step is not a wait that may begin")
      }
      try countAttempt(event.attempt, of: index)
      set(
        index,
        .waitingUntil(
          .init(attempt: event.attempt, until: event.until, reason: .body(since: event.at))
        )
      )
      see(event.at)
    case .stepUnknown(let event):
      let index = try position(of: event.step)
      guard case .running(var attempt) = states[index], attempt.number == event.attempt else {
        throw Misfit("no such attempt is under way")
      }
      attempt.withdraw(event)
      if !attempt.hasNotBegun { leaveDoubt(index, event.reason, at: latest, attempt) }
      set(index, .unknown(.init(attempt: attempt, reason: event.reason, settlement: .open)))
    case .stepReconciled(let event): try reconcile(event)
    default: throw Misfit("it is no event of the engine's own")
    }
  }

  /// Whether an attempt may begin: the first, or the one that a retry has led to.
  private func mayBegin(_ index: Int) -> Bool {
    guard missingSecrets(index).isEmpty else { return false }
    switch states[index] {
    case .ready: return !waitsForRelease(index)
    case .waitingUntil(let delay):
      if case .retry = delay.reason { return true }
      return false
    default: return false
    }
  }

  private mutating func countAttempt(_ number: Int, of index: Int) throws(Misfit) {
    guard number == attempts[index] + 1 else {
      throw Misfit("it should be attempt \(attempts[index] + 1), not \(number)")
    }
    attempts[index] = number
  }

  private mutating func start(_ event: RunEvent.StepStarted) throws(Misfit) {
    let index = try position(of: event.step)
    guard mayBegin(index) else { throw Misfit("the step is \(states[index].word)") }
    guard ending == nil else { throw Misfit("the run is ending") }
    guard pause == nil else { throw Misfit("the run is paused") }
    // An attempt without commands is one that failed before anything was done.
    if !event.actions.isEmpty, let objection = objection(to: event.commands, of: index) {
      throw Misfit(objection)
    }
    try countAttempt(event.attempt, of: index)
    performers[index].insert(event.by)
    set(index, .running(StepState.Attempt(event)))
    see(event.at)
  }

  private mutating func spawn(_ event: RunEvent.StepSpawned) throws(Misfit) {
    let index = try position(of: event.step)
    states[index] = try states[index].with(event)
    see(event.at)
  }

  /// Whether such a command was begun and has no end.
  func check(_ event: RunEvent.StepAdopted, of state: StepState?) throws(Misfit) {
    guard case .running(let attempt)? = state, attempt.number == event.attempt,
      attempt.commands.last?.command == event.command
    else { throw Misfit("no such command was begun") }
  }

  private mutating func end(_ event: RunEvent.StepEnded) throws(Misfit) {
    let index = try position(of: event.step)
    guard (event.outcome == .failed) == (event.failure != nil) else {
      throw Misfit("a failure goes with the outcome `failed`, and only with it")
    }
    let running: StepState.Attempt?
    switch states[index] {
    case .running(let attempt) where attempt.number == event.attempt: running = attempt
    case .waitingUntil(let delay) where delay.attempt == event.attempt:
      guard case .body = delay.reason else { throw Misfit("no such attempt is under way") }
      running = nil
    default: throw Misfit("no such attempt is under way")
    }
    if let world = event.world { self.world = world }
    see(event.at)
    hold(event.outputs.values)
    let result = StepResult(event)
    trace(event, result, of: index, running)
    switch event.outcome {
    case .passed: set(index, .succeeded(result))
    case .warned: set(index, .warned(result))
    case .planned: set(index, .planned(result))
    case .alreadyDone: set(index, .alreadyDone(result))
    case .failed: fail(index, result, running)
    }
  }

  /// What a failure leads to: an unknown effect, another attempt, or the step's policy.
  mutating func fail(_ index: Int, _ result: StepResult, _ attempt: StepState.Attempt?) {
    if let attempt, let failure = result.failure, failure.effect == .unknown,
      attempt.risk > .read, !attempt.isRepeatable
    {
      let outcome = StepState.UnknownOutcome(
        attempt: attempt,
        reason: failure.message,
        settlement: .open
      )
      return set(index, .unknown(outcome))
    }
    let step = runbook.steps[index]
    let made = result.attempt - attemptsForgiven[index]
    if ending == nil, let retry = step.retry, made < retry.attempts, result.isWorthRetrying {
      let until = result.at.advanced(by: retry.delay(after: made))
      return set(
        index,
        .waitingUntil(
          .init(attempt: result.attempt + 1, until: until, reason: .retry(after: result))
        )
      )
    }
    failForGood(index, result)
  }

  /// What a failure that nothing is tried against leads to, as the step's policy says.
  mutating func failForGood(_ index: Int, _ result: StepResult) {
    let step = runbook.steps[index]
    switch step.onFailure {
    case .ask, .rollback: set(index, .failed(result, .undecided))
    case .continue: set(index, .failed(result, .accepted(by: nil)))
    case .abort:
      set(index, .failed(result, .endsRun))
      if ending == nil { ending = .failed(step.id) }
    }
  }

  private mutating func reconcile(_ event: RunEvent.StepReconciled) throws(Misfit) {
    let index = try position(of: event.step)
    guard case .unknown(let outcome) = states[index], outcome.settlement == .open,
      outcome.attempt.number == event.attempt
    else { throw Misfit("no such outcome is open") }
    if event.settlement == .safeToRepeat, !outcome.attempt.isRepeatable,
      outcome.attempt.risk > .read
    {
      throw Misfit("the step may not be repeated")
    }
    if event.settlement == .nothingBegan, !outcome.attempt.hasNotBegun {
      throw Misfit("it may have begun")
    }
    see(event.at)
    switch event.settlement {
    case .probeFoundItDone:
      let result = StepResult(attempt: event.attempt, summary: event.summary, at: event.at)
      leaveTrace(index, result, outcome.attempt)
      set(index, .alreadyDone(result))
    case .safeToRepeat, .nothingBegan:
      set(index, .ready)
    case .leftToPeople:
      set(
        index,
        .unknown(
          .init(
            attempt: outcome.attempt,
            reason: outcome.reason,
            settlement: .leftToPeople(event.summary)
          )
        )
      )
    }
  }
}

extension StepState {
  /// The same with one more process of its attempt.
  func with(_ event: RunEvent.StepSpawned) throws(RunState.Misfit) -> StepState {
    guard case .running(var attempt) = self, attempt.number == event.attempt else {
      throw RunState.Misfit("no such attempt is under way")
    }
    guard event.command == (attempt.commands.last?.command ?? 0) + 1 else {
      throw RunState.Misfit("it is no command that may follow")
    }
    attempt.commands.append(event)
    return .running(attempt)
  }
}

extension StepState.Attempt {
  /// The attempt that an intent announces.
  init(_ event: RunEvent.StepStarted) {
    self.init(
      number: event.attempt,
      since: event.at,
      actions: event.actions,
      risk: event.risk,
      isRepeatable: event.isRepeatable,
      isSupervised: event.isSupervised ?? false,
      by: event.by
    )
  }

  /// Takes the last process back where it is known never to have begun.
  mutating func withdraw(_ event: RunEvent.StepUnknown) {
    if event.isWithdrawn == true { _ = commands.popLast() }
  }
}

extension StepResult {
  /// What the end of an attempt leaves behind.
  init(_ event: RunEvent.StepEnded) {
    self.init(
      attempt: event.attempt,
      summary: event.summary,
      failure: event.failure,
      outputs: event.outputs,
      evidence: event.evidence,
      output: event.output,
      durationMilliseconds: event.durationMilliseconds,
      at: event.at
    )
  }

  /// Whether a further attempt could end in another way.
  fileprivate var isWorthRetrying: Bool {
    switch failure?.reason {
    case .failed, .timedOut, .unreachable, .malformed, .undetermined: true
    case .refused, .cancelled, nil: false
    }
  }
}

extension RetryPolicy {
  /// The wait after that many attempts; it stops growing after a day.
  func delay(after attempts: Int) -> Duration {
    let day = 86_400_000.0
    var milliseconds = Double(backoff.wholeMilliseconds)
    for _ in 1..<max(1, attempts) where milliseconds < day { milliseconds *= factor }
    return .milliseconds(Int64(min(max(milliseconds, 0), max(day, 0))))
  }
}
