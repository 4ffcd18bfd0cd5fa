internal import Runbooks
internal import TUI

extension Forms {
  /// What holds the run, and why it should go on all the same.
  static func overrule(_ run: RunModel) -> FormDialog {
    FormDialog(
      .overrule,
      introduction: run.state.guardrailWords.map { StyledText($0, .bad) } + [
        StyledText(
          "It does not pause the run again before it has passed once. esc leaves the run paused."
        )
      ],
      form: Form(
        title: "Go on although a guardrail fails?",
        fields: [decision(["overrule"]), text("reason", "Why?", "kept in the record")]
      )
    )
  }
}
