internal import Runbooks
internal import TUI

/// Runs within runs: the way down to the run that stands for a step, and the way back up.
extension ConsoleModel {
  /// Leaves the open run for one below or above it; nothing asks, because the way back is one key.
  mutating func change(to other: RunID) -> [ConsoleEffect] {
    if isOpening { return [] }
    isOpening = true
    notice = StyledText("Opening \(other)…", .dim)
    return [.look(other)]
  }

  /// Opens the run that the open one is a part of.
  mutating func openParent() -> [ConsoleEffect] {
    guard let run, let parent = run.state.created?.parent else {
      notice = StyledText("This run is a part of no other.", .dim)
      return []
    }
    return change(to: parent.run)
  }

  /// Asks which run stands for a step, where the operator may say so.
  mutating func askForRun(of step: Step, _ asked: RunEvent.PersonAsked) {
    guard let run, let nested = step.body.nested else { return }
    show(Forms.run(of: step, nested, asked, candidates(for: nested, besides: run.id)))
  }

  /// The runs of a runbook that are known here, those under way first.
  private func candidates(for nested: NestedRunbook, besides own: RunID) -> [RunListing] {
    guard let entry = shelf.first(where: { $0.head.id == nested.id }) else { return [] }
    let known = (entry.latest.map { [$0] } ?? []) + entry.unfinished
    return known.filter { listing in
      guard listing.run != own else { return false }
      if case .ended(let outcome, _) = listing.status { return outcome == .completed }
      return true
    }
  }
}

extension RunModel {
  /// Where the run belongs: the runbook and the step it was begun for; nil: to none.
  var place: String? {
    guard let parent = state.created?.parent else { return nil }
    // Names of runs end with the minute and four letters.
    let runbook = parent.run.name.split(separator: "-").dropLast(2).joined(separator: "-")
    return "\(runbook.isEmpty ? parent.run.name : runbook)/\(parent.step)"
  }
}

extension Forms {
  /// The choice that begins a run.
  static let startRun = "start"
  /// The word before a run that is there already.
  static let takeRun = "take "

  /// Whether the run that stands for a step is let go, for whoever drives the parent.
  static func releaseRun(of step: Step, _ standing: StepState.NestedRun) -> FormDialog {
    FormDialog(
      .releaseRun(step.id),
      introduction: [
        StyledText("\(standing.run) stands for this step; enter on the step opens it.", .strong),
        StyledText(
          "Let go, it goes on by itself and counts here no longer. The step asks for a run again, and "
            + "a rollback here says that nobody knows what this one did."
        ),
      ],
      form: Form(
        title: "Let the run of “\(step.title)” go?",
        fields: [
          decision(["let-it-go"], label: "Let it go?"),
          text("reason", "Why?", "kept in the record"),
        ]
      )
    )
  }

  /// Which run stands for a step: a new one, or one that is there.
  static func run(
    of step: Step,
    _ nested: NestedRunbook,
    _ asked: RunEvent.PersonAsked,
    _ candidates: [RunListing]
  ) -> FormDialog {
    let given = asked.arguments.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    let fresh = nested.freshFor.map { "at most \(DurationText.format($0)) ago" }
    return FormDialog(
      .run(step.id),
      introduction: (step.purpose.isEmpty ? [] : [StyledText(step.purpose), ""]) + [
        StyledText(
          "\(nested.id) is run for this step, with a record, a driver and sign-offs of its own.",
          .strong
        ),
        StyledText(
          given.isEmpty ? "It is given nothing." : "It is given \(given.joined(separator: ", "))."
        ),
        StyledText(
          "A run that is there is taken if it is under way, or has completed "
            + (fresh ?? "since this run began") + ", on the same site with the same inputs.",
          .dim
        ),
      ],
      form: Form(
        title: step.title,
        fields: [
          decision(
            [startRun] + candidates.prefix(5).map { takeRun + $0.run.name },
            label: "Which run?"
          )
        ]
      )
    )
  }
}
