internal import Runbooks
internal import TUI

/// Who drives the run that is open, and how that changes.
extension ConsoleModel {
  /// Offers to take over a run that has no living runner.
  mutating func askToTakeOver(_ opened: RunModel) {
    guard !opened.hasRunner, opened.state.ended == nil else { return }
    let last = opened.state.driver?.by ?? "nobody"
    let how =
      opened.state.isAttached
      ? "\(last) drove it, and its runner died: whatever was under way has an unknown outcome."
      : "\(last) drove it last\(opened.partingWords.map { ": \($0)." } ?? ".")"
    overlay = .question(
      Dialog(
        title: "Take \(opened.id) over?",
        body: [StyledText(how)] + opened.happenedSince.map { StyledText($0) } + [
          StyledText("Taking over is recorded. To look at it, nothing has to be taken.")
        ],
        cancel: "Only look",
        buttons: [Dialog.Button("Take over")]
      ),
      .takeOver(opened.id)
    )
  }

  /// Takes the drive: of a run without a runner after a question, else from its runner.
  mutating func takeDrive() -> [ConsoleEffect] {
    guard let run, run.state.ended == nil else { return noRun() }
    guard run.hasRunner else {
      askToTakeOver(run)
      return []
    }
    return [.send(.takeDrive, by: context.operatorName)]
  }

  /// Offers the drive to whoever watches.
  mutating func offerDrive() -> [ConsoleEffect] {
    guard let run, run.state.ended == nil else { return noRun() }
    return [.send(.offerDrive, by: context.operatorName)]
  }

  /// Whether this operator drives the open run, so that its runner takes their orders.
  var mayOrder: Bool {
    guard let run else { return false }
    return run.hasRunner && run.state.isAttached && run.state.driver?.by == context.operatorName
  }

  /// Says what to do before an order, instead of asking questions whose answers would be refused.
  mutating func onlyWatching() -> [ConsoleEffect] {
    guard let run else { return noRun() }
    let words = run.watching(for: context.operatorName) ?? "You drive."
    notice = StyledText(words, .warning)
    return []
  }

  private mutating func noRun() -> [ConsoleEffect] {
    notice = StyledText("There is no run under way.", .dim)
    return []
  }
}
