internal import ClusterOps
internal import Runbooks

/// Speaks for the people of an unattended run, as its answers file says.
struct AnswersDecider: Decider {
  /// The most attempts that `on_failure: retry` makes of one step.
  static let attempts = 5

  let answers: Answers
  /// The secrets it refers to.
  let secrets: SecretAnswers
  /// Signs with the keys in the agent, where the run asks for signatures.
  let desk: SignOffDesk
  /// Drives the runs of other runbooks by the answers files beside this one.
  let nested: NestedAnswers?

  func decide(_ item: WaitingItem, in state: RunState, head: ChainHead) async -> Decision? {
    if item.kind == .release { return Decision(.release(item.step), by: answers.operator) }
    if item.kind == .secret {
      guard let name = state.missingSecrets(of: item.step).first, let secret = secrets[name] else {
        return nil
      }
      return Decision(.giveSecret(name, secret), by: answers.operator)
    }
    if item.kind == .runbook, nested != nil {
      return Decision(.startRun(item.step), by: answers.operator)
    }
    if item.kind == .run {
      await nested?.drive(item.step, in: state)
      return Decision(.lookAtRun(item.step), by: answers.operator)
    }
    guard let answer = answers.steps[item.step] else { return nil }
    // What is said of a step is not said of its undoing.
    let isUndoing = state.rollback?.begun != nil
    let onFailure = isUndoing ? answer.undo?.onFailure : answer.onFailure
    let onUnknown = isUndoing ? answer.undo?.onUnknown : answer.onUnknown
    switch item.kind {
    case .release, .secret, .runbook, .run: return nil
    case .answer:
      guard !answer.fields.isEmpty else { return nil }
      return Decision(
        .answer(item.step, fields(answer, of: item.step, state)),
        by: answers.operator
      )
    case .manual:
      return (isUndoing ? answer.undo?.done : answer.done).map {
        let fields = isUndoing ? [:] : fields(answer, of: item.step, state)
        return Decision(.done(item.step, note: $0.note, fields: fields), by: $0.by)
      }
    case .approval:
      guard let decision = approval(answer, item.step, state, head) else { return nil }
      return await signed(decision, of: item.step, state)
    case .failure: return onFailure.flatMap { intervene($0, item.step, state) }
    case .unknown:
      if let proposal = state.subject(of: item.step)?.proposal {
        guard let name = onUnknown?.confirmedBy else { return nil }
        let command = RunCommand.confirm(
          item.step,
          proposal.decision,
          reason: "looked as well",
          seen: head.hash
        )
        return await signed(Decision(command, by: name), of: item.step, state)
      }
      return onUnknown.flatMap { intervene($0, item.step, state) }
    }
  }

  /// The decision with its signature, where it needs one and the agent has the key.
  private func signed(
    _ decision: Decision,
    of step: StepID,
    _ state: RunState
  ) async -> Decision? {
    do throws(SigningFailure) {
      let command = try await desk.signed(decision.command, by: decision.by, in: state)
      return Decision(command, by: decision.by)
    } catch {
      Output.error("\(step) is not signed off by \(decision.by). \(error)")
      return nil
    }
  }

  func refused(_ refusal: CommandRefusal, for item: WaitingItem) async {
    Output.error("The answer for \(item.step) was refused. \(refusal)")
  }

  private func approval(
    _ answer: StepAnswer,
    _ step: StepID,
    _ state: RunState,
    _ head: ChainHead
  ) -> Decision? {
    if let rejection = answer.rejection {
      return Decision(
        .reject(step, reason: rejection.reason, seen: head.hash),
        by: rejection.by
      )
    }
    guard case .waitingForPerson(.approval(_, let given))? = state[step] else { return nil }
    let next = answer.approvals.first { approval in !given.contains { $0.by == approval.by } }
    return next.map {
      Decision(
        .approve(step, comment: $0.comment, typed: $0.confirm, seen: head.hash),
        by: $0.by
      )
    }
  }

  private func intervene(
    _ intervention: StepAnswer.Intervention,
    _ step: StepID,
    _ state: RunState
  ) -> Decision? {
    let reason = intervention.reason.isEmpty ? "as the answers file says" : intervention.reason
    let command: RunCommand
    switch intervention.decision {
    case .retry:
      guard state.attemptCount(of: step) < Self.attempts else { return nil }
      command = .retry(step, reason: reason)
    case .skip: command = .skip(step, reason: reason)
    case .markDone: command = .markDone(step, reason: reason)
    case .rollBack:
      guard state.rollback == nil else { return nil }
      command = .rollBack(reason: reason)
    case .abort: command = .abort(reason: reason)
    }
    return Decision(command, by: intervention.by)
  }

  /// The values in the types that the step asks for; the loader has found them sound.
  private func fields(
    _ answer: StepAnswer,
    of step: StepID,
    _ state: RunState
  ) -> [String: Value] {
    let declared: [InputDeclaration] =
      switch state.runbook.steps.first(where: { $0.id == step })?.body {
      case .ask(let inputs)?: inputs
      case .manual(let task)?: task.fields
      default: []
      }
    var values = answer.fields
    for input in declared where input.form == .secret {
      values[input.name] = secrets["steps.\(step).\(input.name)"]
    }
    for input in declared where input.form != .secret {
      if let given = values[input.name], let value = try? input.form.accept(given) {
        values[input.name] = value
      }
    }
    return values
  }
}
