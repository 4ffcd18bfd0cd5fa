internal import Runbooks
internal import TUI

/// Runs that are opened from the list of all runs, and the way to what waits in the open one.
extension ConsoleModel {
  /// Opens a run from the list; the one that is open here is left after a question.
  mutating func open(_ listing: RunListing) -> [ConsoleEffect] {
    if isOpening { return [] }
    if let run, run.id == listing.run, run.stopped == nil, run.hasRunner || run.state.ended != nil {
      push(RunScreen())
      followRun()
      return []
    }
    guard listing.site == context.site.name, listing.world == context.world else {
      notice = StyledText(
        "\(listing.run) acts on \(listing.site), world \(listing.world.rawValue); open a console there.",
        .warning
      )
      return []
    }
    guard let run, run.id != listing.run, run.state.ended == nil, run.hasRunner, mayOrder else {
      return look(at: listing)
    }
    overlay = .question(
      Dialog(
        title: "Leave \(run.id)?",
        body: [
          StyledText("You drive it. \(LeavingWords.what(run.state))"),
          StyledText("This list brings you back to it."),
        ],
        cancel: "Stay",
        buttons: [Dialog.Button("Leave it")]
      ),
      .change(to: listing)
    )
    return []
  }

  /// Asks for a run: to go on with it or to watch it, or to read it where it has ended.
  mutating func look(at listing: RunListing) -> [ConsoleEffect] {
    isOpening = true
    notice = StyledText("Opening \(listing.run)…", .dim)
    return [listing.status.isOpen ? .look(listing.run) : .read(listing.run)]
  }

  /// The next step that waits for a person, after a step and round again: its position in the run,
  /// and what there is to say.
  func nextWaiting(after step: StepID?) -> (position: Int?, words: StyledText?) {
    guard let run, run.state.ended == nil else { return (nil, StyledText("Nothing waits.", .dim)) }
    let steps = run.runbook.steps
    let current = step.flatMap { id in steps.firstIndex { $0.id == id } } ?? -1
    let waiting = steps.indices.filter { run.needsPerson(steps[$0].id) }
    guard let next = waiting.first(where: { $0 > current }) ?? waiting.first else {
      return (nil, StyledText("No step waits for a person.", .dim))
    }
    let isSame = next == current
    return (next, isSame ? StyledText("Nothing else waits for a person.", .dim) : nil)
  }
}
