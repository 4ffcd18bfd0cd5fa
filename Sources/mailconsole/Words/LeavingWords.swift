internal import Runbooks

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
