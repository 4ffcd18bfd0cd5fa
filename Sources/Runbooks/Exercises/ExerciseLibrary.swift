/// The exercises in a directory, `runbooks/exercises`.
public struct ExerciseLibrary: Sendable {
  /// Every sound exercise, by id.
  public let exercises: [Exercise]
  public let problems: [RunbookProblem]
  /// Every file that was read, in the order of the paths.
  public let paths: [String]

  /// The folder of the exercises, which no list of runbooks shows.
  public static let folder = "exercises"

  /// Reads every `*.yaml` in a directory; none where there is no such directory.
  public init(directory: String) {
    let folder = LibraryFolder(directory) { ExerciseLoader.read(path: $0) }
    exercises = folder.contents.sorted { $0.id < $1.id }
    problems = folder.problems
    paths = folder.paths
  }

  /// The problems of form and those that lint finds in the rest, in the order of the files.
  ///
  /// - Parameters:
  ///   - runbooks: those that players may be expected to reach for.
  ///   - checks: those that they may be expected to look at.
  public func problems(
    by linter: Linter,
    runbooks: [Runbook],
    checks: Set<CheckID>
  ) -> [RunbookProblem] {
    let known = Dictionary(runbooks.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    return
      (problems
      + exercises.flatMap { exercise in
        linter.problems(in: exercise.runbook)
          + exercise.expected.flatMap { expectation in
            expectation.judgement.signs.compactMap {
              Self.problem(of: $0, in: expectation, known, checks)
            }
          }
      }).sorted()
  }

  /// What is wrong with a sign: it points at nothing, so that the action would never be seen.
  private static func problem(
    of sign: Expectation.Sign,
    in expectation: Expectation,
    _ runbooks: [RunbookID: Runbook],
    _ checks: Set<CheckID>
  ) -> RunbookProblem? {
    func problem(_ message: String, _ name: String, among known: [String]) -> RunbookProblem {
      RunbookProblem(
        message,
        fix: Spelling.hint(for: name, among: known, else: "Name one that is there."),
        at: expectation.position
      )
    }
    switch sign {
    case .answer: return nil
    case .check(let id):
      guard !checks.contains(id) else { return nil }
      return problem("there is no check `\(id)` to look at", id.name, among: checks.map(\.name))
    case .step(let id, let step, let values):
      guard let runbook = runbooks[id] else {
        return problem("there is no runbook `\(id)`", id.name, among: runbooks.keys.map(\.name))
      }
      guard let step else { return nil }
      guard let found = runbook.steps.first(where: { $0.id == step }) else {
        return problem(
          "`\(id)` has no step `\(step)`",
          step.name,
          among: runbook.steps.map(\.id.name)
        )
      }
      let fields = found.body.answered
      guard let fields, let name = values.keys.sorted().first(where: { !fields.contains($0) })
      else { return nil }
      return problem("the step `\(step)` of `\(id)` gives no `\(name)`", name, among: fields)
    }
  }
}

extension StepBody {
  /// The names that a person fills in; nil where an operation gives the values.
  fileprivate var answered: [String]? {
    switch self {
    case .ask(let questions): questions.map(\.name)
    case .manual(let task): task.fields.map(\.name)
    default: nil
    }
  }
}

extension Exercise {
  /// The world it begins in: the site's own with what the exercise lays over it.
  ///
  /// - Parameter seed: another than the exercise's own.
  public func world(over site: SimulatedWorld, seed: Int? = nil) -> SimulatedWorld {
    let first = site.merging(scenario.patch)
    return SimulatedWorld(
      state: first.state,
      now: scenario.start,
      seed: UInt64(seed ?? scenario.seed)
    )
  }
}
