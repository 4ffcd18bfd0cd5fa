internal import Runbooks
internal import TUI

/// What is asked in a form before something is said to the exercise.
enum ExerciseQuestion: Sendable, Hashable {
  case reply(InboxMessage)
  case skip(Inject)
  case judge(Expectation)
  /// It was judged already.
  case correct(Expectation, ExpectationVerdict)
  case note(about: StepID?)

  /// What the answers are for in a word, and the step they are about.
  var words: (String, StepID?) {
    switch self {
    case .reply(let message): ("answer \(message.number)", message.inject)
    case .skip(let inject): ("skip", inject.id)
    case .judge(let expectation): ("judge", expectation.id)
    case .correct(let expectation, _): ("correct", expectation.id)
    case .note(let about): ("exercise note", about)
    }
  }
}

extension Forms {
  static func reply(to message: InboxMessage) -> FormDialog {
    let before = message.answers.map { InboxText.answer($0) }
    return FormDialog(
      .exercise(.reply(message)),
      introduction: [
        StyledText(InboxText.heading(message), .strong), StyledText(message.text), "",
      ] + before.map { StyledText($0, .dim) },
      form: Form(
        title: "Answer \(InboxText.oneLine(message.sender))",
        fields: [text("text", "Your answer", "what you would say; it is kept in the record")]
      )
    )
  }

  static func skip(_ inject: Inject) -> FormDialog {
    FormDialog(
      .exercise(.skip(inject)),
      introduction: [
        "It does not happen in this exercise, and what is expected of it does not count."
      ],
      form: Form(
        title: "Skip “\(inject.title)”?",
        fields: [
          decision(["skip"], label: "Skip it?"), text("reason", "Why?", "kept in the record"),
        ]
      )
    )
  }

  /// - Parameters:
  ///   - before: how it was judged already.
  ///   - facts: what there is to know of it.
  static func judge(
    _ expectation: Expectation,
    before: ExpectationVerdict?,
    facts: [StyledText]
  ) -> FormDialog {
    let words = ExpectationVerdict.allCases.filter { $0 != before }.map(\.rawValue)
    let means =
      expectation.judgement.isForbidden
      ? "met: it was not done.  missed: it was done."
      : "met: in time.  late: after its time.  missed: not done."
    let late: [StyledText] =
      before == nil
      ? []
      : [
        "It was judged already, and what follows from it has happened: your word is noted beside it, "
          + "for the rating."
      ]
    return FormDialog(
      .exercise(before.map { ExerciseQuestion.correct(expectation, $0) } ?? .judge(expectation)),
      introduction: facts + late + [StyledText(means)],
      form: Form(
        title: "Judge “\(expectation.title)”",
        fields: [
          decision(words, label: "Verdict"),
          text("text", "What did you see?", "kept in the record"),
        ]
      )
    )
  }

  static func note(inExerciseAbout step: StepID?) -> FormDialog {
    FormDialog(
      .exercise(.note(about: step)),
      form: Form(
        title: step.map { "A note about \($0)" } ?? "A note about the exercise",
        fields: [text("text", "Note", "for the report; players do not see it")]
      )
    )
  }
}
