/// Steps that run another runbook: which run stands for them, and how it ends.
///
/// A run is a run: nothing that is said to its parent reaches into it. What abort, pause, rewind and
/// rollback of a parent mean for it stands in `docs/decisions/055-nested-runs.md`.
extension RunState {
  // MARK: Events

  mutating func take(_ event: RunEvent.NestedEvent) throws(Misfit) {
    let index = try position(of: event.step)
    guard let nested = runbook.steps[index].body.nested else {
      throw Misfit("the step runs no other runbook")
    }
    switch event {
    case .bound(let event):
      guard case .waitingForPerson(.task(let asked)) = states[index], asked.task == .runbook else {
        throw Misfit("the step asks for no run")
      }
      guard ending == nil, pause == nil else { throw Misfit("the step may not begin") }
      guard event.runbook == nested.id else { throw Misfit("it is a run of \(event.runbook)") }
      guard event.run != run else { throw Misfit("a run cannot stand for a step of its own") }
      guard (event.head == nil) == (event.way == .started) else {
        throw Misfit("the head that it binds does not go with how it is bound")
      }
      guard event.attempt == attempts[index] + 1 else {
        throw Misfit("it should be attempt \(attempts[index] + 1), not \(event.attempt)")
      }
      attempts[index] = event.attempt
      performers[index].insert(event.by)
      set(index, .inRun(.init(event, asked.arguments)))
      see(event.at)
    case .made(let event):
      var standing = try standing(index, for: event.run)
      guard standing.head == nil else { throw Misfit("it was made already") }
      standing.head = event.head
      set(index, .inRun(standing))
      see(event.at)
    case .ended(let event):
      let standing = try standing(index, for: event.run)
      guard (event.head == nil) == (standing.head == nil) else {
        throw Misfit("a run that was made has a head at its end, and no other")
      }
      guard event.head != nil || event.outcome == .failed else {
        throw Misfit("a run that was never made has only failed")
      }
      try end(index, standing, event)
    case .released(let event):
      let standing = try standing(index, for: event.run)
      if standing.head != nil {
        leaveDoubt(index, "the run \(event.run) was let go before its end", at: event.at, nil)
      }
      attemptsForgiven[index] = attempts[index]
      set(index, .ready)
      see(event.at)
    }
  }

  private func standing(_ index: Int, for run: RunID) throws(Misfit) -> StepState.NestedRun {
    guard case .inRun(let standing) = states[index], standing.run == run else {
      throw Misfit("the run \(run) does not stand for the step")
    }
    return standing
  }

  private mutating func end(
    _ index: Int,
    _ standing: StepState.NestedRun,
    _ event: RunEvent.NestedEnded
  ) throws(Misfit) {
    see(event.at)
    let outputs: [String: Value] = ["run": .string(event.run.name)]
    guard event.outcome != .completed else {
      let result = StepResult(
        attempt: standing.attempt,
        summary: "the run \(event.run) completed: \(event.summary)",
        outputs: outputs,
        at: event.ended,
        by: standing.by
      )
      leaveTrace(index, result, nil)
      return set(index, .succeeded(result))
    }
    let message =
      event.head == nil
      ? "the run could not be made: \(event.summary)"
      : "the run \(event.run) \(event.outcome == .failed ? "failed" : "was ended"): \(event.summary)"
    if event.head != nil { leaveDoubt(index, message, at: event.at, nil) }
    let failure = OperationFailure(
      .failed,
      message,
      advice: event.head == nil
        ? "Mend what it names, then retry."
        : "Open the run and read what it did; then retry with another run, or decide.",
      // What another run did stands in its own record.
      effect: .none
    )
    let result = StepResult(
      attempt: standing.attempt,
      summary: message,
      failure: failure,
      outputs: outputs,
      at: event.ended
    )
    failForGood(index, result)
  }

  // MARK: What follows

  /// What is to be done about a run that stands for a step: make it, or wait for its end.
  func effect(of standing: StepState.NestedRun, for step: StepID) -> RunEffect {
    standing.head == nil ? .makeRun(step) : .awaitRun(step)
  }

  /// The steps for which runs stand now, in the order of the file.
  private var standings: [(step: StepID, run: StepState.NestedRun)] {
    active.sorted().compactMap { index in
      guard case .inRun(let standing) = states[index] else { return nil }
      return (step: runbook.steps[index].id, run: standing)
    }
  }

  /// Runs that are announced in the record and still to be made.
  var announcedRuns: [RunEffect] {
    standings.filter { $0.run.head == nil }.map { effect(of: $0.run, for: $0.step) }
  }

  /// Runs whose end is awaited, which also a paused run takes note of.
  var awaitedRuns: [RunEffect] {
    standings.filter { $0.run.head != nil }.map { effect(of: $0.run, for: $0.step) }
  }

  /// The runs that are there and stand for steps of this one now.
  public var openRuns: [(step: StepID, run: RunID)] {
    standings.filter { $0.run.head != nil }.map { (step: $0.step, run: $0.run.run) }
  }

  /// Every run that stands or stood for a step, by the step, as far as its result tells.
  public func nestedRun(of step: StepID) -> RunID? {
    guard let index = graph.index[step] else { return nil }
    if case .inRun(let standing) = states[index] { return standing.run }
    guard runbook.steps[index].body.nested != nil,
      case .string(let run)? = states[index].result?.outputs["run"]
    else { return nil }
    return RunID(run)
  }

  // MARK: What people say

  /// Why a person may not say which run stands for a step, in a sentence; nil: they may.
  ///
  /// Whoever does a step starts its run, whoever drives the parent.
  func objection(toStartingBy name: String, _ step: Step) -> String? {
    if isAttached, driver?.by == name { return nil }
    guard let role = step.responsibility.responsible else { return nil }
    return roles(of: name).contains(role)
      ? nil : "\(step.id) is done by \(role.name), and \(name) neither is that nor drives"
  }

  /// What was asked for by a step that waits for a run.
  func request(
    forRunOf step: StepID,
    by name: String
  ) throws(CommandRefusal) -> (NestedRunbook, RunEvent.PersonAsked, attempt: Int) {
    guard let index = graph.index[step], let nested = runbook.steps[index].body.nested else {
      throw CommandRefusal("The runbook \(runbook.id) has no step \(step) that runs another one.")
    }
    if let ended { throw CommandRefusal("The run has ended (\(ended.outcome)).") }
    if ending != nil || rollback != nil { throw CommandRefusal("The run is ending.") }
    if let pause { throw CommandRefusal("The run is paused by \(pause.by): \(pause.reason)") }
    if let objection = duties.objection(toActor: name, with: roles(of: name)) {
      throw CommandRefusal(objection + ".")
    }
    if let objection = objection(toStartingBy: name, runbook.steps[index]) {
      throw CommandRefusal(objection + ".")
    }
    switch states[index] {
    case .waitingForPerson(.task(let asked)): return (nested, asked, attempts[index] + 1)
    case .inRun(let standing):
      throw CommandRefusal("The run \(standing.run) stands for \(step) already; open it.")
    default: throw CommandRefusal("\(step) asks for no run now; it is \(states[index].word).")
    }
  }

  /// The intent to start a run of that name for a step.
  func starting(
    _ step: StepID,
    as run: RunID,
    by name: String,
    at now: Moment
  ) throws(CommandRefusal) -> [RunEvent] {
    let (nested, _, attempt) = try request(forRunOf: step, by: name)
    let bound = RunEvent.NestedBound(
      step: step,
      attempt: attempt,
      run: run,
      runbook: nested.id,
      way: .started,
      by: name,
      at: now
    )
    return [.nested(.bound(bound))]
  }

  /// Lets a run that is there stand for a step: one that is under way, or one that ended well and is
  /// fresh.
  func binding(
    _ step: StepID,
    to reading: NestedReading,
    by name: String,
    at now: Moment
  ) throws(CommandRefusal) -> [RunEvent] {
    let (nested, asked, attempt) = try request(forRunOf: step, by: name)
    if let objection = objection(to: reading, nested, asked, at: now) {
      throw CommandRefusal("\(reading.created.run) cannot stand for \(step): \(objection).")
    }
    let bound = RunEvent.NestedBound(
      step: step,
      attempt: attempt,
      run: reading.created.run,
      runbook: nested.id,
      way: reading.ended == nil ? .joined : .adopted,
      head: reading.head,
      by: name,
      at: now
    )
    return [.nested(.bound(bound))]
      + (reading.ended.map { [.nested(.ended(.init($0, of: step, reading, at: now)))] } ?? [])
  }

  /// Why a run cannot stand for a step, as the end of a sentence; nil: it can.
  func objection(
    to reading: NestedReading,
    _ nested: NestedRunbook,
    _ asked: RunEvent.PersonAsked,
    at now: Moment
  ) -> String? {
    let other = reading.created
    guard let created else { return "this run has not begun" }
    if other.runbook != nested.id { return "it is a run of \(other.runbook), not of \(nested.id)" }
    if other.run == run || other.run == created.root { return "this run is a part of it" }
    if other.mode != mode {
      return "it happens in the world \(other.mode.rawValue), not \(mode.rawValue)"
    }
    if other.site != created.site || other.siteRecord != created.siteRecord {
      return "it is of the site \(other.site) as that was then, not as it is pinned here"
    }
    if mode == .tabletop, other.root != created.root {
      return "it happens in a simulated world of its own"
    }
    for (input, wanted) in asked.arguments.sorted(by: { $0.key < $1.key })
    where other.inputs[input] != wanted {
      let had = other.inputs[input].map { "`\($0)`" } ?? "nothing"
      return "its input `\(input)` is \(had), and the step gives `\(wanted)`"
    }
    guard let ended = reading.ended else { return nil }
    guard ended.outcome == .completed else { return "it has \(ended.outcome.rawValue)" }
    let age = now.since(ended.at)
    if age < .zero { return "it ended in the future, by this run's clock" }
    if let limit = nested.freshFor, age > limit {
      return
        "it ended \(DurationText.format(age)) ago, and \(DurationText.format(limit)) is allowed"
    }
    if nested.freshFor == nil, other.at < created.at {
      return "it began before this run did, and the step has no `fresh_for` that would allow that"
    }
    return nil
  }

  /// That the run of a step has ended, as its record says; empty while it has not, or where another
  /// one stands for the step.
  func ending(
    of step: StepID,
    _ reading: NestedReading,
    at now: Moment
  ) -> [RunEvent] {
    guard let index = graph.index[step], case .inRun(let standing) = states[index],
      standing.run == reading.created.run, standing.head != nil, let end = reading.ended,
      ended == nil, rollback == nil
    else { return [] }
    return [.nested(.ended(.init(end, of: step, reading, at: now)))]
  }

  /// Lets go of a run that stands for a step.
  func releasing(
    _ step: StepID,
    _ reason: String,
    by name: String,
    at now: Moment
  ) throws(CommandRefusal) -> [RunEvent] {
    guard let index = graph.index[step], case .inRun(let standing) = states[index] else {
      throw CommandRefusal("No run stands for \(step).")
    }
    guard ending == nil, rollback == nil else { throw CommandRefusal("The run is ending.") }
    return [
      .nested(
        .released(.init(step: step, run: standing.run, by: name, reason: reason, at: now))
      )
    ]
  }
}

extension StepBody {
  /// The runbook that the body runs; nil: it is no such body.
  public var nested: NestedRunbook? {
    if case .runbook(let nested) = self { nested } else { nil }
  }
}

extension RunEvent.RunCreated {
  /// The run at the top of those that this one is a part of; itself where it is of none.
  public var root: RunID { parent?.root ?? run }
}

extension RunEvent.NestedEnded {
  fileprivate init(
    _ ended: RunEvent.RunEnded,
    of step: StepID,
    _ reading: NestedReading,
    at now: Moment
  ) {
    self.init(
      step: step,
      run: reading.created.run,
      outcome: ended.outcome,
      summary: ended.summary,
      head: reading.head,
      ended: min(ended.at, now),
      at: now
    )
  }
}

extension StepState {
  /// A run that stands for a step and has not ended, as far as is known here.
  public struct NestedRun: Sendable, Hashable, Codable {
    public let attempt: Int
    public let run: RunID
    public let runbook: RunbookID
    public let way: RunEvent.NestedBound.Way
    /// Inputs that the step gives it.
    public let arguments: [String: Value]
    /// The end of its chain as it was last seen; nil: it is still to be made.
    public internal(set) var head: ChainHead?
    public let by: String
    public let since: Moment

    init(_ event: RunEvent.NestedBound, _ arguments: [String: Value]) {
      attempt = event.attempt
      run = event.run
      runbook = event.runbook
      way = event.way
      self.arguments = arguments
      head = event.head
      by = event.by
      since = event.at
    }
  }
}
