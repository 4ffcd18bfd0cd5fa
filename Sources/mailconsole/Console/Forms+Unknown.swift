internal import Runbooks
internal import TUI

/// The questions about an outcome that nobody knows: what one person proposes, and another confirms.
extension Forms {
  static func unknown(
    _ step: Step,
    _ outcome: StepState.UnknownOutcome,
    _ state: RunState
  ) -> FormDialog {
    let decisions: [String]
    if let rollback = state.rollback {
      decisions = (rollback.begun == nil ? [] : ["retry"]) + ["mark-done", "skip", "abort-run"]
    } else {
      decisions = ["retry", "mark-done", "skip", "abort-run", rollBackRun]
    }
    return FormDialog(
      .decide(step.id),
      introduction: what(isUnknown: outcome)
        + (state.duties.settling == .twoPeople
          ? ["Two people settle it: another one confirms."] : []),
      form: Form(
        title: "\(step.title): outcome unknown",
        fields: [
          decision(decisions),
          text("reason", "What did you see?", "kept in the record"),
        ]
      )
    )
  }

  /// The second person's word on what the first one proposed.
  static func confirmation(
    _ step: Step,
    _ outcome: StepState.UnknownOutcome,
    _ run: RunModel,
    _ context: ConsoleContext
  ) -> FormDialog {
    guard let proposal = outcome.proposal else { return unknown(step, outcome, run.state) }
    let me = context.operatorName
    let people = confirmers(of: proposal, run.state, first: me)
    let head = run.head ?? Digest(of: "")
    let isSigned = run.state.duties.confirmations == .sshSignatures
    return FormDialog(
      .confirm(step.id, proposal.decision, seen: head),
      introduction: [StyledText(proposal.sentence, .strong), ""] + what(isUnknown: outcome)
        + (isSigned
          ? [StyledText("record up to \(head.short)", .dim), SigningKeys.looking] : []),
      form: Form(
        title: "\(step.title): \(proposal.decision.phrase)?",
        fields: [
          Form.Field(
            name: "by",
            label: "Who looked as well?",
            hint: "not \(proposal.by)",
            answer: .choice(people.isEmpty ? [""] : people, selected: 0),
            validate: { $0.isEmpty ? "nobody else on this site could confirm it" : nil }
          ),
          text("reason", "What did you see?", "kept in the record"),
          decision(["confirm"] + (isSigned ? [elsewhere] : []) + [otherwise]),
        ]
      )
    )
  }

  /// Who may confirm a proposal, the operator of this console first.
  static func confirmers(
    of proposal: RunEvent.SettlementProposed,
    _ state: RunState,
    first me: String
  ) -> [String] {
    let others = (state.created?.operators ?? []).map(\.name).filter { $0 != proposal.by }
    return others.filter { $0 == me } + others.filter { $0 != me }
  }

  /// What nobody knows, and the command to look for.
  private static func what(isUnknown outcome: StepState.UnknownOutcome) -> [StyledText] {
    var introduction: [StyledText] = [
      StyledText(
        "Attempt \(outcome.attempt.number) began and nobody knows how it ended.",
        .unknown
      ),
      StyledText(outcome.reason),
    ]
    if case .leftToPeople(let why) = outcome.settlement { introduction.append(StyledText(why)) }
    introduction +=
      [
        StyledText("Look at the cluster first. The command was:")
      ] + outcome.attempt.actions.map { StyledText(CommandText.render($0.argv), .accent) }
    return introduction
  }
}
