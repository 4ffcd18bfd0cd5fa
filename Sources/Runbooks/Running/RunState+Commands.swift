extension RunState {
  /// Decides what a command means now.
  ///
  /// - Parameter at: the moment, in the run's clock.
  /// - Returns: the events to record; applying them is never refused.
  /// - Throws: why not, in words for the person.
  public func events(
    for command: RunCommand,
    by name: String,
    at now: Moment
  ) throws(CommandRefusal) -> [RunEvent] {
    guard created != nil else { throw CommandRefusal("The run has not begun.") }
    if let ended {
      throw CommandRefusal("The run has ended (\(ended.outcome)); nothing can be added to it.")
    }
    if let objection = duties.objection(toActor: name, with: roles(of: name)) {
      throw CommandRefusal(objection + ".")
    }
    if let objection = objection(inRollbackTo: command) { throw CommandRefusal(objection) }
    switch command {
    case .answer(let step, let values):
      return [.inputGiven(try answer(step, values, name, now))]
    case .done(let step, let note, let fields):
      return [try done(step, note, fields, name, now)]
    case .approve(let step, let comment, let typed, let seen, let signature):
      return [.approvalGiven(try approve(step, comment, typed, seen, signature, name, now))]
    case .reject(let step, let reason, let seen, let signature):
      return try reject(step, reason, seen, signature, name, now)
    case .release(let step, let seen): return [try release(step, seen, name, now)]
    case .retry(let step, let reason): return [try decide(.retry, step, reason, name, now)]
    case .skip(let step, let reason): return [try decide(.skip, step, reason, name, now)]
    case .markDone(let step, let reason): return [try decide(.markDone, step, reason, name, now)]
    case .confirm(let step, let decision, let reason, let seen, let signature):
      return [try confirm(decision, step, reason, seen, signature, name, now)]
    case .acceptFailure(let step, let reason):
      return [try decide(.acceptFailure, step, reason, name, now)]
    case .rewind(let step, let reason):
      return [.runRewound(try rewind(step, reason, name, also: nil))]
    case .abort(let reason):
      guard ending == nil || rollback != nil && rollback?.stopped == nil else {
        throw CommandRefusal("The run is ending already.")
      }
      return [.abortRequested(.init(by: name, reason: try Self.stated(reason)))]
    case .rollBack(let reason): return [try rollBack(try Self.stated(reason), name, now)]
    case .pause(let reason):
      if let pause { throw CommandRefusal("The run is paused already, by \(pause.by).") }
      return [.runPaused(.init(by: name, reason: reason))]
    case .continue:
      guard pause != nil else { throw CommandRefusal("The run is not paused.") }
      try requireNoGuardrail()
      return [.runContinued(.init(by: name))]
    case .overrule(let reason): return try overrule(reason, name, now)
    case .offerDrive, .takeDrive: return [try handOver(command, name, now)]
    case .releaseRun(let step, let reason):
      return try releasing(step, try Self.stated(reason), by: name, at: now)
    case .startRun, .bindRun, .lookAtRun:
      // The engine answers them, because they depend on other runs.
      throw CommandRefusal("\(command.word) is not possible here.")
    case .giveSecret(let secret, let value): return [try give(secret, value, by: name, at: now)]
    case .note(let step, let text):
      if let step { _ = try index(of: step) }
      return [.noteAdded(.init(step: step, by: name, text: try Self.stated(text), at: now))]
    }
  }

  private func index(of step: StepID) throws(CommandRefusal) -> Int {
    guard let index = graph.index[step] else {
      throw CommandRefusal("The runbook \(runbook.id) has no step \(step).")
    }
    return index
  }

  /// A decision without a reason is worth nothing to whoever reads the record.
  private static func stated(_ reason: String) throws(CommandRefusal) -> String {
    guard reason.contains(where: { !$0.isWhitespace }) else {
      throw CommandRefusal("Say why: the reason is kept in the record.")
    }
    return reason
  }

  private func answer(
    _ step: StepID,
    _ values: [String: Value],
    _ name: String,
    _ now: Moment
  ) throws(CommandRefusal) -> RunEvent.InputGiven {
    let index = try index(of: step)
    guard case .ask(let inputs) = runbook.steps[index].body,
      case .waitingForPerson(.task) = states[index]
    else { throw CommandRefusal("\(step) asks nothing now; it is \(states[index].word).") }
    let checked = try check(values, against: inputs, for: step)
    return .init(step: step, values: checked, by: name, at: now)
  }

  private func done(
    _ step: StepID,
    _ note: String,
    _ fields: [String: Value],
    _ name: String,
    _ now: Moment
  ) throws(CommandRefusal) -> RunEvent {
    let index = try index(of: step)
    let state = subject(of: step) ?? states[index]
    guard case .waitingForPerson(.task(let asked)) = state, asked.task != .answer,
      rollback.map({ $0.begun != nil && $0.stopped == nil }) ?? true
    else {
      throw CommandRefusal("\(step) is no task that waits to be done; it is \(state.word).")
    }
    guard rollback == nil else {
      return .compensation(
        .done(.init(step: step, by: name, note: note, fields: [:], at: now))
      )
    }
    guard case .manual(let task) = runbook.steps[index].body else {
      throw CommandRefusal(
        "\(step) is done by a run of another runbook; start one, or name one that is there."
      )
    }
    let checked = try check(fields, against: task.fields, for: step)
    return .manualDone(.init(step: step, by: name, note: note, fields: checked, at: now))
  }

  private func approve(
    _ step: StepID,
    _ comment: String,
    _ typed: String?,
    _ seen: Digest,
    _ signature: SSHSignature?,
    _ name: String,
    _ now: Moment
  ) throws(CommandRefusal) -> RunEvent.ApprovalGiven {
    let index = try index(of: step)
    guard case .waitingForPerson(.approval(let request, let given)) = states[index] else {
      throw CommandRefusal("\(step) asks for no sign-off now; it is \(states[index].word).")
    }
    if let objection = objection(to: name, typed: typed, at: now, request, given) {
      throw CommandRefusal("Not signed off: \(objection).")
    }
    if let objection = self.objection(to: signature, by: name, given) {
      throw CommandRefusal("Not signed off: \(objection).")
    }
    return .init(
      step: step,
      by: name,
      roles: roles(of: name).intersection(request.roles).sorted(),
      comment: comment,
      statement: request.statement,
      evidence: request.evidence.map(\.blob.digest),
      seen: seen,
      typed: typed,
      signature: signature,
      at: now
    )
  }

  private func reject(
    _ step: StepID,
    _ reason: String,
    _ seen: Digest?,
    _ signature: SSHSignature?,
    _ name: String,
    _ now: Moment
  ) throws(CommandRefusal) -> [RunEvent] {
    let index = try index(of: step)
    guard case .waitingForPerson(.approval(let request, _)) = states[index],
      case .approve(let approval) = runbook.steps[index].body
    else { throw CommandRefusal("\(step) asks for no sign-off now; it is \(states[index].word).") }
    guard !roles(of: name).isDisjoint(with: request.roles) else {
      let asked = request.roles.map(\.name).joined(separator: " or ")
      throw CommandRefusal("\(name) does not hold the role \(asked), so the refusal is not theirs.")
    }
    if let objection = objection(toRefusalSigned: signature, by: name, seen: seen) {
      throw CommandRefusal("The refusal is not recorded: \(objection).")
    }
    let rejected = RunEvent.ApprovalRejected(
      step: step,
      by: name,
      reason: try Self.stated(reason),
      seen: signature == nil ? nil : seen,
      signature: signature,
      at: now
    )
    guard case .rewind(let target) = approval.onReject else { return [.approvalRejected(rejected)] }
    return [
      .approvalRejected(rejected),
      .runRewound(try rewind(target, reason, name, also: index)),
    ]
  }

  private func decide(
    _ decision: RunEvent.DecisionMade.Decision,
    _ step: StepID,
    _ reason: String,
    _ name: String,
    _ now: Moment
  ) throws(CommandRefusal) -> RunEvent {
    let index = try index(of: step)
    if let objection = objection(to: decision, about: index) {
      throw CommandRefusal("That cannot be done: \(objection).")
    }
    let reason = try Self.stated(reason)
    let isCompensation = rollback?.begun != nil
    if case .unknown? = subject(of: step), duties.settling == .twoPeople {
      let proposed = RunEvent.SettlementProposed(
        step: step,
        decision: decision,
        by: name,
        reason: reason,
        at: now
      )
      return isCompensation ? .compensation(.proposed(proposed)) : .settlementProposed(proposed)
    }
    let decided = RunEvent.DecisionMade(
      step: step,
      decision: decision,
      by: name,
      reason: reason,
      at: now
    )
    return isCompensation ? .compensation(.decided(decided)) : .decisionMade(decided)
  }

  private func confirm(
    _ decision: RunEvent.DecisionMade.Decision,
    _ step: StepID,
    _ reason: String,
    _ seen: Digest?,
    _ signature: SSHSignature?,
    _ name: String,
    _ now: Moment
  ) throws(CommandRefusal) -> RunEvent {
    let index = try index(of: step)
    let decided = RunEvent.DecisionMade(
      step: step,
      decision: decision,
      by: name,
      reason: try Self.stated(reason),
      proposer: subject(of: step)?.proposal?.by,
      seen: signature == nil ? nil : seen,
      signature: signature,
      at: now
    )
    if let objection = objection(toConfirming: decided, about: index) {
      throw CommandRefusal("That cannot be confirmed: \(objection).")
    }
    return rollback?.begun != nil ? .compensation(.decided(decided)) : .decisionMade(decided)
  }

  private func rewind(
    _ step: StepID,
    _ reason: String,
    _ name: String,
    also extra: Int?
  ) throws(CommandRefusal) -> RunEvent.RunRewound {
    let start = try index(of: step)
    guard ending == nil else { throw CommandRefusal("The run is ending.") }
    guard states[start].hasEnded || extra != nil else {
      throw CommandRefusal("\(step) has not ended, so there is nothing to go back to.")
    }
    let indices = Set(graph.closure(of: start) + (extra.map { [$0] } ?? [])).sorted()
    for index in indices {
      switch states[index] {
      case .inRun(let standing):
        throw CommandRefusal(
          "The run \(standing.run) stands for \(runbook.steps[index].id); let it go before going back."
        )
      case .running, .unknown:
        throw CommandRefusal(
          "\(runbook.steps[index].id) is \(states[index].word); settle it before going back."
        )
      default: continue
      }
    }
    return .init(
      step: step,
      steps: indices.map { runbook.steps[$0].id },
      by: name,
      reason: try Self.stated(reason)
    )
  }
}
