/// Everything a key or a `:` command can ask of the console.
enum ConsoleAction: Hashable, Sendable {
  // Moving about.
  case up, down, pageUp, pageDown, halfUp, halfDown, first, last, left, right
  case open, back, filter, command, help, quit, suspend, repaint

  // Screens.
  case showRunbooks, showRuns, showQueue, showJournal, showEvidence

  // A run.
  case act, nextWaiting, rewind, abort, rollBack, pause, note, offerDrive, takeDrive

  // Output and groups.
  case follow, wrap, nextGrouping, previousGrouping, refresh

  /// Whether it only moves about in what is shown.
  var isMotion: Bool {
    switch self {
    case .up, .down, .pageUp, .pageDown, .halfUp, .halfDown, .first, .last, .left, .right: true
    default: false
    }
  }
}
