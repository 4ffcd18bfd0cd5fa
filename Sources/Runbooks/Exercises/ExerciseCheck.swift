/// What is wrong with an exercise that is sound key by key: ids, references and times.
struct ExerciseCheck {
  private(set) var problems: [RunbookProblem] = []
  private let exercise: Exercise

  init(_ exercise: Exercise) {
    self.exercise = exercise
    checkNames()
    checkInjects()
    checkExpected()
    checkObjectives()
    checkGraph()
  }

  private mutating func note(_ message: String, fix: String, at position: SourcePosition) {
    problems.append(RunbookProblem(message, fix: fix, at: position))
  }

  private mutating func checkNames() {
    let file = exercise.source.path.split(separator: "/").last ?? ""
    // The text that a run is pinned to is called otherwise.
    if file.hasSuffix(".yaml"), file != "\(exercise.id).yaml", file != "runbook.yaml" {
      note(
        "the exercise `\(exercise.id)` stands in \(file)",
        fix: "Name the file \(exercise.id).yaml.",
        at: exercise.position
      )
    }
    var taken = ExerciseGraph.ownSteps
    let ids =
      exercise.injects.map { ($0.id, $0.position) }
      + exercise.expected.map { ($0.id, $0.position) }
    for (id, position) in ids {
      if !taken.insert(id).inserted || ExerciseGraph.isReserved(id) {
        note(
          "the id `\(id)` is taken",
          fix: "Injects and expected actions share their ids with the exercise's own steps.",
          at: position
        )
      }
    }
    checkTwice(exercise.objectives.map { ($0.id.name, $0.position) }, "objective")
    checkTwice(exercise.players.map { ($0.role.name, $0.position) }, "player")
  }

  private mutating func checkTwice(_ names: [(String, SourcePosition)], _ what: String) {
    var seen: Set<String> = []
    for (name, position) in names where !seen.insert(name).inserted {
      note("the \(what) `\(name)` stands there twice", fix: "Remove one.", at: position)
    }
  }

  private mutating func checkInjects() {
    let roles = Set(exercise.players.map(\.role))
    let expected = Set(exercise.expected.map(\.id))
    for inject in exercise.injects {
      for role in inject.message?.to ?? [] where !roles.contains(role) {
        note(
          "nobody plays \(role), so \(inject.id) reaches nobody",
          fix: "Write one of \(roles.map(\.name).sorted().joined(separator: ", ")).",
          at: inject.position
        )
      }
      switch inject.cue {
      case .at(let moment) where moment >= exercise.length:
        note(
          "\(inject.id) is due after the end, at \(DurationText.format(exercise.length))",
          fix: "Let it come earlier, or make `length` longer.",
          at: inject.position
        )
      case .after(let id, _), .overdue(let id, _):
        guard !expected.contains(id) else { continue }
        note(
          "there is no expected action `\(id)`",
          fix: Spelling.hint(
            for: id.name,
            among: expected.map(\.name),
            else: "Write one of \(expected.map(\.name).sorted().joined(separator: ", "))."
          ),
          at: inject.position
        )
      case .at, .word: break
      }
    }
  }

  private mutating func checkExpected() {
    let injects = Dictionary(exercise.injects.map { ($0.id, $0) }) { first, _ in first }
    let objectives = exercise.objectives.map(\.id.name)
    for expectation in exercise.expected {
      if let after = expectation.after, injects[after] == nil {
        note(
          "there is no inject `\(after)`",
          fix: Spelling.hint(
            for: after.name,
            among: injects.keys.map(\.name),
            else: "Leave `after` out where it is expected from the beginning."
          ),
          at: expectation.position
        )
      }
      if !objectives.contains(expectation.objective.name) {
        note(
          "there is no objective `\(expectation.objective)`",
          fix: Spelling.hint(
            for: expectation.objective.name,
            among: objectives,
            else: "Write one of \(objectives.joined(separator: ", "))."
          ),
          at: expectation.position
        )
      }
      for case .answer(let id) in expectation.judgement.signs where injects[id]?.message == nil {
        note(
          "`\(id)` is no inject that players could answer",
          fix: "Name one that has `via`.",
          at: expectation.position
        )
      }
    }
  }

  private mutating func checkObjectives() {
    for objective in exercise.objectives
    where !exercise.expected.contains(where: { $0.objective == objective.id }) {
      note(
        "nothing is expected for the objective `\(objective.id)`, so it cannot be rated",
        fix: "Add an expected action that shows it, or remove it.",
        at: objective.position
      )
    }
  }

  /// What waits for each other in a circle never comes.
  private mutating func checkGraph() {
    guard problems.isEmpty else { return }
    problems += StepGraph(exercise.runbook).problems
  }
}

extension Expectation.Judgement {
  /// What it is recognised by; none: a person says.
  public var signs: [Expectation.Sign] {
    switch self {
    case .seen(let signs), .never(let signs): signs
    case .person: []
    }
  }
}
