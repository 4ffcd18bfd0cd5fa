internal import Runbooks
internal import TUI

/// What an operator needs to know of a step, in a few lines: what is, and what to do next.
enum StepSummary {
  /// The lines of a step in a run that a console has open: where no runner moves it, nothing runs.
  static func lines(
    of step: Step,
    _ state: StepState,
    _ run: RunModel,
    _ turn: Turn
  ) -> [StyledText] {
    guard !run.isMoving, run.open.contains(step.id) else {
      return lines(of: step, state, run.state, turn)
    }
    return [
      StyledText(
        "It began, and no runner is there to record its end: what came of it is not known here. "
          + "t takes the run over, which looks.",
        .unknown
      ),
      StyledText(step.purpose),
    ]
  }

  /// The lines of a step, or of what a rollback makes of it.
  ///
  /// - Parameter turn: whose turn it is, for whoever looks; nothing is offered to others.
  static func lines(
    of step: Step,
    _ state: StepState,
    _ run: RunState,
    _ turn: Turn
  ) -> [StyledText] {
    guard let rollback = run.rollback else { return lines(step, state, run, turn) }
    if let undoing = rollback[step.id]?.state {
      switch undoing {
      case .ready:
        return [StyledText("It is undone when its turn comes.", .waiting)] + told(state)
      case .succeeded(let result):
        return [StyledText("Undone: \(result.summary)", .good)] + by(result) + told(state)
      case .skipped(let reason):
        return [StyledText("It stands: \(reason).", .warning)] + told(state)
      case .running, .planned: return lines(step, undoing, run, turn)
      default:
        return [StyledText("This is about undoing it.", .strong)] + lines(step, undoing, run, turn)
      }
    }
    if state.isLeft {
      return [StyledText("The run is rolled back; it is not begun any more.", .dim)]
    }
    let why = rollback.standing.first { $0.step == step.id }?.why
    return (why.map { [StyledText("It stands: \($0).", .warning)] } ?? [])
      + lines(step, state, run, turn)
  }

  /// What the step had come to.
  private static func told(_ state: StepState) -> [StyledText] {
    state.result.map { [StyledText("It had been done: \($0.summary)", .dim)] } ?? []
  }

  private static func lines(
    _ step: Step,
    _ state: StepState,
    _ run: RunState,
    _ turn: Turn
  ) -> [StyledText] {
    if run.ended != nil, state.isLeft {
      return [StyledText("The run ended before it was done.", .dim), StyledText(step.purpose)]
    }
    switch state {
    case .pending:
      let open = step.needs.filter { run[$0.step].map { !$0.hasEnded } ?? true }
      return [
        StyledText("Waits for \(open.map(\.step.name).joined(separator: ", ")).", .dim),
        StyledText(step.purpose),
      ]
    case .ready: return ready(step, run, turn)
    case .running(let attempt):
      return [
        StyledText("Running since \(attempt.since.clockTime).", .running), StyledText(step.purpose),
      ]
    case .waitingUntil(let delay):
      return waiting(delay)
    case .inRun(let standing): return nested(standing)
    case .waitingForPerson(let request): return person(request, run, turn)
    case .unknown(let outcome): return unknown(outcome, turn)
    case .failed(let result, let handling): return failed(result, handling, turn)
    case .succeeded(let result), .alreadyDone(let result), .planned(let result):
      return [StyledText(result.summary)] + by(result)
    case .warned(let result): return [StyledText(result.summary, .warning)] + by(result)
    case .skipped(let reason): return [StyledText("Skipped: \(reason).", .dim)]
    }
  }

  private static func nested(_ standing: StepState.NestedRun) -> [StyledText] {
    let how =
      switch standing.way {
      case .started: "\(standing.by) started it"
      case .joined: "it was under way when \(standing.by) took it"
      case .adopted: "\(standing.by) took it"
      }
    return [
      StyledText("Its run is \(standing.run): enter opens it, u leads back here.", .running),
      StyledText("Since \(standing.since.clockTime); \(how).", .dim),
    ]
  }

  private static func ready(_ step: Step, _ run: RunState, _ turn: Turn) -> [StyledText] {
    let missing = run.missingSecrets(of: step.id)
    if !missing.isEmpty {
      return [
        StyledText("Needs the secret \(missing.joined(separator: ", "))\(offer(turn))", .waiting),
        StyledText(step.purpose),
      ]
    }
    if run.waitsForRelease(step.id) {
      return [
        StyledText(
          "A \(step.risk.rawValue) that waits for \(turn == .yours ? "your" : "a") go\(offer(turn))",
          .waiting
        )
      ] + (step.go == nil ? [] : [StyledText(run.go(of: step.id) + ".", .strong)])
        + [StyledText(step.purpose)]
    }
    if let pause = run.pause {
      return [
        StyledText("Ready, and the run is paused by \(pause.by): p lets it go on.", .waiting),
        StyledText(step.purpose),
      ]
    }
    return [StyledText("Ready to start.", .dim), StyledText(step.purpose)]
  }

  /// What whoever looks can do about it: the key, or who it waits for.
  private static func offer(_ turn: Turn) -> String {
    switch turn {
    case .yours: ": press a."
    case .inPlaceOf(let people): "; it is for \(people)."
    case .others(let why): ". \(why)"
    case .nobodys: "."
    }
  }

  private static func waiting(_ delay: StepState.Delay) -> [StyledText] {
    switch delay.reason {
    case .body: [StyledText("Waits until \(delay.until.clockTime) at the latest.", .waiting)]
    case .retry(let result):
      [
        StyledText(result.summary, .warning),
        StyledText("Attempt \(delay.attempt) follows at \(delay.until.clockTime).", .waiting),
      ]
    }
  }

  private static func person(
    _ request: StepState.PersonRequest,
    _ run: RunState,
    _ turn: Turn
  ) -> [StyledText] {
    switch request {
    case .task(let asked):
      return [
        StyledText(
          "\(turn == .yours ? "Your turn" : "Waits for a person")\(offer(turn))",
          .waiting
        ),
        StyledText(asked.text),
      ]
    case .approval(let request, let given):
      let roles = RoleNames.text(request.roles, among: run.created?.operators ?? [])
      return [
        StyledText(
          "Sign-off by \(roles), \(given.count) of \(request.count) given\(signing(turn))",
          .waiting
        ),
        StyledText(request.statement),
      ]
    }
  }

  /// What whoever looks can do about a sign-off: another may sign at this console too.
  private static func signing(_ turn: Turn) -> String {
    if case .inPlaceOf(let people) = turn { return ": \(people) may sign, here with a." }
    return offer(turn)
  }

  private static func unknown(
    _ outcome: StepState.UnknownOutcome,
    _ turn: Turn
  ) -> [StyledText] {
    switch outcome.settlement {
    case .open: return [StyledText("Outcome unknown; looking whether it was done.", .unknown)]
    case .leftToPeople(let why):
      if let proposal = outcome.proposal {
        return [
          StyledText("Outcome unknown: a second person looks and confirms\(offer(turn))", .unknown),
          StyledText(proposal.sentence, .strong), StyledText(outcome.reason),
        ]
      }
      return [
        StyledText("Outcome unknown: look, then decide\(offer(turn))", .unknown),
        StyledText(outcome.reason), StyledText(why),
      ]
    }
  }

  private static func failed(
    _ result: StepResult,
    _ handling: StepState.FailureHandling,
    _ turn: Turn
  ) -> [StyledText] {
    var lines: [StyledText] = []
    if handling == .undecided {
      lines.append(StyledText("It failed. Decide what becomes of it\(offer(turn))", .waiting))
    }
    lines.append(StyledText(result.failure?.message ?? result.summary, .bad))
    if let advice = result.failure?.advice, !advice.isEmpty { lines.append(StyledText(advice)) }
    switch handling {
    case .undecided: break
    case .accepted(let by):
      lines.append(
        StyledText(by.map { "\($0) let the failure stand." } ?? "The runbook lets it stand.", .dim)
      )
    case .endsRun: lines.append(StyledText("This ends the run.", .dim))
    }
    return lines
  }

  private static func by(_ result: StepResult) -> [StyledText] {
    result.by.map { [StyledText("by \($0)", .dim)] } ?? []
  }
}
