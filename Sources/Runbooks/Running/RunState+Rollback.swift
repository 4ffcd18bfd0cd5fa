/// Undoing what a run has done.
extension RunState {
  // MARK: What is undone

  /// What a rollback that begins at that moment undoes, in order, and what it lets stand.
  public func rollbackPlan(at moment: Moment) -> RunEvent.RollbackBegun {
    var order: [StepID] = []
    var standing = openRuns.map { open in
      Rollback.Standing(
        step: open.step,
        why: "its run \(open.run) is under way; open it and roll it back there"
      )
    }
    let left = zip(runbook.steps, traces).compactMap { step, trace in trace.map { (step, $0) } }
    for (step, trace) in left.sorted(by: { $0.1.order > $1.1.order }) {
      if let why = reason(toLeave: step, trace, at: moment) {
        standing.append(.init(step: step.id, why: why))
      } else {
        order.append(step.id)
      }
    }
    return .init(order: order, standing: standing, at: moment)
  }

  private func reason(toLeave step: Step, _ trace: StepTrace, at moment: Moment) -> String? {
    if let doubt = trace.doubt { return "nobody knows whether it happened (\(doubt))" }
    switch step.reversibility {
    case .no: return "it cannot be undone"
    case .until(let span) where moment.since(trace.at) > span:
      return "it could be undone for \(DurationText.format(span)), and it ended "
        + "\(DurationText.format(moment.since(trace.at))) ago"
    case .yes, .until: break
    }
    guard step.rollback == nil else { return nil }
    switch step.body {
    case .manual: return "a person did it; undo it by hand if it changed something"
    case .runbook: return "another run did it and has ended; undo it as its runbook says"
    default: return "it has no rollback; undo it by hand"
    }
  }

  /// What the expressions of compensations see: every step as it happened, gone back to or not.
  public var rollbackScope: Scope {
    var all = outputs
    for (index, trace) in traces.enumerated() {
      guard let trace, trace.doubt == nil else { continue }
      all.set(trace.outputs.merging(states[index].namesInScope) { old, _ in old }, at: index)
    }
    return scope(over: all)
  }

  // MARK: What follows

  /// What the rollback does next, given the unknown outcomes that are still to be probed.
  func rollbackEffects(_ open: [RunEffect]) -> [RunEffect] {
    guard let rollback, !isBusy else { return open }
    guard open.isEmpty else { return open }
    if rollback.stopped != nil || rollback.isOver {
      return [.end(.aborted, summary: rollback.summary)]
    }
    guard rollback.begun != nil else { return hasUnknown ? [] : [.rollBack(.begin)] }
    guard let next = rollback.next else { return [] }
    switch next.state {
    case .ready:
      // In a plan world nobody is asked: what would be asked is what is planned.
      if mode != .plan, case .manual? = rollbackAction(of: next.step) {
        return [.rollBack(.ask(next.step))]
      }
      return [.rollBack(.start(next.step, attempt: attemptCount(of: next.step) + 1))]
    case .unknown(let outcome) where outcome.settlement == .open:
      return [.rollBack(.reconcile(next.step))]
    default: return []
    }
  }

  private var hasUnknown: Bool {
    active.contains { if case .unknown = states[$0] { true } else { false } }
  }

  private func rollbackAction(of step: StepID) -> Action? {
    graph.index[step].flatMap { runbook.steps[$0].rollback }
  }

  /// What of the rollback waits for people.
  var rollbackItems: [WaitingItem] {
    guard let rollback, rollback.stopped == nil else { return [] }
    guard rollback.begun != nil else {
      return active.sorted().compactMap { waitingItem(at: $0) }.filter { $0.kind == .unknown }
    }
    guard let next = rollback.next, let index = graph.index[next.step] else { return [] }
    return waitingItem(at: index, in: next.state).map {
      [
        WaitingItem(
          step: $0.step,
          kind: $0.kind,
          roles: $0.roles,
          what: "undoing it: \($0.what)",
          choices: $0.choices
        )
      ]
    } ?? []
  }

  /// What a person's word about a step is about: while the run rolls back, its compensation.
  public func subject(of step: StepID) -> StepState? {
    if let rollback, rollback.begun != nil { return rollback[step]?.state }
    return self[step]
  }

  /// Whether the failure of a step is followed by a rollback without anybody's word.
  ///
  /// Where every change waits for a person's go, so does this: they see what is undone first.
  func rollsBackByItself(_ step: Step) -> Bool {
    step.onFailure == .rollback && created?.pace == .automatic && rollback == nil
  }

  // MARK: What people say

  /// The event that asks for a rollback.
  func rollBack(
    _ reason: String,
    _ name: String,
    _ now: Moment
  ) throws(CommandRefusal) -> RunEvent {
    guard rollback == nil else { throw CommandRefusal("The run is rolling back already.") }
    guard ending == nil else { throw CommandRefusal("The run is ending already.") }
    return .rollbackRequested(.init(by: name, reason: reason, at: now))
  }

  /// Why a command has no place in a rollback, in a sentence; nil: it has one.
  func objection(inRollbackTo command: RunCommand) -> String? {
    guard rollback != nil else { return nil }
    switch command {
    case .done, .retry, .skip, .markDone, .confirm, .abort, .pause, .continue, .note, .offerDrive,
      .takeDrive, .rollBack:
      return nil
    case .answer, .approve, .reject, .release, .acceptFailure, .rewind, .giveSecret, .overrule,
      .startRun,
      .bindRun, .lookAtRun, .releaseRun:
      return "The run is rolling back; nothing but undoing goes on."
    }
  }

  /// Why a decision about a step is not possible in this rollback, in a sentence; nil: it is.
  func objection(inRollbackTo decision: RunEvent.DecisionMade.Decision, about index: Int) -> String?
  {
    let id = runbook.steps[index].id
    guard let rollback, rollback.stopped == nil else { return "the run is ending" }
    guard rollback.begun != nil else {
      switch (decision, states[index]) {
      case (.markDone, .unknown), (.skip, .unknown): return nil
      case (_, .unknown):
        return "the run is rolling back, so \(id) is not done again: mark it done, and it is "
          + "undone, or skip it, and it is left as it is"
      default: return "the run is rolling back, and \(id) is \(states[index].word)"
      }
    }
    guard let state = rollback[id]?.state else { return "the rollback does not undo \(id)" }
    switch (decision, state) {
    case (.retry, .failed(_, .undecided)), (.retry, .unknown), (.markDone, .failed(_, .undecided)),
      (.markDone, .unknown), (.skip, .failed(_, .undecided)), (.skip, .unknown), (.skip, .ready),
      (.skip, .waitingForPerson):
      return nil
    case (.acceptFailure, .failed(_, .undecided)):
      return "skip it instead: then what \(id) did stands"
    default: return "undoing \(id) is \(state.word)"
    }
  }
}
