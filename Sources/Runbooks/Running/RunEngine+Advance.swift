extension RunEngine {
  /// Performs the next effect that can be performed now.
  ///
  /// - Returns: whether there was one.
  func advance() throws(RunEngineError) -> Bool {
    for effect in state.effects(now: now) {
      if isLettingGo || lockWait != nil, !effect.isOfTheRecord { continue }
      if try perform(effect) { return true }
    }
    return false
  }

  private var hasRoom: Bool {
    isSimulated ? inFlight.isEmpty : inFlight.count < setting.concurrency
  }

  private func perform(_ effect: RunEffect) throws(RunEngineError) -> Bool {
    switch effect {
    case .wake: return false
    case .start(let id, let attempt):
      // A probe of it that a person did not wait for may still be under way.
      guard !inFlight.contains(id), hasRoom, let step = step(id) else { return false }
      try start(step, attempt)
    case .poll(let id):
      guard !inFlight.contains(id), nextPoll[id].map({ $0 <= now }) ?? true, hasRoom,
        let step = step(id)
      else { return false }
      try poll(step)
    case .reconcile(let id):
      guard !inFlight.contains(id), hasRoom, let step = step(id) else { return false }
      try reconcile(step)
    case .ask(let id):
      guard let step = step(id) else { return false }
      try ask(step)
    case .skip(let id, let reason):
      try commit([.stepSkipped(.init(step: id, reason: reason))], by: Self.name)
    case .fail(let id, let failure):
      guard let step = step(id) else { return false }
      try fail(step, failure)
    case .rollBack(let effect): return try perform(effect)
    case .makeRun(let id):
      guard !inFlight.contains(id), hasRoom else { return false }
      makeRun(for: id)
    case .awaitRun(let id): return awaitRun(of: id)
    case .requestRollback(let id):
      let why = state[id]?.result?.summary ?? ""
      let reason = "\(id) failed, and the runbook rolls back then: \(why)"
      try commit([.rollbackRequested(.init(by: driver, reason: reason, at: now))], by: Self.name)
    case .expire(let id):
      try commit([.approvalExpired(.init(step: id, at: now))], by: Self.name)
    case .end(let outcome, let summary):
      try commit(
        [.runEnded(.init(outcome: outcome, summary: summary, at: now))],
        by: Self.name
      )
    }
    return true
  }

  /// The actor of what the console does on its own.
  static let name = "mailconsole"

  func step(_ id: StepID) -> Step? {
    state.graph.index[id].map { state.runbook.steps[$0] }
  }

  var resolution: StepResolution {
    StepResolution(
      catalogue: setting.catalogue,
      site: setting.site,
      scope: state.scope,
      mode: state.mode
    )
  }

  /// Records an attempt that failed before anything was done.
  private func fail(_ step: Step, _ failure: OperationFailure) throws(RunEngineError) {
    let attempt = state.attemptCount(of: step.id) + 1
    try commit(
      [
        .stepStarted(
          .init(
            step: step.id,
            attempt: attempt,
            risk: .read,
            isRepeatable: true,
            by: driver,
            at: now
          )
        ),
        .stepEnded(
          .init(
            step: step.id,
            attempt: attempt,
            outcome: .failed,
            summary: failure.message,
            failure: failure,
            at: now
          )
        ),
      ],
      by: driver
    )
  }

  /// Records what follows when a step cannot be worked out.
  private func settle(_ step: Step, _ error: ResolutionFailure) throws(RunEngineError) {
    switch error {
    case .refused(let failure): try fail(step, failure)
    case .unset(let reference):
      switch state.unset(reference, in: step) {
      case .skip(let id, let reason):
        try commit([.stepSkipped(.init(step: id, reason: reason))], by: Self.name)
      case .fail(_, let failure): try fail(step, failure)
      default: preconditionFailure("a step that has no value is skipped or fails")
      }
    }
  }

  // MARK: - Starting

  private func start(_ step: Step, _ attempt: Int) throws(RunEngineError) {
    let resolved: ResolvedStep
    do throws(ResolutionFailure) {
      resolved = try resolution.resolve(step)
    } catch {
      return try settle(step, error)
    }
    if let index = state.graph.index[step.id],
      let objection = state.objection(to: resolved.commands, of: index)
    {
      return try fail(
        step,
        OperationFailure(
          .refused,
          objection,
          advice: "Look at the commands as they are now, then retry or go back to the step.",
          effect: .none
        )
      )
    }
    let moment = now
    switch resolved.work {
    case .wait(let span) where state.mode != .plan:
      return try startWait(resolved, attempt, for: span)
    case .waitUntil(_, _, let atMost) where state.mode != .plan:
      return try startWait(resolved, attempt, for: atMost)
    default: break
    }
    let intent = RunEvent.stepStarted(
      .init(
        step: step.id,
        attempt: attempt,
        actions: resolved.actions,
        arguments: resolved.arguments,
        risk: resolved.risk,
        isRepeatable: resolved.isRepeatable,
        isSupervised: isSupervised(resolved),
        by: driver,
        at: moment
      )
    )
    if let end = immediateEnd(of: resolved) {
      // Nothing happens between the two, so one commit holds both.
      let ended = RunEvent.stepEnded(
        .init(
          step: step.id,
          attempt: attempt,
          outcome: end.outcome,
          summary: end.summary,
          failure: end.failure,
          outputs: end.outputs,
          at: moment
        )
      )
      try commit([intent, ended], by: driver)
      return
    }
    try commit([intent], by: driver)
    inFlight.insert(step.id)
    Task { await self.perform(resolved, attempt) }
  }

  private func startWait(
    _ resolved: ResolvedStep,
    _ attempt: Int,
    for span: Duration
  ) throws(RunEngineError) {
    nextPoll[resolved.step.id] = nil
    try commit(
      [
        .waitStarted(
          .init(
            step: resolved.step.id,
            attempt: attempt,
            until: now.advanced(by: span),
            actions: resolved.actions,
            at: now
          )
        )
      ],
      by: driver
    )
  }

  /// The end of a step that needs nothing but the state to be decided.
  func immediateEnd(of resolved: ResolvedStep) -> StepEnd? {
    if state.mode == .plan, resolved.lacksSecret {
      return StepEnd(outcome: .planned, summary: "planned; a plan asks nobody for its secret")
    }
    switch resolved.work {
    case .note(let text): return StepEnd(outcome: .passed, summary: text)
    case .gate(let gate, let uses):
      if let failure = state.verdict(on: gate, now: now) {
        // In a plan world changes are not made, so their evidence cannot stand.
        return state.mode == .plan && state.hasPlannedSteps
          ? StepEnd(outcome: .planned, summary: failure.message) : .failed(failure)
      }
      guard uses.isEmpty else { return nil }
      return StepEnd(outcome: .passed, summary: "the evidence stands and is fresh")
    case .person(let text): return StepEnd(outcome: .planned, summary: text)
    case .wait(let span):
      return StepEnd(outcome: .planned, summary: "waits \(DurationText.format(span))")
    case .waitUntil:
      return StepEnd(outcome: .planned, summary: "waits until its condition holds")
    case .operation, .command:
      guard state.mode == .plan, resolved.risk > .read else { return notSimulated(resolved) }
      return StepEnd(outcome: .planned, summary: "planned; nothing was changed")
    case .check: return notSimulated(resolved)
    }
  }

  /// A command line means nothing in a simulated world: it is shown and not run.
  private func notSimulated(_ resolved: ResolvedStep) -> StepEnd? {
    guard state.mode == .tabletop else { return nil }
    switch resolved.work {
    case .command: break
    case .check(let check):
      guard case .command = check.subject else { return nil }
    default: return nil
    }
    return StepEnd(outcome: .planned, summary: "a command line is not run in a simulated world")
  }

  // MARK: - Asking

  private func ask(_ step: Step) throws(RunEngineError) {
    let event: RunEvent
    do throws(ResolutionFailure) {
      event = try request(for: step, resolution)
    } catch {
      return try settle(step, error)
    }
    try commit([event], by: Self.name)
  }

  private func request(
    for step: Step,
    _ resolution: StepResolution
  ) throws(ResolutionFailure) -> RunEvent {
    switch step.body {
    case .approve(let approval):
      return .approvalRequested(try request(for: step, approval, resolution))
    case .manual(let task):
      let text = try resolution.text(task.instructions)
      return .personAsked(.init(step: step.id, task: .manual, text: text, at: now))
    case .runbook(let nested):
      var arguments: [String: Value] = [:]
      for name in nested.arguments.keys.sorted() {
        if let argument = nested.arguments[name] {
          arguments[name] = try resolution.value(argument)
        }
      }
      return .personAsked(
        .init(
          step: step.id,
          task: .runbook,
          text: "Run the runbook \(nested.id).",
          arguments: arguments,
          at: now
        )
      )
    default:
      return .personAsked(.init(step: step.id, task: .answer, text: step.title, at: now))
    }
  }

  private func request(
    for step: Step,
    _ approval: Approval,
    _ resolution: StepResolution
  ) throws(ResolutionFailure) -> RunEvent.ApprovalRequested {
    var evidence: [EvidenceReference] = []
    for id in approval.evidence {
      guard let result = state[id]?.result else { continue }
      evidence += result.evidence
      if let output = result.output {
        evidence.append(
          EvidenceReference(name: "output of \(id)", mediaType: "text/plain", blob: output)
        )
      }
    }
    var excluded: Set<String> = []
    for id in approval.notPerformersOf { excluded.formUnion(state.performers(of: id)) }
    let bound = StepGraph(state.runbook).work(boundBy: step.id, in: setting.catalogue)
    if let bound, approval.alone == nil {
      // Whoever drives lets the destructive step go.
      excluded.formUnion([driver])
      for id in bound { excluded.formUnion(state.performers(of: id)) }
    }
    var confirmation: String?
    if let template = approval.confirmByTyping { confirmation = try resolution.text(template) }
    return .init(
      step: step.id,
      statement: try resolution.text(approval.statement),
      roles: approval.roles,
      count: max(1, approval.count),
      evidence: evidence,
      excluded: excluded.sorted(),
      confirmation: confirmation,
      // A run from before duties goes on as it began.
      accountable: state.created?.duties == nil ? nil : step.responsibility.accountable,
      inOrder: approval.isInOrder ? true : nil,
      alone: bound == nil ? nil : approval.alone,
      expires: approval.expires.map { now.advanced(by: $0) },
      at: now
    )
  }
}

extension RunEffect {
  /// Whether performing it only writes down what is so already.
  fileprivate var isOfTheRecord: Bool {
    switch self {
    case .end: true
    case .start, .ask, .skip, .fail, .poll, .reconcile, .expire, .rollBack, .makeRun, .awaitRun,
      .requestRollback, .wake:
      false
    }
  }
}
