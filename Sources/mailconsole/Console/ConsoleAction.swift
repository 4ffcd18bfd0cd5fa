internal import TUI

/// Everything a key or a `:` command can ask of the console.
enum ConsoleAction: Hashable, Sendable {
  // Moving about.
  case up, down, pageUp, pageDown, halfUp, halfDown, first, last, left, right
  case open, back, filter, command, help, quit, suspend, repaint

  // Screens.
  case show(Screen), showEvidence, showAsText

  // A run.
  case act, nextWaiting, rewind, abort, rollBack, pause, note, offerDrive, takeDrive, parent

  // An exercise, for whoever leads it.
  case exercise(ExerciseAction)

  // Output and groups.
  case follow, wrap, nextGrouping, previousGrouping, refresh

  /// Whether it only moves about in what is shown.
  var isMotion: Bool { motion != nil || self == .left || self == .right }

  /// How it moves the pointer; nil: it does not.
  var motion: Motion? {
    switch self {
    case .up: .up
    case .down: .down
    case .pageUp: .pageUp
    case .pageDown: .pageDown
    case .halfUp: .halfPageUp
    case .halfDown: .halfPageDown
    case .first: .first
    case .last: .last
    default: nil
    }
  }
}

/// What the facilitator of an exercise can ask for.
enum ExerciseAction: Hashable, Sendable {
  case fire, hold, skip, judge
  /// Lets the clock stand, or go.
  case clock
  case faster, slower, jump
  case begin, end
}
