/// The field tables of an expected action and of what it is recognised by.
enum ExpectationFields {
  static let id = Field("id", Form<StepID>.stepID, required: true, "Never changes.")
  static let title = Field("title", .text, required: true, "What is done, in a few words.")
  static let after = Field(
    "after",
    Form<StepID>.stepID,
    "The inject it answers; the beginning unless given."
  )
  static let within = Field(
    "within",
    .duration,
    required: true,
    "How long it may take from there, in time of the world."
  )
  static let critical = Field(
    "critical",
    .boolean,
    "Whether the objective fails without it; false unless given."
  )
  static let objective = Field(
    "objective",
    Form<StepID>.stepID,
    required: true,
    "The objective it belongs to."
  )
  static let seen = Field(
    "seen",
    SignFields.form.list(atLeast: 1),
    "What it is recognised by; the first of them counts."
  )
  static let never = Field(
    "never",
    SignFields.form.list(atLeast: 1),
    "What must not be done within that time."
  )
  static let judged = Field(
    "judged",
    Form<Bool>.word([("facilitator", true)]),
    "facilitator: a person says whether it was done."
  )
  static let hint = Field("hint", .text, "What the facilitator may say when time runs out.")

  static let table = FieldTable(
    name: "expected action",
    rows: [
      id.row, title.row, after.row, within.row, critical.row, objective.row, seen.row, never.row,
      judged.row, hint.row,
    ],
    alternatives: ["seen", "never", "judged"]
  )
  static let form = Form<Expectation>.object(table) { fields, reader in
    reader.expectation(fields)
  }
}

extension Reader {
  fileprivate mutating func expectation(_ fields: Fields) -> Expectation? {
    typealias Keys = ExpectationFields
    let id = value(Keys.id, in: fields)
    let title = value(Keys.title, in: fields)
    let after = value(Keys.after, in: fields)
    let within = value(Keys.within, in: fields)
    let isCritical = value(Keys.critical, in: fields) ?? false
    let objective = value(Keys.objective, in: fields)
    let seen = value(Keys.seen, in: fields)
    let never = value(Keys.never, in: fields)
    let judged = value(Keys.judged, in: fields)
    let hint = value(Keys.hint, in: fields)
    let judgement: Expectation.Judgement? =
      seen.map { .seen($0) } ?? never.map { .never($0) } ?? judged.map { _ in .person }
    guard let id, let title, let within, let objective, let judgement else { return nil }
    return Expectation(
      id: id,
      title: title,
      after: after,
      within: within,
      isCritical: isCritical,
      objective: objective,
      judgement: judgement,
      hint: hint,
      position: position(fields.node.mark)
    )
  }
}

/// What an expected action is recognised by: a step, a check or an answer.
enum SignFields {
  static let runbook = Field("runbook", Form<RunbookID>.runbookID, "The runbook that is played.")
  static let step = Field(
    "step",
    Form<StepID>.stepID,
    of: ["runbook"],
    "Its step that ends well; without it the beginning of the run counts."
  )
  static let gives = Field(
    "gives",
    Form<Value>.value.named("value", like: "stolen"),
    of: ["runbook"],
    "What the step has to give, e.g. {stolen: \"yes\"}."
  )
  static let check = Field("check", Form<CheckID>.checkID, "The check that somebody looks at.")
  static let answer = Field(
    "answer",
    Form<StepID>.stepID,
    "The inject whose message somebody answers."
  )

  static let table = FieldTable(
    name: "sign",
    rows: [runbook.row, step.row, gives.row, check.row, answer.row],
    alternatives: ["runbook", "check", "answer"]
  )
  static let form = Form<Expectation.Sign>.object(table) { fields, reader in
    let runbook = reader.value(runbook, in: fields)
    let step = reader.value(step, in: fields)
    let gives = reader.value(gives, in: fields)
    let check = reader.value(check, in: fields)
    let answer = reader.value(answer, in: fields)
    if let check { return .check(check) }
    if let answer { return .answer(answer) }
    guard let runbook else { return nil }
    if step == nil, fields.has(SignFields.gives) {
      reader.note(
        "only a step gives values",
        fix: "Name the step, or remove `gives`.",
        at: fields.mark(SignFields.gives)
      )
      return nil
    }
    let values = (gives ?? []).map { ($0.name, $0.value) }
    return .step(runbook, step, Dictionary(values, uniquingKeysWith: { first, _ in first }))
  }
}
