/// The field tables of what stands inside a step.
enum CommandFields {
  static let run = Field(
    "run",
    Form<Template>.word.list(atLeast: 1),
    required: true,
    "The command line, one argument an element; no shell sees it."
  )

  static let input = Field(
    "stdin",
    .template,
    "What it reads from standard input; the way in for a secret."
  )

  /// `{run: […]}` as the subject of a check, which judges the exit status itself.
  static let table = FieldTable(name: "command", rows: [run.row, input.row])
  static let form = Form<CommandLine>.object(table) { fields, reader in
    let input = reader.value(input, in: fields)
    return reader.value(run, in: fields).map {
      CommandLine(
        arguments: $0,
        standardInput: input,
        expectedExits: [],
        position: reader.position(fields.mark(run))
      )
    }
  }
}

/// What a check reads: an operation by name, or a command.
enum CheckSubject: Sendable {
  case operation(OperationName, at: SourcePosition)
  case command(CommandLine)

  static let form = Form<CheckSubject>(schema: Form<OperationName>.operation.schema) {
    node,
    reader in
    Form<OperationName>.operation.read(node, &reader).map {
      .operation($0, at: reader.position(node.mark))
    }
  }.orMapping(CommandFields.form.map { .command($0) })

  /// The subject with the arguments that stand beside it.
  func subject(with arguments: [Named<Argument>]) -> Check.Subject {
    switch self {
    case .command(let command): .command(command)
    case .operation(let name, at: let position):
      .operation(
        OperationCall(operation: name, arguments: arguments.byName, position: position)
      )
    }
  }
}

extension Reader {
  /// Notes arguments that stand beside a command, which has none by name.
  mutating func refuseArguments(
    of subject: CheckSubject?,
    _ fields: Fields,
    _ with: Field<[Named<Argument>]>
  ) {
    guard case .command = subject, fields.has(with) else { return }
    note(
      "a command has no arguments by name",
      fix: "Write them in `run`.",
      at: fields.mark(with)
    )
  }
}

/// A check inside another body: `done_when`, or the condition of a wait.
enum ProbeFields {
  static let check = Field(
    "check",
    CheckSubject.form,
    "What is read: an operation, or {run: […]}."
  )
  static let use = Field("use", Form<Check>.used, "A check of runbooks/checks by its id.")
  static let with = Field(
    "with",
    Form<Argument>.argument.named("argument"),
    of: ["check"],
    "The operation's arguments."
  )
  static let pass = Field(
    "pass",
    .expression,
    of: ["check"],
    "When it holds; sees the result as result.NAME."
  )

  static let table = FieldTable(
    name: "probe",
    rows: [check.row, use.row, with.row, pass.row],
    alternatives: ["check", "use"]
  )
  static let form = Form<Check>.object(table) { fields, reader in
    let used = reader.value(use, in: fields)
    let subject = reader.value(check, in: fields)
    let arguments = reader.value(with, in: fields)
    let pass = reader.value(pass, in: fields)
    if fields.has(check), !fields.has(ProbeFields.pass) {
      reader.note(
        "the probe has no `pass`",
        fix: "Add `pass`: \(ProbeFields.pass.row.help)",
        at: fields.node.mark
      )
    }
    reader.refuseArguments(of: subject, fields, with)
    if let used { return used }
    guard let subject, let pass else { return nil }
    return Check(subject: subject.subject(with: arguments ?? []), pass: pass)
  }
}

/// How a step is undone.
enum RollbackFields {
  static let operation = Field("do", .operation, "The operation that undoes it.")
  static let run = Field(
    "run",
    Form<Template>.word.list(atLeast: 1),
    "The command line that undoes it."
  )
  static let manual = Field("manual", .template, "What a person does to undo it.")
  static let with = Field(
    "with",
    Form<Argument>.argument.named("argument"),
    of: ["do"],
    "The operation's arguments."
  )
  static let exits = Field(
    "expect_exit",
    Form<Int>.integer(0...255).list(atLeast: 1),
    of: ["run"],
    "The exit statuses that count as success; 0 unless given."
  )

  static let table = FieldTable(
    name: "rollback",
    rows: [operation.row, run.row, manual.row, with.row, exits.row],
    alternatives: ["do", "run", "manual"],
    later: ["runbook": "Write the steps of the rollback as steps of this runbook."]
  )
  static let form = Form<Action>.object(table) { fields, reader in
    let name = reader.value(operation, in: fields)
    let arguments = reader.value(with, in: fields)
    let words = reader.value(run, in: fields)
    let exits = reader.value(exits, in: fields)
    let text = reader.value(manual, in: fields)
    if let name {
      return .operation(
        OperationCall(
          operation: name,
          arguments: (arguments ?? []).byName,
          position: reader.position(fields.mark(operation))
        )
      )
    }
    if let words {
      return .command(
        CommandLine(
          arguments: words,
          expectedExits: exits ?? [0],
          position: reader.position(fields.mark(run))
        )
      )
    }
    return text.map { .manual(ManualTask(instructions: $0)) }
  }
}

/// A sign-off.
enum ApprovalFields {
  static let roles = Field(
    "of",
    Form<Role>.role.list(atLeast: 1),
    required: true,
    "The roles any of which may approve."
  )
  static let count = Field(
    "count",
    .integer(1...10),
    "How many different people must approve; 1 unless given."
  )
  static let order = Field(
    "order",
    Form<Bool>.word([("any", false), ("sequence", true)]),
    "Whether the roles sign in any order or in the sequence of `of`, one each; any unless given."
  )
  static let statement = Field(
    "statement",
    .template,
    required: true,
    "What the person agrees to, in full."
  )
  static let evidence = Field(
    "evidence",
    Form<StepID>.stepID.list(),
    "The steps whose evidence is shown and bound."
  )
  static let not = Field(
    "not",
    Form<StepID>.stepID.list(),
    "The steps whose performers may not approve."
  )
  static let expires = Field("expires", .duration, "How long the request stands.")
  static let onReject = Field(
    "on_reject",
    Form<Approval.Rejection>.word([("abort", .abort)]).orMapping(rewind),
    "What a rejection does: abort, or {rewind: step}; abort unless given."
  )
  static let confirm = Field(
    "confirm",
    .template,
    "What must be typed to approve."
  )
  static let alone = Field(
    "alone",
    .text,
    "Why one person may do the work and approve what destroys; it is shown with the request."
  )

  private static let target = Field(
    "rewind",
    Form<StepID>.stepID,
    required: true,
    "The step the run goes back to."
  )
  private static let rewind = Form<Approval.Rejection>.object(
    FieldTable(name: "rejection", rows: [target.row])
  ) { fields, reader in reader.value(target, in: fields).map { .rewind(to: $0) } }

  static let table = FieldTable(
    name: "approval",
    rows: [
      roles.row, count.row, order.row, statement.row, evidence.row, not.row, expires.row,
      onReject.row,
      confirm.row, alone.row,
    ],
    later: [
      "sign": "Every approval is signed with the operator's SSH key.",
      "comment": "A comment can always be given.",
    ]
  )
  static let form = Form<Approval>.object(table) { fields, reader in
    let roles = reader.value(roles, in: fields)
    let count = reader.value(count, in: fields)
    let order = reader.value(order, in: fields) ?? false
    let statement = reader.value(statement, in: fields)
    let evidence = reader.value(evidence, in: fields)
    let not = reader.value(not, in: fields)
    let expires = reader.value(expires, in: fields)
    let onReject = reader.value(onReject, in: fields)
    let confirm = reader.value(confirm, in: fields)
    let alone = reader.value(alone, in: fields)
    guard let roles, let statement else { return nil }
    return Approval(
      roles: roles,
      count: count ?? (order ? roles.count : 1),
      isInOrder: order,
      statement: statement,
      evidence: evidence ?? [],
      notPerformersOf: not ?? [],
      expires: expires,
      onReject: onReject ?? .abort,
      confirmByTyping: confirm,
      alone: alone
    )
  }
}

/// A pause.
enum WaitFields {
  static let until = Field(
    "until",
    ProbeFields.form,
    required: true,
    "The check that ends the wait."
  )
  static let every = Field("every", .duration, required: true, "How often it is asked.")
  static let atMost = Field(
    "at_most",
    .duration,
    required: true,
    "How long at most; then the step fails."
  )

  static let table = FieldTable(name: "wait", rows: [until.row, every.row, atMost.row])

  /// A duration, or a text that will be one.
  static let span = Form<Wait>(schema: ["type": "string", "minLength": 2]) { node, reader in
    guard let template = Form<Template>.template.read(node, &reader) else { return nil }
    if let text = template.literal, DurationText.parse(text) == nil {
      reader.note(
        "`\(text.excerpt)` is not a duration",
        fix: "Write it like 90s, 10m, 1h30m or 7d.",
        at: node.mark
      )
      return nil
    }
    return .span(template)
  }
  static let form = span.orMapping(
    Form<Wait>.object(table) { fields, reader in
      let check = reader.value(until, in: fields)
      let every = reader.value(every, in: fields)
      let atMost = reader.value(atMost, in: fields)
      guard let check, let every, let atMost else { return nil }
      if every > atMost {
        reader.note(
          "it would be asked only once",
          fix: "Make `every` shorter than `at_most`.",
          at: fields.mark(WaitFields.every)
        )
      }
      return .until(check, every: every, atMost: atMost)
    }
  )
}

/// A gate.
enum GateFields {
  static let requires = Field(
    "requires",
    Form<StepID>.stepID.list(atLeast: 1),
    "The checks and approvals whose evidence must stand."
  )
  static let use = Field(
    "use",
    Form<Check>.used.list(atLeast: 1),
    "Checks of runbooks/checks that the gate performs; each must pass or warn."
  )
  static let freshFor = Field("fresh_for", .duration, "The oldest evidence that is accepted.")

  static let table = FieldTable(name: "gate", rows: [requires.row, use.row, freshFor.row])
  static let form = Form<Gate>.object(table) { fields, reader in
    let requires = reader.value(requires, in: fields)
    let checks = reader.value(use, in: fields)
    let freshFor = reader.value(freshFor, in: fields)
    guard fields.has(GateFields.requires) || fields.has(use) else {
      reader.note(
        "the gate demands nothing",
        fix: "Give `requires`, `use`, or both.",
        at: fields.node.mark
      )
      return nil
    }
    return Gate(requires: requires ?? [], checks: checks ?? [], freshFor: freshFor)
  }
}

extension [Named<Argument>] {
  /// As a dictionary; the reader has refused duplicate keys.
  var byName: [String: Argument] {
    Dictionary(map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
  }
}
