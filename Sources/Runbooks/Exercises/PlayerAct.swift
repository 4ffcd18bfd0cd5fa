/// What a player does in an exercise that is played unattended.
public struct PlayerAct: Sendable, Hashable {
  /// What is done.
  public enum Act: Sendable, Hashable {
    /// Plays a runbook by a file of answers, relative to the folder of the exercise's; without one
    /// `ID.yaml` beside it.
    case run(RunbookID, answers: String?, inputs: [String: Value])
    /// Looks at checks.
    case look([CheckID])
    /// Answers the message of the inject it follows.
    case answer(String)
  }

  public let player: String
  /// The inject it follows; nil: the beginning.
  public let after: StepID?
  /// How long after that.
  public let delay: Duration
  /// How long the player thinks before each decision in a run.
  public let thinks: Duration
  public let act: Act
}

/// The field table of a player's act.
enum PlayerActFields {
  static let by = Field("by", .person, required: true, "Who does it.")
  static let after = Field(
    "after",
    Form<StepID>.stepID,
    "The inject it follows; the beginning unless given."
  )
  static let delay = Field("delay", .duration, "How long after that; at once unless given.")
  static let run = Field("run", Form<RunbookID>.runbookID, "Plays this runbook.")
  static let answers = Field(
    "answers",
    .text,
    of: ["run"],
    "The file of what is said in it; ID.yaml beside this one unless given."
  )
  static let inputs = Field(
    "inputs",
    Form<Value>.value.named("input", like: "account"),
    of: ["run"],
    "Values for the runbook's inputs, beyond that file's."
  )
  static let thinks = Field(
    "thinks",
    .duration,
    of: ["run"],
    "How long each decision in it takes; 30s unless given."
  )
  static let look = Field(
    "look",
    Form<CheckID>.checkID.list(atLeast: 1),
    "Looks at these checks."
  )
  static let answer = Field("answer", .text, "Answers the message of the inject it follows.")

  static let table = FieldTable(
    name: "player's act",
    rows: [
      by.row, after.row, delay.row, run.row, answers.row, inputs.row, thinks.row, look.row,
      answer.row,
    ],
    alternatives: ["run", "look", "answer"]
  )

  static let form = Form<PlayerAct>.object(table) { fields, reader in
    let by = reader.value(by, in: fields)
    let after = reader.value(after, in: fields)
    let delay = reader.value(delay, in: fields) ?? .zero
    let run = reader.value(run, in: fields)
    let answers = reader.value(answers, in: fields)
    let inputs = reader.value(inputs, in: fields) ?? []
    let thinks = reader.value(thinks, in: fields) ?? .seconds(30)
    let look = reader.value(look, in: fields)
    let answer = reader.value(answer, in: fields)
    if answer != nil, !fields.has(PlayerActFields.after) {
      reader.note(
        "nobody knows which message is answered",
        fix: "Name the inject with `after`.",
        at: fields.mark(PlayerActFields.answer)
      )
      return nil
    }
    let values = Dictionary(
      inputs.map { ($0.name, $0.value) },
      uniquingKeysWith: { first, _ in first }
    )
    let act: PlayerAct.Act? =
      run.map { .run($0, answers: answers, inputs: values) } ?? look.map { .look($0) }
      ?? answer.map { .answer($0) }
    guard let by, let act else { return nil }
    return PlayerAct(player: by, after: after, delay: delay, thinks: thinks, act: act)
  }
}

extension Reader {
  /// Notes acts that belong to no exercise, or follow no inject of it.
  mutating func check(_ acts: [PlayerAct], against runbook: Runbook, at mark: TextMark) {
    guard !acts.isEmpty else { return }
    guard runbook.kind == .exercise else {
      note("`\(runbook.id)` is no exercise, so it has no players", fix: "Remove it.", at: mark)
      return
    }
    let injects = runbook.steps.filter { step in
      if case .operation(let call) = step.body {
        call.operation == ExerciseGraph.inject
      } else {
        false
      }
    }.map(\.id.name)
    for act in acts {
      guard let after = act.after, !injects.contains(after.name) else { continue }
      note(
        "the exercise has no inject `\(after)`",
        fix: Spelling.hint(for: after.name, among: injects, else: "Name one of its injects."),
        at: mark
      )
    }
  }
}
