/// Reads an `answers.yaml` for an unattended run.
public enum AnswersLoader {
  /// Reads a file; with a runbook, also checks that its steps and inputs are there.
  public static func read(path: String, for runbook: Runbook? = nil) -> Reading<Answers> {
    SiteLoader.read(path: path) { reader in reader.answers(for: runbook) }
  }

  /// Reads a text as if it stood at a path.
  public static func read(
    text: String,
    path: String,
    for runbook: Runbook? = nil
  ) -> Reading<Answers> {
    SiteLoader.read(SourceText(file: path, bytes: Array(text.utf8))) { reader in
      reader.answers(for: runbook)
    }
  }
}

extension Reader {
  fileprivate mutating func answers(for runbook: Runbook?) -> Answers? {
    typealias Keys = AnswersFields
    guard let fields = fields(of: document.root, in: Keys.table) else { return nil }
    _ = value(RunbookFields.apiVersion, in: fields)
    _ = value(Keys.kind, in: fields)
    let person = value(Keys.person, in: fields)
    let inputs = value(Keys.inputs, in: fields) ?? []
    let steps = value(Keys.steps, in: fields) ?? []
    let nested = value(Keys.runbooks, in: fields) ?? []
    let players = value(Keys.players, in: fields) ?? []
    if let runbook {
      check(players, against: runbook, at: fields.mark(Keys.players))
      check(inputs, against: runbook.inputs, of: "`\(runbook.id)`")
      for step in steps { check(step, against: runbook) }
      let run = Set(runbook.steps.compactMap { $0.body.nested?.id.name })
      for given in nested where !run.contains(given.name) {
        note(
          "`\(runbook.id)` runs no runbook `\(given.name)`",
          fix: Spelling.hint(for: given.name, among: run.sorted(), else: "Remove it."),
          at: given.mark
        )
      }
    }
    guard let person else { return nil }
    return Answers(
      operator: person,
      inputs: Dictionary(inputs.map { ($0.name, $0.value) }, uniquingKeysWith: { a, _ in a }),
      steps: Dictionary(
        steps.map { (StepID($0.name), $0.value.answer(by: person)) },
        uniquingKeysWith: { a, _ in a }
      ),
      runbooks: Dictionary(
        nested.map { (RunbookID($0.name), $0.value) },
        uniquingKeysWith: { a, _ in a }
      ),
      players: players
    )
  }

  private mutating func check(
    _ step: Named<StepAnswerFields.StepDraft>,
    against runbook: Runbook
  ) {
    guard let found = runbook.steps.first(where: { $0.id.name == step.name }) else {
      let known = runbook.steps.map(\.id.name)
      note(
        "`\(runbook.id)` has no step `\(step.name)`",
        fix: Spelling.hint(for: step.name, among: known, else: "Remove the answer."),
        at: step.mark
      )
      return
    }
    let declared: [InputDeclaration] =
      switch found.body {
      case .ask(let declarations): declarations
      case .manual(let task): task.fields
      default: []
      }
    check(step.value.fields, against: declared, of: "step `\(found.id)`")
    let isApproval = if case .approve = found.body { true } else { false }
    if !isApproval, !step.value.approvals.isEmpty || step.value.reject != nil {
      note("step `\(found.id)` asks for no sign-off", fix: "Remove it.", at: step.mark)
    }
    guard let undo = step.value.undo else { return }
    switch found.rollback {
    case nil:
      note("step `\(found.id)` has no rollback", fix: "Remove `undo`.", at: step.mark)
    case .manual?: break
    case .operation?, .command?:
      if undo.done != nil {
        note(
          "nobody undoes step `\(found.id)` by hand",
          fix: "Remove `done`; say under `on_failure` what is done if undoing it fails.",
          at: step.mark
        )
      }
    }
  }

  private mutating func check(
    _ values: [Named<Value>],
    against declarations: [InputDeclaration],
    of owner: String
  ) {
    for given in values {
      guard let declaration = declarations.first(where: { $0.name == given.name }) else {
        note(
          "\(owner) does not ask for `\(given.name)`",
          fix: Spelling.hint(
            for: given.name,
            among: declarations.map(\.name),
            else: "Remove the value."
          ),
          at: given.mark
        )
        continue
      }
      if declaration.form == .secret {
        if AnswersLoader.secretReference(in: given.value) == nil {
          note(
            "`\(given.name)` is a secret, and an answers file holds none",
            fix: "Write where it is: {env: NAME} or {file: PATH}, a file of mode 0600.",
            at: given.mark
          )
        }
        continue
      }
      do throws(InputRefusal) {
        _ = try declaration.form.accept(given.value)
      } catch {
        note("`\(given.name)`: \(error.message)", fix: error.fix, at: given.mark)
      }
    }
  }
}

extension StepAnswerFields.StepDraft {
  /// The answers, the operator speaking where nobody is named.
  fileprivate func answer(by person: String) -> StepAnswer {
    func intervention(
      _ decision: StepAnswer.Decision?,
      _ said: StepAnswerFields.Draft,
      _ confirmedBy: String?
    ) -> StepAnswer.Intervention? {
      decision.map {
        .init(
          decision: $0,
          by: said.by ?? person,
          reason: said.text ?? "",
          confirmedBy: confirmedBy
        )
      }
    }
    func completion(_ draft: StepAnswerFields.Draft) -> StepAnswer.Done {
      .init(by: draft.by ?? person, note: draft.text ?? "")
    }
    return StepAnswer(
      fields: Dictionary(fields.map { ($0.name, $0.value) }, uniquingKeysWith: { a, _ in a }),
      approvals: approvals.map {
        .init(by: $0.by ?? person, comment: $0.text ?? "", confirm: $0.confirm)
      },
      rejection: reject.map { .init(by: $0.by ?? person, reason: $0.text ?? "") },
      done: done.map(completion),
      onFailure: intervention(onFailure, said, confirmedBy),
      onUnknown: intervention(onUnknown, said, confirmedBy),
      undo: undo.map {
        .init(
          done: $0.done.map(completion),
          onFailure: intervention($0.onFailure, $0.said, $0.confirmedBy),
          onUnknown: intervention($0.onUnknown, $0.said, $0.confirmedBy)
        )
      }
    )
  }
}
