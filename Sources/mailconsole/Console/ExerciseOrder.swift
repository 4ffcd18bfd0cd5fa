internal import Runbooks

/// What a console with a seat asks of its exercise.
enum ExerciseOrder: Sendable, Hashable {
  /// Says something in the exercise's run; what is told once it was taken.
  case say(RunCommand, done: String)
  /// Sets the clock of the world; pace 0: it stands, no moment: it goes on from what it shows.
  case clock(pace: Int, jumpingTo: Moment?, done: String)

  /// What is told once it was taken.
  var done: String {
    switch self {
    case .say(_, let done), .clock(_, _, let done): done
    }
  }
}

extension ExerciseDesk {
  /// What there is to know, or why it cannot be read.
  func read() -> Result<ExerciseNews, CommandFailure> {
    do throws(CommandFailure) {
      return .success(try news())
    } catch {
      return .failure(error)
    }
  }

  func carryOut(_ order: ExerciseOrder) async throws(CommandFailure) {
    switch order {
    case .say(let command, _): try await say(command)
    case .clock(let pace, let moment, _): try await setClock(pace: pace, jumpingTo: moment)
    }
  }
}
