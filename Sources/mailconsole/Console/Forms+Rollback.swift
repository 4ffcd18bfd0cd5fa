internal import Runbooks
internal import TUI

extension Forms {
  /// What would be undone, in order and with the exact commands, and what would not.
  ///
  /// - Parameter reason: what was said already where the rollback was chosen.
  static func rollBack(
    _ run: RunModel,
    _ context: ConsoleContext,
    because reason: String = ""
  ) -> FormDialog {
    let plan = run.state.rollbackPlan(at: run.state.latest)
    var introduction: [StyledText] = [
      StyledText(
        "On \(context.site.name), world \(context.world.rawValue). The last is undone first; "
          + "then the run ends as aborted.",
        .strong
      )
    ]
    for step in run.state.steps where step.state.isRunning || step.state.isUnknown {
      introduction.append(
        StyledText(
          step.state.isRunning
            ? "\(step.step.id) is under way; it finishes first, and is undone as well if it can be."
            : "Whether \(step.step.id) happened is not known; that is settled first.",
          .unknown
        )
      )
    }
    introduction.append("")
    if plan.order.isEmpty { introduction.append("Nothing that the run did can be undone.") }
    for (number, id) in plan.order.enumerated() {
      guard let step = run.runbook.steps.first(where: { $0.id == id }) else { continue }
      introduction.append(StyledText("\(number + 1). \(id): \(step.title)"))
      introduction += commands(undoing: step, run, context)
    }
    introduction += plan.standing.map {
      StyledText("stands: \($0.step): \($0.why)", .warning)
    }
    var why = text("reason", "Why?", "kept in the record")
    why.answer = .text(TextField(reason))
    return FormDialog(
      .rollBack,
      introduction: introduction,
      form: Form(
        title: "Roll \(run.id) back?",
        fields: [decision(["roll-back"]), why]
      )
    )
  }

  private static func commands(
    undoing step: Step,
    _ run: RunModel,
    _ context: ConsoleContext
  ) -> [StyledText] {
    if case .manual(let task)? = step.rollback {
      let text = try? task.instructions.text(in: run.state.rollbackScope)
      return [StyledText("   by hand: \(text ?? task.instructions.source)")]
    }
    switch context.preview.commands(undoing: step, in: run.state) {
    case .success(let commands):
      return commands.actions.flatMap { action in
        [StyledText("   " + CommandText.render(action.argv), .accent)]
          + (action.standardInput.map { [StyledText("   standard input: \($0)", .dim)] } ?? [])
      }
    case .failure(let refusal): return [StyledText("   command: \(refusal.reason)", .dim)]
    }
  }
}

extension StepState {
  fileprivate var isRunning: Bool { if case .running = self { true } else { false } }
  fileprivate var isUnknown: Bool { if case .unknown = self { true } else { false } }
}
