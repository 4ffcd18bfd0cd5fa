internal import Runbooks

/// What consoles with a seat read of their exercise, and say in it.
struct ExerciseDesk: Sendable {
  let workplace: Workplace
  let seat: ExerciseSeat

  /// Nil where the workplace has no seat.
  init?(at workplace: Workplace) {
    guard let seat = workplace.seat else { return nil }
    self.workplace = workplace
    self.seat = seat
  }

  /// Reads the records.
  func news() throws(CommandFailure) -> ExerciseNews {
    throw CommandFailure(.io, "not yet")
  }

  /// Says something to the runner of the exercise's run, as the workplace's person; starts a runner
  /// where none lives for the facilitator alone.
  func say(_ command: RunCommand) async throws(CommandFailure) {
    throw CommandFailure(.io, "not yet")
  }

  /// Sets the clock of the world, then notes it in the record of the exercise; the facilitator's alone.
  ///
  /// - Parameters:
  ///   - pace: how many seconds of the world pass in one; 0: it stands.
  ///   - moment: what it shows then; nil: what it shows now.
  func setClock(pace: Int, jumpingTo moment: Moment?) async throws(CommandFailure) {
    throw CommandFailure(.io, "not yet")
  }

  /// Tells at once, and when the record of the exercise or of a player's run has more, or a player
  /// begins a run.
  func changes() -> AsyncStream<Void> {
    AsyncStream { $0.finish() }
  }
}
