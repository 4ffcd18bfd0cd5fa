internal import Runbooks
internal import TUI

/// How the state of a step looks: a sign, a colour and a word, never one alone.
struct StepSign {
  let sign: String
  let style: Style
  let word: String

  /// The sign of a step in a run.
  ///
  /// - Parameter turn: whose turn it is, for whoever looks.
  init(
    of step: StepID,
    _ state: StepState,
    in run: RunState,
    _ turn: Turn,
    glyphs: GlyphSet
  ) {
    let waitsForRelease = run.waitsForRelease(step)
    let lacksSecret = !run.missingSecrets(of: step).isEmpty
    (sign, style, word) =
      switch state {
      case _ where lacksSecret: (glyphs.waiting, .waiting, "a secret")
      case .ready where waitsForRelease:
        (glyphs.waiting, .waiting, turn == .yours ? "your go" : "a go")
      case .pending: (glyphs.pending, .dim, "pending")
      case .ready: (glyphs.ready, .normal, "ready")
      case .running(let attempt):
        (glyphs.running, .running, attempt.number > 1 ? "running, \(attempt.number)." : "running")
      case .waitingForPerson(.approval): (glyphs.waiting, .waiting, "sign-off")
      case .waitingForPerson:
        (glyphs.waiting, .waiting, turn == .yours ? "your turn" : "a person")
      case .waitingUntil: (glyphs.paused, .waiting, "waiting")
      case .inRun: (glyphs.running, .running, "its run")
      case .unknown: (glyphs.unknown, .unknown, "UNKNOWN")
      case .failed(_, .undecided): (glyphs.failed, .bad, "FAILED")
      case .failed(_, .accepted): (glyphs.failed, .warning, "failed, ok")
      case .failed(_, .endsRun): (glyphs.failed, .bad, "FAILED")
      case .succeeded: (glyphs.passed, .good, "done")
      case .warned: (glyphs.warned, .warning, "warned")
      case .alreadyDone: (glyphs.passed, .good, "was done")
      case .planned: (glyphs.bullet, .plan, "planned")
      case .skipped: (glyphs.skipped, .skipped, "skipped")
      }
  }
}

extension StepSign {
  /// How a step looks in a run that a console has open: where no runner moves it, nothing runs.
  init(_ step: Step, _ run: RunModel, _ turn: Turn, glyphs: GlyphSet) {
    self =
      !run.isMoving && run.open.contains(step.id)
      ? StepSign(glyphs.unknown, .unknown, "no end")
      : StepSign(step, run.state, turn, glyphs: glyphs)
  }

  /// How a step of a run looks: as its own state says, or as what a rollback makes of it.
  init(_ step: Step, _ run: RunState, _ turn: Turn, glyphs: GlyphSet) {
    let own = run[step.id] ?? .pending
    self.init(of: step.id, own, in: run, turn, glyphs: glyphs)
    if run.ended != nil, run.rollback == nil, own.isLeft {
      // After the end nothing waits.
      self = StepSign(glyphs.pending, .dim, "left")
    }
    guard let rollback = run.rollback else { return }
    guard let undoing = rollback[step.id]?.state else {
      if rollback.standing.contains(where: { $0.step == step.id }) {
        self = StepSign(glyphs.warned, .warning, "stands")
      } else if own.isLeft {
        self = StepSign(glyphs.pending, .dim, "left")
      }
      return
    }
    switch undoing {
    case .ready: self = StepSign(glyphs.ready, .normal, "to undo")
    case .running: self = StepSign(glyphs.running, .running, "undoing")
    case .succeeded, .warned, .alreadyDone: self = StepSign(glyphs.skipped, .good, "undone")
    case .skipped: self = StepSign(glyphs.warned, .warning, "stands")
    default: self = StepSign(of: step.id, undoing, in: run, turn, glyphs: glyphs)
    }
  }

  private init(_ sign: String, _ style: Style, _ word: String) {
    self.sign = sign
    self.style = style
    self.word = word
  }
}
