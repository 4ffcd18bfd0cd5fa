internal import Runbooks
internal import TUI

/// Runs that are opened from the list of all runs, and the way to what waits in the open one.
extension ConsoleModel {
  /// Opens a run from the list; the one that is open here is left after a question.
  mutating func open(_ listing: RunListing) -> [ConsoleEffect] {
    if isOpening { return [] }
    if let run, run.id == listing.run, run.stopped == nil, run.hasRunner || run.state.ended != nil {
      push(.run(RunScreen()))
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

  /// Goes to the next step that waits for a person, after the one looked at and round again.
  mutating func goToNextWaiting() {
    guard let run, run.state.ended == nil else {
      notice = StyledText("Nothing waits.", .dim)
      return
    }
    let steps = run.runbook.steps
    let current = stepInView.flatMap { id in steps.firstIndex { $0.id == id } } ?? -1
    let waiting = steps.indices.filter { run.needsPerson(steps[$0].id) }
    guard let next = waiting.first(where: { $0 > current }) ?? waiting.first else {
      notice = StyledText("No step waits for a person.", .dim)
      return
    }
    if next == current { notice = StyledText("Nothing else waits for a person.", .dim) }
    switch screen {
    case .run(var screen):
      screen.filter = nil
      screen.isFollowing = false
      screen.list.move(.to(next), count: steps.count, page: bodyRows)
      self.screen = .run(screen)
    case .step: screen = .step(StepScreen(step: steps[next].id))
    default: break
    }
  }
}

/// What becomes of a run whose operator leaves it.
enum LeavingWords {
  /// What goes on without the operator, in a sentence or two; nothing of a run that is over.
  static func what(_ state: RunState) -> String {
    guard state.ended == nil else { return "It is over." }
    let busy = state.steps.filter { $0.state.isUnderWay }.map(\.step.id.name)
    let waits = state.waitingItems.map {
      "\($0.step) waits for "
        + RoleNames.text($0.roles, among: state.created?.operators ?? [])
    }
    let then =
      state.runbook.onDisconnect == .wait
      ? "The next step waits for a driver." : "Then it goes on as far as it can."
    var words: [String] = []
    if !busy.isEmpty { words.append("\(busy.joined(separator: ", ")) goes on to its end. \(then)") }
    if !waits.isEmpty { words.append(waits.joined(separator: "; ") + ".") }
    if let pause = state.pause { words.append("It is paused by \(pause.by).") }
    return words.isEmpty ? then : words.joined(separator: " ")
  }

  /// How to come back: `Go on with:  mailconsole attach RUN --site DIR`.
  static func back(to run: RunID, _ options: [String]) -> String {
    "Go on with:  " + CommandText.render(["mailconsole", "attach", run.name] + options)
  }
}
