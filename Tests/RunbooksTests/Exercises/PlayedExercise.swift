@testable import Runbooks

/// An exercise whose run goes on as the board says, in a test's own time.
struct PlayedExercise {
  static let start = Moment(seconds: 1_764_279_600)

  let exercise: Exercise
  private(set) var state: RunState
  private(set) var now = Self.start
  var words = ExerciseWords()
  private(set) var observed: [ExerciseObservation] = []

  init(_ text: String) throws {
    exercise = try ExerciseLoader.read(text: text, path: "sample.yaml").get()
    let runbook = exercise.runbook
    state = RunState(of: runbook)
    try state.apply(Fixtures.created(runbook, .tabletop))
    try settle()
  }

  var board: ExerciseBoard {
    ExerciseBoard(exercise, state, words: words, observed: observed, at: now)
  }

  /// The facilitator's word that it begins.
  mutating func begin() throws {
    try done("begin")
    try play()
  }

  /// Lets time pass, a minute after the other, and happen what is due.
  mutating func wait(minutes: Int) throws {
    for _ in 0..<minutes {
      now = now.advanced(by: .seconds(60))
      try play()
    }
  }

  /// Something a player does.
  mutating func see(_ act: ExerciseObservation.Act, by who: String = "tomas") throws {
    observed.append(ExerciseObservation(at: now, who: who, act: act))
    try play()
  }

  /// The facilitator's verdict.
  mutating func judge(_ id: String, _ verdict: ExpectationVerdict) throws {
    try done(id, ["verdict": .string(verdict.rawValue), "at": .string(""), "seen": .string("")])
    try play()
  }

  private mutating func play() throws {
    try settle()
    while let act = board.acts.first {
      switch act {
      case .fire(let inject): try answer(inject, "yes", "")
      case .drop(let inject, let why): try answer(inject, "no", why)
      case .judge(let id, let verdict, let at, let seen):
        try done(
          id.name,
          [
            "verdict": .string(verdict.rawValue), "at": .string(at.description),
            "seen": .string(seen),
          ]
        )
      case .end: try done("end")
      }
      try settle()
    }
  }

  private mutating func done(_ id: String, _ fields: [String: Value] = [:]) throws {
    try state.apply(
      .manualDone(.init(step: StepID(id), by: "wen", note: "", fields: fields, at: now))
    )
    try settle()
  }

  private mutating func answer(_ inject: StepID, _ fire: String, _ why: String) throws {
    let values: [String: Value] = ["fire": .string(fire), "why": .string(why)]
    let cue = ExerciseGraph.cue(of: inject)
    try state.apply(.inputGiven(.init(step: cue, values: values, by: "wen", at: now)))
  }

  /// Does what needs nobody: asks, skips, and lets injects happen.
  private mutating func settle() throws {
    while let events = state.effects(now: now).compactMap(events).first {
      for event in events { try state.apply(event) }
    }
  }

  private func events(_ effect: RunEffect) -> [RunEvent]? {
    switch effect {
    case .ask(let id):
      let isQuestion = exercise.runbook.steps.contains {
        if case .ask = $0.body { $0.id == id } else { false }
      }
      guard id != ExerciseGraph.attendance else { return nil }
      return [
        .personAsked(
          .init(step: id, task: isQuestion ? .answer : .manual, text: "", at: now)
        )
      ]
    case .skip(let id, let reason): return [.stepSkipped(.init(step: id, reason: reason))]
    case .start(let id, let attempt):
      return [
        .stepStarted(
          .init(
            step: id,
            attempt: attempt,
            risk: .change,
            isRepeatable: false,
            by: "wen",
            at: now
          )
        ),
        .stepEnded(
          .init(step: id, attempt: attempt, outcome: .passed, summary: "it happened", at: now)
        ),
      ]
    default: return nil
    }
  }
}

/// A small exercise for tests.
enum ExerciseSamples {
  static let head = """
    apiVersion: mailconsole/v1
    kind: Exercise
    id: sample
    title: A sample
    version: 1.0.0
    facilitator: E5
    summary: For tests.
    situation: It is quiet.
    length: 60m
    objectives:
      - {id: act, text: They act.}
    players:
      - {role: E4, part: on call}
    world: {seed: 1, start: 2026-11-27T21:40:00Z}

    """

  static let whole =
    head + """
      injects:
        - {id: alarm, title: An alarm, at: 5m, via: alert, from: Alertmanager, to: [E4], text: "Queue!"}
        - {id: thanks, title: A call, after: hold, delay: 3m, via: call, from: the help desk, to: [E4], text: Thanks.}
        - {id: hint, title: A hint, overdue: hold, delay: 1m, via: call, from: a colleague, to: [E4], text: And?}
        - {id: press, title: The press, via: call, from: the press, to: [E4], text: Hello?}
      expected:
        - {id: hold, title: It is held, after: alarm, within: 10m, critical: true, objective: act, seen: [{runbook: queue-triage, step: hold-sender}]}
        - {id: no-flush, title: Nothing is flushed, after: alarm, within: 20m, objective: act, never: [{runbook: queue-triage, step: flush}]}
        - {id: told, title: The desk is told, after: alarm, within: 15m, objective: act, seen: [{answer: alarm}]}

      """
}
