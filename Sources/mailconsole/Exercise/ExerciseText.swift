internal import Runbooks

/// An exercise as lines of text: what was expected and what was done, and the ratings.
enum ExerciseText {
  /// The exercises there are, and what has not been exercised for too long.
  static func list(_ exercises: [Exercise], _ rot: ExerciseRot, _ now: Moment) -> [String] {
    let width = exercises.map(\.id.name.count).max() ?? 0
    var lines = zip(exercises, rot.exercises).map { exercise, row in
      let age = row.played.map { "\(AgeText.since($0, now)) ago" } ?? "never"
      return "\(exercise.id.name.padding(to: width + 2))"
        + "\(DurationText.format(exercise.length).padding(to: 7))played \(age.padding(to: 10))"
        + exercise.title
    }
    let due = rot.runbooks.filter(\.isDue).map(\.name.name)
    let days = ExerciseRot.span.components.seconds / 86_400
    lines.append(
      due.isEmpty
        ? "Every runbook was exercised within \(days) days."
        : "Not exercised for \(days) days: \(due.joined(separator: ", "))."
    )
    return lines
  }

  /// Where it stands, objective by objective.
  static func lines(_ board: ExerciseBoard, _ state: RunState) -> [String] {
    var lines: [String] = []
    for objective in board.exercise.objectives {
      let given = state[ExerciseGraph.rating(of: objective.id)]?.result?.outputs["rating"]?.text
      lines.append("\(given ?? "?")  \(objective.text)")
      for expectation in board.exercise.expected where expectation.objective == objective.id {
        lines.append("     \(word(board.expected[expectation.id]))  \(expectation.title)")
      }
    }
    return lines
  }

  private static func word(_ standing: ExerciseBoard.ExpectationStanding?) -> String {
    switch standing {
    case .judged(let verdict, let seen):
      verdict.rawValue + (seen.isEmpty ? "" : " (\(seen))")
    case .open: "open"
    case .overdue: "overdue"
    case .dropped: "did not come up"
    case .waiting, nil: "not yet"
    }
  }

  /// 0 where every objective is rated P or S.
  static func exitStatus(of exercise: Exercise, _ state: RunState) -> ExitStatus {
    let good = exercise.objectives.allSatisfy { objective in
      let text = state[ExerciseGraph.rating(of: objective.id)]?.result?.outputs["rating"]?.text
      return text == ObjectiveRating.performed.rawValue || text == ObjectiveRating.some.rawValue
    }
    guard case .ended(.completed, _) = state.status, good else { return .findings }
    return .done
  }
}
