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

/// How the state of a run looks.
struct RunSign {
  let sign: String
  let style: Style
  let words: String

  /// - Parameter operators: who holds which roles in the run.
  /// - Parameter isHeld: whether some process holds the run; without one nothing in it moves.
  init(
    _ status: RunStatus,
    isHeld: Bool = true,
    among operators: [RunOperator] = [],
    glyphs: GlyphSet
  ) {
    switch status {
    case .running where !isHeld:
      (sign, style, words) = (glyphs.unknown, .warning, "no runner; take it to go on")
    case .notCreated: (sign, style, words) = (glyphs.pending, .dim, "never begun")
    case .running: (sign, style, words) = (glyphs.running, .running, "running")
    case .paused(let by, _): (sign, style, words) = (glyphs.paused, .waiting, "paused by \(by)")
    case .waiting(let items):
      (sign, style, words) = (glyphs.waiting, .waiting, Self.waiting(items, among: operators))
    case .unknown(let items):
      (sign, style, words) = (
        glyphs.unknown, .unknown,
        "outcome unknown: " + Self.names(items.filter { $0.kind == .unknown })
      )
    case .ended(.completed, _): (sign, style, words) = (glyphs.passed, .good, "completed")
    case .ended(.failed, _): (sign, style, words) = (glyphs.failed, .bad, "failed")
    case .ended(.aborted, _): (sign, style, words) = (glyphs.failed, .warning, "aborted")
    }
  }

  /// What a run waits for, and whom.
  static func waiting(_ items: [WaitingItem], among operators: [RunOperator] = []) -> String {
    guard let first = items.first else { return "waits" }
    let roles = Set(items.flatMap(\.roles)).sorted()
    let whom = RoleNames.text(roles, among: operators, joinedBy: ", ")
    let more = items.count > 1 ? " and \(items.count - 1) more" : ""
    return "waits for \(whom): \(first.step)\(more)"
  }

  private static func names(_ items: [WaitingItem]) -> String {
    items.map(\.step.name).joined(separator: ", ")
  }
}

/// Spans of time as a person reads them on a screen.
enum SpanText {
  /// `0.3 s`, `42 s`, `3 min`, `2 h`, `5 d`.
  static func short(milliseconds: Int64) -> String {
    switch milliseconds {
    case ..<10_000: "\(milliseconds / 1000).\(milliseconds % 1000 / 100) s"
    case ..<120_000: "\(milliseconds / 1000) s"
    case ..<7_200_000: "\(milliseconds / 60_000) min"
    case ..<172_800_000: "\(milliseconds / 3_600_000) h"
    default: "\(milliseconds / 86_400_000) d"
    }
  }
}
