internal import Runbooks

/// A place at the table of an exercise that is under way.
struct ExerciseSeat: Sendable, Hashable {
  enum Place: Sendable, Hashable {
    case facilitator, player
  }

  /// The exercise's own run.
  let run: RunID
  let place: Place
}
