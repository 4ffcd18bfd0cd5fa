internal import Runbooks
internal import TUI

/// What is told of the checks.
enum CheckNews: Sendable {
  /// The files were read, and what is kept of the results.
  case read(CheckHistory)
  /// The files cannot be used; how to mend them.
  case unusable(String)
  /// These are being looked at.
  case began([CheckCard])
  case found(CheckFinding)
  /// Nothing is looked at any more; what went wrong with it.
  case ended(problem: String?)
  /// The time has come that a look was due; nothing is told.
  case due
}

extension ConsoleModel {
  /// What the status screen lists.
  var statusList: StatusList { StatusList(status, shelf, for: context.operatorName) }

  /// Takes in what is told of the checks.
  mutating func take(_ news: CheckNews) -> [ConsoleEffect] {
    switch news {
    case .read(let kept): status.take(kept)
    case .unusable(let why):
      status.end()
      status.library = .unusable(why)
    case .began(let cards): status.begin(cards)
    case .found(let finding): status.take(finding)
    case .ended(let problem):
      status.end()
      if let problem { notice = StyledText(problem, .bad) }
    case .due: break
    }
    return []
  }

  /// Looks at every check, unless that is being done.
  ///
  /// - Parameter isAsked: whether a person wants it; else its time has come.
  mutating func askToLook(isAsked: Bool) -> [ConsoleEffect] {
    guard !status.isAsked else { return [] }
    status.isAsked = true
    status.asked = now
    return [.lookAtChecks(isAsked: isAsked)]
  }

  /// When the next look begins by itself; nil: not while this screen is shown.
  var nextLook: Moment? { screen is StatusScreen && !isOpening ? status.due : nil }

  /// Looks at every check where the time has come and somebody has them before their eyes.
  mutating func lookIfDue() -> [ConsoleEffect] {
    guard let due = nextLook, due <= now else { return [] }
    return askToLook(isAsked: false)
  }

  /// Puts into the form that is asked what a check knows of its inputs; it is newer than what was
  /// typed before.
  mutating func fill(_ prefill: Prefill?, of runbook: Runbook) {
    guard let prefill, case .form(var dialog)? = overlay else { return }
    dialog.fill(prefill.inputs(of: runbook))
    overlay = .form(dialog)
  }
}

extension Prefill {
  /// Those of them that a runbook has, secrets apart.
  func inputs(of runbook: Runbook) -> [String: String] {
    let open = Set(runbook.inputs.filter { $0.form != .secret }.map(\.name))
    return inputs.filter { open.contains($0.key) }
  }
}

extension Forms {
  /// Says which inputs were filled in, and from what.
  static func known(_ prefill: Prefill?, of runbook: Runbook) -> [StyledText] {
    guard let prefill else { return [] }
    let names = prefill.inputs(of: runbook).keys.sorted()
    guard !names.isEmpty else { return [] }
    return [
      StyledText(
        "Filled in from the check \(prefill.check): \(names.joined(separator: ", ")). "
          + "Look whether it is so.",
        .warning
      ), "",
    ]
  }
}
