/// The field table of an answers file.
enum AnswersFields {
  static let kind = Field("kind", .constant("Answers"), required: true, "Answers.")
  static let person = Field("operator", .person, required: true, "Who starts the run.")
  static let inputs = Field(
    "inputs",
    Form<Value>.value.named("input", like: "namespace"),
    "Values for the runbook's inputs."
  )
  static let steps = Field(
    "steps",
    StepAnswerFields.form.named(
      "step",
      pattern: Names.slugPattern,
      like: "approve-delete",
      isName: Names.isSlug
    ),
    "What is said at each step that asks."
  )

  static let runbooks = Field(
    "runbooks",
    Form<String>.text.named(
      "runbook",
      pattern: Names.slugPattern,
      like: "ms-1",
      isName: Names.isSlug
    ),
    "The answers files of runbooks that steps run; ID.yaml beside this one unless given."
  )

  static let players = Field(
    "players",
    PlayerActFields.form.list(atLeast: 1),
    "What the players of an exercise do, and when."
  )

  static let table = FieldTable(
    name: "file of answers",
    rows: [
      RunbookFields.apiVersion.row, kind.row, person.row, inputs.row, steps.row, runbooks.row,
      players.row,
    ]
  )
}

/// The field table of what is said at one step.
enum StepAnswerFields {
  static let fields = Field(
    "fields",
    Form<Value>.value.named("field", like: "ticket"),
    "Values by name."
  )
  static let approve = Field(
    "approve",
    Form<[Draft]>.oneOrMore(approval),
    "A sign-off, or a list of them."
  )
  static let reject = Field("reject", rejection, "A refusal.")
  static let done = Field("done", completion, "Manual work is done.")
  static let onFailure = Field(
    "on_failure",
    Form<StepAnswer.Decision>.cases,
    "What is decided if the step fails."
  )
  static let onUnknown = Field(
    "on_unknown",
    Form<StepAnswer.Decision>.cases,
    "What is decided if its outcome is unknown."
  )
  static let confirmedBy = Field(
    "confirmed_by",
    .person,
    "Who looked as well; an unknown outcome is settled by two."
  )
  static let undo = Field("undo", undoing, "What is said of undoing the step in a rollback.")
  static let by = Field("by", .person, "Who says it; the operator unless given.")
  static let reason = Field("reason", .text, "Why.")
  static let comment = Field("comment", .text, "What the person adds.")
  static let confirm = Field("confirm", .text, "What is typed to confirm.")
  static let note = Field("note", .text, "What was done.")

  static let table = FieldTable(
    name: "answer",
    rows: [
      fields.row, approve.row, reject.row, done.row, onFailure.row, onUnknown.row,
      confirmedBy.row, by.row, reason.row, undo.row,
    ]
  )

  /// Who said something and what; the operator stands in where nobody is named.
  struct Draft: Sendable {
    let by: String?
    var text: String?
    var confirm: String?
  }

  /// A step's answers before the operator is known.
  struct StepDraft: Sendable {
    var fields: [Named<Value>]
    var approvals: [Draft]
    var reject: Draft?
    var done: Draft?
    var onFailure: StepAnswer.Decision?
    var onUnknown: StepAnswer.Decision?
    var confirmedBy: String?
    var said: Draft
    var undo: UndoDraft?
  }

  /// The same of undoing the step.
  struct UndoDraft: Sendable {
    var done: Draft?
    var onFailure: StepAnswer.Decision?
    var onUnknown: StepAnswer.Decision?
    var confirmedBy: String?
    var said: Draft
  }

  private static let approval = Form<Draft>.object(
    FieldTable(name: "sign-off", rows: [by.row, comment.row, confirm.row])
  ) { fields, reader in
    let by = reader.value(by, in: fields)
    let comment = reader.value(comment, in: fields)
    return Draft(by: by, text: comment, confirm: reader.value(confirm, in: fields))
  }
  private static let rejection = Form<Draft>.object(
    FieldTable(name: "refusal", rows: [by.row, reason.row])
  ) { fields, reader in
    let by = reader.value(by, in: fields)
    return Draft(by: by, text: reader.value(reason, in: fields))
  }
  private static let completion = Form<Draft>.object(
    FieldTable(name: "completion", rows: [by.row, note.row])
  ) { fields, reader in
    let by = reader.value(by, in: fields)
    return Draft(by: by, text: reader.value(note, in: fields))
  }

  private static let undoing = Form<UndoDraft>.object(
    FieldTable(
      name: "undoing",
      rows: [done.row, onFailure.row, onUnknown.row, confirmedBy.row, by.row, reason.row]
    )
  ) { values, reader in
    checkInterventions(values, &reader)
    let draft = UndoDraft(
      done: reader.value(done, in: values),
      onFailure: reader.value(onFailure, in: values),
      onUnknown: reader.value(onUnknown, in: values),
      confirmedBy: reader.value(confirmedBy, in: values),
      said: Draft(by: reader.value(by, in: values), text: reader.value(reason, in: values))
    )
    if draft.onFailure == .rollBack || draft.onUnknown == .rollBack {
      reader.note(
        "what undoes a step is not rolled back",
        fix: "Say retry, skip, mark_done or abort.",
        at: values.node.mark
      )
    }
    return draft
  }

  static let form = Form<StepDraft>.object(table) { values, reader in
    let draft = StepDraft(
      fields: reader.value(fields, in: values) ?? [],
      approvals: reader.value(approve, in: values) ?? [],
      reject: reader.value(reject, in: values),
      done: reader.value(done, in: values),
      onFailure: reader.value(onFailure, in: values),
      onUnknown: reader.value(onUnknown, in: values),
      confirmedBy: reader.value(confirmedBy, in: values),
      said: Draft(by: reader.value(by, in: values), text: reader.value(reason, in: values)),
      undo: reader.value(undo, in: values)
    )
    if values.has(approve), values.has(reject) {
      reader.note(
        "the step is both approved and rejected",
        fix: "Keep one of the two.",
        at: values.node.mark
      )
    }
    checkInterventions(values, &reader)
    return draft
  }

  /// What belongs to a decision stands beside one.
  private static func checkInterventions(_ values: Reader.Fields, _ reader: inout Reader) {
    if values.has(confirmedBy), !values.has(onUnknown) {
      reader.note(
        "`confirmed_by` belongs to `on_unknown`",
        fix: "Say under `on_unknown` what the two decide.",
        at: values.node.mark
      )
    }
    let decides = values.has(onFailure) || values.has(onUnknown)
    if !decides, values.has(by) || values.has(reason) {
      reader.note(
        "`by` and `reason` belong to `on_failure` or `on_unknown`",
        fix: "Write them inside approve, reject or done.",
        at: values.node.mark
      )
    }
  }
}

extension Form {
  /// One of these, or a list of them.
  fileprivate static func oneOrMore<Element>(_ element: Form<Element>) -> Form<[Element]>
  where Output == [Element] {
    let list = element.list(atLeast: 1)
    return Form<[Element]>(schema: ["anyOf": [element.schema, list.schema]]) { node, reader in
      if case .sequence = node.content { return list.read(node, &reader) }
      return element.read(node, &reader).map { [$0] }
    }
  }
}
