/// Holds a plan and the checks and runbooks beside it against each other.
public enum PlanLint {
  /// The problems of the plan of a library, those of form first: a plan that cannot be read is held
  /// against nothing. Nil: the library has no plan.
  public static func problems(
    library directory: String,
    runbooks: RunbookLibrary,
    checks: CheckLibrary,
    exercises: ExerciseLibrary
  ) -> [RunbookProblem]? {
    guard let reading = PlanLoader.read(library: directory) else { return nil }
    guard let plan = reading.value else { return reading.problems }
    // A check with errors is there all the same, and its own file says what is wrong.
    let names = checks.paths.compactMap { $0.split(separator: "/").last?.dropLast(".yaml".count) }
    let known = Set(names.map { CheckID(String($0)) })
    return reading.problems
      + problems(
        in: plan,
        runbooks: runbooks.runbooks,
        checks: known,
        exercises: Set(exercises.exercises.map(\.id))
      )
  }

  /// Everything that does not fit: proofs that are not there, steps that prove what the plan does
  /// not have, and in one warning how much is proved by nothing that is shipped.
  ///
  /// - Parameters:
  ///   - runbooks: the sound ones of the library.
  ///   - checks: the ids of its checks, sound or not.
  ///   - exercises: the ids of its sound exercises.
  public static func problems(
    in plan: Plan,
    runbooks: [Runbook],
    checks: Set<CheckID>,
    exercises: Set<ExerciseID> = []
  ) -> [RunbookProblem] {
    let byID = Dictionary(runbooks.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    var found = plan.items.flatMap { $0.proof }.compactMap {
      problem(of: $0, byID, checks, exercises)
    }
    let ids = Set(plan.ids.map(\.name))
    for runbook in runbooks {
      for step in runbook.steps {
        for cover in step.covers where !ids.contains(cover) {
          found.append(
            RunbookProblem(
              "the plan has no `\(cover)` for the step `\(step.id)` to prove",
              fix: Spelling.hint(
                for: cover,
                among: ids.sorted(),
                else: "Name a task, a ticket or an exit criterion of \(PlanLoader.file)."
              ),
              at: step.position
            )
          )
        }
      }
    }
    if let warning = warning(of: plan, PlanCoverage(runbooks: runbooks)) { found.append(warning) }
    return found.sorted()
  }

  private static func problem(
    of proof: Proof,
    _ runbooks: [RunbookID: Runbook],
    _ checks: Set<CheckID>,
    _ exercises: Set<ExerciseID>
  ) -> RunbookProblem? {
    switch proof.evidence {
    case .signed, .later: return nil
    case .exercise(let id):
      guard !exercises.contains(id) else { return nil }
      return RunbookProblem(
        "there is no exercise `\(id)` that can be read",
        fix: Spelling.hint(
          for: id.name,
          among: exercises.map(\.name),
          else: "Write `later` with the reason until there is one."
        ),
        at: proof.position
      )
    case .check(let id):
      guard !checks.contains(id) else { return nil }
      return RunbookProblem(
        "there is no check `\(id)`",
        fix: Spelling.hint(
          for: id.name,
          among: checks.map(\.name),
          else: "Write `later` with the reason until there is one."
        ),
        at: proof.position
      )
    case .runbook(let id, let step):
      guard let runbook = runbooks[id] else {
        return RunbookProblem(
          "there is no runbook `\(id)` that can be read",
          fix: Spelling.hint(
            for: id.name,
            among: runbooks.keys.map(\.name),
            else: "Write `later` with the reason until there is one."
          ),
          at: proof.position
        )
      }
      guard let step, !runbook.steps.contains(where: { $0.id == step }) else { return nil }
      return RunbookProblem(
        "`\(id)` has no step `\(step)`",
        fix: Spelling.hint(
          for: step.name,
          among: runbook.steps.map(\.id.name),
          else: "`mailconsole graph \(id)` lists them."
        ),
        at: proof.position
      )
    }
  }

  /// One line for everything: a line an item would hide what can be mended today.
  private static func warning(of plan: Plan, _ coverage: PlanCoverage) -> RunbookProblem? {
    func open(_ items: [some PlanItem]) -> [String] {
      items.filter { !coverage.missing(of: $0).isEmpty }.map(\.id.name)
    }
    let tickets = open(plan.tickets)
    let criteria = open(plan.exit)
    guard !tickets.isEmpty || !criteria.isEmpty else { return nil }
    return RunbookProblem(
      "\(tickets.count) of \(plan.tickets.count) tickets and \(criteria.count) of "
        + "\(plan.exit.count) exit criteria are not wholly proved by what is shipped: "
        + (tickets + criteria).joined(separator: ", "),
      fix: "Their `proof` says what is missing.",
      at: plan.position,
      severity: .warning
    )
  }
}
