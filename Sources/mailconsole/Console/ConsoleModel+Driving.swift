internal import Runbooks
internal import TUI

/// Who drives the run that is open, and how that changes.
extension ConsoleModel {
  /// What opening a run without a living runner leads to: whoever let go of it last goes on at
  /// once, others are asked first.
  mutating func offerToTakeOver(_ opened: RunModel) -> [ConsoleEffect] {
    let state = opened.state
    guard !opened.hasRunner, state.ended == nil else { return [] }
    if !state.isAttached, state.driver == nil || state.driver?.by == context.operatorName {
      return [.resume(opened.id)]
    }
    askToTakeOver(opened)
    return []
  }

  private mutating func askToTakeOver(_ opened: RunModel) {
    let last = opened.state.driver?.by ?? "nobody"
    let how =
      opened.state.isAttached
      ? "\(last) drove it, and its runner died: what was under way has an unknown outcome."
      : "\(last) drove it last and let go in good order."
    overlay = .question(
      Dialog(
        title: "Take \(opened.id) over?",
        body: [
          StyledText(how),
          StyledText("Taking over is recorded. To look at it, nothing has to be taken."),
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

  private mutating func noRun() -> [ConsoleEffect] {
    notice = StyledText("There is no run under way.", .dim)
    return []
  }
}
