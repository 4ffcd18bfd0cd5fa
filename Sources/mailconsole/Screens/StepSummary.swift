internal import Runbooks
internal import TUI

/// What an operator needs to know of a step, in a few lines: what is, and what to do next.
enum StepSummary {
  /// The lines of a step, or of what a rollback makes of it.
  static func lines(of step: Step, _ state: StepState, _ run: RunState) -> [StyledText] {
    guard let rollback = run.rollback else { return lines(step, state, run) }
    if let undoing = rollback[step.id]?.state {
      switch undoing {
      case .ready:
        return [StyledText("It is undone when its turn comes.", .waiting)] + told(state)
      case .succeeded(let result):
        return [StyledText("Undone: \(result.summary)", .good)] + by(result) + told(state)
      case .skipped(let reason):
        return [StyledText("It stands: \(reason).", .warning)] + told(state)
      case .running, .planned: return lines(step, undoing, run)
      default: return [StyledText("This is about undoing it.", .strong)] + lines(step, undoing, run)
      }
    }
    if state.isLeft {
      return [StyledText("The run is rolled back; it is not begun any more.", .dim)]
    }
    let why = rollback.standing.first { $0.step == step.id }?.why
    return (why.map { [StyledText("It stands: \($0).", .warning)] } ?? [])
      + lines(step, state, run)
  }

  /// What the step had come to.
  private static func told(_ state: StepState) -> [StyledText] {
    state.result.map { [StyledText("It had been done: \($0.summary)", .dim)] } ?? []
  }

  private static func lines(_ step: Step, _ state: StepState, _ run: RunState) -> [StyledText] {
    switch state {
    case .pending:
      let open = step.needs.filter { run[$0.step].map { !$0.hasEnded } ?? true }
      return [
        StyledText("Waits for \(open.map(\.step.name).joined(separator: ", ")).", .dim),
        StyledText(step.purpose),
      ]
    case .ready: return ready(step, run)
    case .running(let attempt):
      return [
        StyledText("Running since \(attempt.since.clockTime).", .running), StyledText(step.purpose),
      ]
    case .waitingUntil(let delay):
      return waiting(delay)
    case .waitingForPerson(let request): return person(request)
    case .unknown(let outcome): return unknown(outcome)
    case .failed(let result, let handling): return failed(result, handling)
    case .succeeded(let result), .alreadyDone(let result), .planned(let result):
      return [StyledText(result.summary)] + by(result)
    case .warned(let result): return [StyledText(result.summary, .warning)] + by(result)
    case .skipped(let reason): return [StyledText("Skipped: \(reason).", .dim)]
    }
  }

  private static func ready(_ step: Step, _ run: RunState) -> [StyledText] {
    let missing = run.missingSecrets(of: step.id)
    if !missing.isEmpty {
      return [
        StyledText("Needs the secret \(missing.joined(separator: ", ")): press a.", .waiting),
        StyledText(step.purpose),
      ]
    }
    if run.waitsForRelease(step.id) {
      return [
        StyledText("A \(step.risk.rawValue) that waits for your go: press a.", .waiting),
        StyledText(step.purpose),
      ]
    }
    return [StyledText("Ready to start.", .dim), StyledText(step.purpose)]
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

  private static func person(_ request: StepState.PersonRequest) -> [StyledText] {
    switch request {
    case .task(let asked):
      return [StyledText("Your turn: press a.", .waiting), StyledText(asked.text)]
    case .approval(let request, let given):
      let roles = request.roles.map(\.name).joined(separator: " or ")
      return [
        StyledText(
          "Sign-off by \(roles), \(given.count) of \(request.count) given: press a.",
          .waiting
        ),
        StyledText(request.statement),
      ]
    }
  }

  private static func unknown(_ outcome: StepState.UnknownOutcome) -> [StyledText] {
    switch outcome.settlement {
    case .open: return [StyledText("Outcome unknown; looking whether it was done.", .unknown)]
    case .leftToPeople(let why):
      if let proposal = outcome.proposal {
        return [
          StyledText("Outcome unknown: a second person looks and presses a.", .unknown),
          StyledText(proposal.sentence, .strong), StyledText(outcome.reason),
        ]
      }
      return [
        StyledText("Outcome unknown: look, then decide: press a.", .unknown),
        StyledText(outcome.reason), StyledText(why),
      ]
    }
  }

  private static func failed(
    _ result: StepResult,
    _ handling: StepState.FailureHandling
  ) -> [StyledText] {
    var lines: [StyledText] = []
    if handling == .undecided {
      lines.append(StyledText("It failed. Decide what becomes of it: press a.", .waiting))
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

extension Moment {
  /// The time of day in UTC, e.g. `03:10:07 UTC`.
  var clockTime: String { description.dropFirst(11).prefix(8) + " UTC" }
}
