/// What is known of a guardrail, by the events of the run alone.
public struct GuardrailStanding: Sendable, Hashable, Codable {
  public let guardrail: GuardrailID
  public internal(set) var verdict: CheckVerdict
  public internal(set) var summary: String
  public internal(set) var advice: String?
  /// When the verdict became what it is, in the run's clock.
  public internal(set) var since: Moment
  /// Whether it has failed, and has neither passed nor been overruled since: the run is paused.
  public internal(set) var isTripped = false
  /// Whether it held the run, has passed since, and nobody has let the run go on.
  public internal(set) var hasCleared = false
  /// Who let the run go on while it failed; nil once it has passed.
  public internal(set) var overruledBy: String?
}

extension RunState {
  /// What is read beside the run now, in the order of the file; nothing in a plan, which changes
  /// nothing, and nothing once the run comes to its end or rolls back.
  public var guardrailsInForce: [(id: GuardrailID, guardrail: Guardrail)] {
    guard created != nil, ended == nil, ending == nil, rollback == nil, mode != .plan else {
      return []
    }
    let own = runbook.guardrails.map { (id: GuardrailID($0.id), guardrail: $0) }
    let atSteps = active.sorted().filter { isGuarded($0) }.flatMap { index in
      let step = runbook.steps[index]
      return step.guardrails.map { (id: GuardrailID($0.id, of: step.id), guardrail: $0) }
    }
    return own + atSteps
  }

  /// What is known of a guardrail; nil: it has not been read.
  public func standing(of guardrail: GuardrailID) -> GuardrailStanding? {
    guardrails.first { $0.guardrail == guardrail }
  }

  /// The guardrails that hold the run: nothing begins before they are overruled or pass, and
  /// somebody lets it go on.
  public var trippedGuardrails: [GuardrailStanding] {
    rollback == nil && ended == nil ? guardrails.filter(\.isTripped) : []
  }

  /// What holds the run, what to do about it, and what a rollback would undo: sentences; empty where
  /// no guardrail does.
  public var guardrailWords: [String] {
    let undone = guardrailRollback.map(\.name)
    return guardrailFindings
      + (undone.isEmpty ? [] : ["A rollback would undo \(undone.joined(separator: ", "))."])
  }

  /// What holds the run and what to do about it, sentences.
  public var guardrailFindings: [String] {
    guard rollback == nil, ended == nil else { return [] }
    let words = trippedGuardrails.flatMap { standing in
      let found =
        standing.verdict == .fail ? "fails" : "failed, and could not be found out since"
      return ["The guardrail \(standing.guardrail) \(found): \(standing.summary)."]
        + (standing.advice.map { [$0] } ?? [])
    }
    return words
      + guardrails.filter(\.hasCleared).map {
        "The guardrail \($0.guardrail) failed and has cleared since: \($0.summary). Nothing begins "
          + "before somebody lets the run go on."
      }
  }

  /// What a rollback would undo while a guardrail holds the run, in that order.
  public var guardrailRollback: [StepID] {
    trippedGuardrails.isEmpty ? [] : rollbackPlan(at: latest).order
  }

  /// Why the run is paused, with what its guardrails say.
  func reason(of pause: RunEvent.RunPaused) -> String {
    ([isHeldByGuardrail ? nil : pause.reason].compactMap(\.self) + guardrailWords)
      .joined(separator: " ")
  }

  /// Whether a guardrail, and no person, paused the run.
  public var isHeldByGuardrail: Bool {
    pause.map { Self.isGuardrail($0.by) && !guardrailWords.isEmpty } ?? false
  }

  /// Whether the name of who paused a run is that of a guardrail: people have no blanks in theirs.
  public static func isGuardrail(_ name: String) -> Bool { name.hasPrefix("the guardrail ") }

  /// Whether some guardrail of the run has no verdict yet; no change begins before it has.
  var awaitsGuardrails: Bool {
    !runbook.guardrails.isEmpty && mode != .plan
      && runbook.guardrails.contains { standing(of: GuardrailID($0.id)) == nil }
  }

  private func isGuarded(_ index: Int) -> Bool {
    guard !runbook.steps[index].guardrails.isEmpty else { return false }
    switch states[index] {
    case .running, .waitingUntil, .waitingForPerson: return true
    default: return false
    }
  }
}

/// Events of guardrails.
extension RunState {
  mutating func take(_ event: RunEvent.GuardrailRead) throws(Misfit) {
    guard guardrailsInForce.contains(where: { $0.id == event.guardrail }) else {
      throw Misfit("no such guardrail is in force")
    }
    let place = guardrails.firstIndex { $0.guardrail == event.guardrail }
    var standing =
      place.map { guardrails[$0] }
      ?? GuardrailStanding(
        guardrail: event.guardrail,
        verdict: event.verdict,
        summary: event.summary,
        since: event.at
      )
    guard place == nil || standing.verdict != event.verdict else {
      throw Misfit("its verdict is known already")
    }
    standing.verdict = event.verdict
    standing.summary = event.summary
    standing.advice = event.advice
    standing.since = event.at
    switch event.verdict {
    case .pass, .warn:
      standing.hasCleared = standing.isTripped || standing.hasCleared
      standing.isTripped = false
      standing.overruledBy = nil
    case .fail where standing.overruledBy == nil:
      standing.isTripped = true
      standing.hasCleared = false
      // The trip is the pause: no event can come between the two.
      pause =
        pause
        ?? RunEvent.RunPaused(by: "the guardrail \(event.guardrail)", reason: event.summary)
    case .fail, .undetermined: break
    }
    if let place { guardrails[place] = standing } else { guardrails.append(standing) }
    see(event.at)
  }

  mutating func take(_ event: RunEvent.GuardrailOverruled) throws(Misfit) {
    let tripped = trippedGuardrails.map(\.guardrail)
    guard !tripped.isEmpty, event.guardrails == tripped else {
      throw Misfit("these are not the guardrails that hold the run")
    }
    for place in guardrails.indices where guardrails[place].isTripped {
      guardrails[place].isTripped = false
      guardrails[place].overruledBy = event.by
    }
    see(event.at)
  }

  /// Lets the run go on, where no guardrail holds it.
  mutating func leaveGuardrails() throws(Misfit) {
    guard trippedGuardrails.isEmpty else { throw Misfit("a guardrail holds the run") }
    for place in guardrails.indices { guardrails[place].hasCleared = false }
    forgetGuardrails()
  }

  /// Forgets what is known of guardrails of steps that are not under way, but for those that hold
  /// the run, or held it.
  mutating func forgetGuardrails() {
    guard !guardrails.isEmpty else { return }
    guardrails = guardrails.filter { standing in
      guard let step = standing.guardrail.step, let index = graph.index[step] else { return true }
      return isGuarded(index) || standing.isTripped || standing.hasCleared
    }
  }
}

/// What people say about guardrails.
extension RunState {
  /// Refuses to go on as if nothing were the matter.
  func requireNoGuardrail() throws(CommandRefusal) {
    guard let first = trippedGuardrails.first else { return }
    throw CommandRefusal(
      "The guardrail \(first.guardrail) holds the run: \(first.summary). Mend that, or overrule it "
        + "and say why: --continue --because REASON, or p on its screen."
    )
  }

  /// The events with which somebody lets the run go on although guardrails fail.
  func overrule(
    _ reason: String,
    _ name: String,
    _ now: Moment
  ) throws(CommandRefusal) -> [RunEvent] {
    let tripped = trippedGuardrails.map(\.guardrail)
    guard !tripped.isEmpty else { throw CommandRefusal("No guardrail holds the run.") }
    guard reason.contains(where: { !$0.isWhitespace }) else {
      throw CommandRefusal("Say why: the reason is kept in the record.")
    }
    return [
      .guardrailOverruled(.init(guardrails: tripped, by: name, reason: reason, at: now)),
      .runContinued(.init(by: name)),
    ]
  }
}
