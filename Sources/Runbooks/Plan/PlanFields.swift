/// The field table of the plan, `runbooks/plan.yaml`.
enum PlanFields {
  static let kind = Field("kind", .constant("Plan"), required: true, "Plan.")
  static let title = Field("title", .text, required: true, "What the plan brings about.")
  static let roles = Field(
    "roles",
    Form<String>.text.named(
      "role",
      pattern: Names.rolePattern,
      like: "E3",
      isName: Names.isRole
    ),
    required: true,
    "Who does the work and who signs it: what each role is for."
  )
  static let waves = Field(
    "waves",
    PlanWaveFields.form.list(atLeast: 1),
    required: true,
    "The waves, in the order of their numbers."
  )
  static let exit = Field(
    "exit",
    ExitFields.form.list(atLeast: 1),
    required: true,
    "The exit criteria: what has to be true before the platform goes live."
  )

  static let table = FieldTable(
    name: "plan",
    rows: [RunbookFields.apiVersion.row, kind.row, title.row, roles.row, waves.row, exit.row],
    later: ["tickets": "Write them in their waves.", "tasks": "Write them in their waves."]
  )

  /// The language of the plan for editors, as the text of `plan.schema.json`.
  static var schemaText: String { table.schemaDocument(of: "plan") }

  // What tasks, tickets and exit criteria share.
  static let id = Field(
    "id",
    Form<PlanID>.planID,
    required: true,
    "Never changes; what runbooks name under covers."
  )
  static let name = Field("title", .text, required: true, "What it is, in a few words.")
  static let was = Field("was", .text, "What the plan says, where this departs from it.")
  static let corrections = Field(
    "corrections",
    Form<Int>.integer(1...99).list(atLeast: 1),
    "The rows of docs/plan-corrections.md that say why it departs."
  )
  static let acceptance = Field(
    "acceptance",
    Form<String>.text.list(atLeast: 1),
    required: true,
    "When it is accepted, a sentence each."
  )
  static let proof = Field(
    "proof",
    ProofFields.form.list(atLeast: 1),
    required: true,
    "What proves it: checks, runbooks, signed statements; later with the reason where nothing does yet."
  )
}

enum PlanWaveFields {
  static let number = Field(
    "wave",
    Form<Int>.integer(0...99),
    required: true,
    "The number of the wave, from 0."
  )
  static let tasks = Field(
    "tasks",
    PlanTaskFields.form.list(atLeast: 1),
    required: true,
    "The tasks of the wave."
  )
  static let tickets = Field(
    "tickets",
    PlanTicketFields.form.list(atLeast: 1),
    required: true,
    "The tickets that do them."
  )

  static let table = FieldTable(
    name: "wave",
    rows: [number.row, PlanFields.name.row, tasks.row, tickets.row]
  )
  static let form = Form<PlanWave>.object(table) { fields, reader in
    let number = reader.value(number, in: fields)
    let title = reader.value(PlanFields.name, in: fields)
    let tasks = reader.value(tasks, in: fields)
    let tickets = reader.value(tickets, in: fields)
    guard let number, let title, let tasks, let tickets else { return nil }
    return PlanWave(
      number: number,
      title: title,
      tasks: tasks,
      tickets: tickets,
      position: reader.position(fields.node.mark)
    )
  }
}

enum PlanTaskFields {
  static let owner = Field("owner", .role, required: true, "Who does it.")
  static let consulted = Field("with", Form<Role>.role.list(), "Whom the owner asks.")
  static let work = Field("work", .text, "What is to be done.")
  static let done = Field("done", .text, required: true, "When it is done.")

  static let table = FieldTable(
    name: "task",
    rows: [
      PlanFields.id.row, PlanFields.name.row, owner.row, consulted.row, work.row, done.row,
      PlanFields.was.row, PlanFields.corrections.row,
    ],
    later: ["proof": "The tickets of a task prove it; write it there."]
  )
  static let form = Form<PlanTask>.object(table) { fields, reader in
    let id = reader.value(PlanFields.id, in: fields)
    let title = reader.value(PlanFields.name, in: fields)
    let owner = reader.value(owner, in: fields)
    let consulted = reader.value(consulted, in: fields) ?? []
    let work = reader.value(work, in: fields)
    let done = reader.value(done, in: fields)
    let correction = reader.correction(in: fields)
    guard let id, let title, let owner, let done else { return nil }
    return PlanTask(
      id: id,
      title: title,
      owner: owner,
      consulted: consulted,
      work: work,
      done: done,
      correction: correction,
      position: reader.position(fields.node.mark)
    )
  }
}

enum PlanTicketFields {
  static let task = Field("task", Form<PlanID>.planReference, "The task of the wave that it does.")
  static let raci = Field("raci", RACIFields.form, required: true, "Who does it and who signs it.")
  static let inputs = Field("inputs", .text, required: true, "What it needs.")
  static let outputs = Field("outputs", .text, required: true, "What it makes.")
  static let needs = Field(
    "needs",
    Form<PlanID>.planReference.list(),
    "The tickets that have to be done before."
  )

  static let table = FieldTable(
    name: "ticket",
    rows: [
      PlanFields.id.row, PlanFields.name.row, task.row, raci.row, inputs.row, outputs.row,
      needs.row, PlanFields.acceptance.row, PlanFields.was.row, PlanFields.corrections.row,
      PlanFields.proof.row,
    ],
    later: ["owner": "Write it as R of the raci.", "estimate": "The plan has none; leave it out."]
  )
  static let form = Form<PlanTicket>.object(table) { fields, reader in
    let id = reader.value(PlanFields.id, in: fields)
    let title = reader.value(PlanFields.name, in: fields)
    let task = reader.value(task, in: fields)
    let raci = reader.value(raci, in: fields)
    let inputs = reader.value(inputs, in: fields)
    let outputs = reader.value(outputs, in: fields)
    let needs = reader.value(needs, in: fields) ?? []
    let acceptance = reader.value(PlanFields.acceptance, in: fields)
    let correction = reader.correction(in: fields)
    let proof = reader.value(PlanFields.proof, in: fields)
    guard let id, let title, let raci, let inputs, let outputs, let acceptance, let proof else {
      return nil
    }
    return PlanTicket(
      id: id,
      title: title,
      task: task,
      owner: raci.responsible,
      accountable: raci.accountable,
      consulted: raci.consulted,
      informed: raci.informed,
      inputs: inputs,
      outputs: outputs,
      needs: needs,
      acceptance: acceptance,
      correction: correction,
      proof: proof,
      position: reader.position(fields.node.mark)
    )
  }
}

enum ExitFields {
  static let tickets = Field(
    "tickets",
    Form<PlanID>.planReference.list(atLeast: 1),
    required: true,
    "The tickets that bring it about."
  )

  static let table = FieldTable(
    name: "exit criterion",
    rows: [
      PlanFields.id.row, PlanFields.name.row, PlanFields.acceptance.row, tickets.row,
      PlanFields.was.row, PlanFields.corrections.row, PlanFields.proof.row,
    ]
  )
  static let form = Form<ExitCriterion>.object(table) { fields, reader in
    let id = reader.value(PlanFields.id, in: fields)
    let title = reader.value(PlanFields.name, in: fields)
    let acceptance = reader.value(PlanFields.acceptance, in: fields)
    let tickets = reader.value(tickets, in: fields)
    let correction = reader.correction(in: fields)
    let proof = reader.value(PlanFields.proof, in: fields)
    guard let id, let title, let acceptance, let tickets, let proof else { return nil }
    return ExitCriterion(
      id: id,
      title: title,
      acceptance: acceptance,
      tickets: tickets,
      correction: correction,
      proof: proof,
      position: reader.position(fields.node.mark)
    )
  }
}

/// The field table of a ticket's RACI: both who does it and who signs it must be there, one each.
enum RACIFields {
  static let responsible = Field(
    "R",
    Form<Role>.oneRole("responsible", fix: "Name whoever does it; the others are consulted."),
    required: true,
    "Who does it, one role."
  )
  static let accountable = Field(
    "A",
    Form<Role>.oneRole("accountable", fix: "Name whoever signs that it is done."),
    required: true,
    "Who signs that it is done, one role and never R."
  )
  static let consulted = Field("C", Form<Role>.role.list(), "Whom to ask before.")
  static let informed = Field("I", Form<Role>.role.list(), "Whom to tell after.")

  static let table = FieldTable(
    name: "raci",
    rows: [responsible.row, accountable.row, consulted.row, informed.row]
  )
  static let form = Form<Draft>.object(table) { fields, reader in
    let responsible = reader.value(responsible, in: fields)
    let accountable = reader.value(accountable, in: fields)
    let consulted = reader.value(consulted, in: fields) ?? []
    let informed = reader.value(informed, in: fields) ?? []
    guard let responsible, let accountable else { return nil }
    if responsible == accountable {
      reader.note(
        "\(accountable) would sign for their own work",
        fix: "Make another role accountable.",
        at: fields.mark(RACIFields.accountable)
      )
    }
    return Draft(
      responsible: responsible,
      accountable: accountable,
      consulted: consulted,
      informed: informed
    )
  }

  struct Draft: Sendable {
    let responsible: Role
    let accountable: Role
    let consulted: [Role]
    let informed: [Role]
  }
}

/// The field table of one proof.
enum ProofFields {
  static let check = Field("check", Form<CheckID>.checkID, "A check that passes.")
  static let runbook = Field(
    "runbook",
    Form<RunbookID>.runbookID,
    "A runbook whose run ended well."
  )
  static let step = Field(
    "step",
    Form<StepID>.stepID,
    of: ["runbook"],
    "The one step of the runbook that proves it."
  )
  static let exercise = Field(
    "exercise",
    Form<String>.slug.map { ExerciseID($0) },
    "An exercise that was played to its end, in the site's simulated world."
  )
  static let signed = Field("signed", .role, "Who signs the statement.")
  static let statement = Field("statement", .text, of: ["signed"], "What is signed, a sentence.")
  static let later = Field("later", .text, "Why nothing that is shipped proves it yet.")

  static let table = FieldTable(
    name: "proof",
    rows: [check.row, runbook.row, step.row, exercise.row, signed.row, statement.row, later.row],
    alternatives: ["check", "runbook", "exercise", "signed", "later"]
  )
  static let form = Form<Proof>.object(table) { fields, reader in
    let check = reader.value(check, in: fields)
    let runbook = reader.value(runbook, in: fields)
    let step = reader.value(step, in: fields)
    let exercise = reader.value(exercise, in: fields)
    let signed = reader.value(signed, in: fields)
    let statement = reader.value(statement, in: fields)
    let later = reader.value(later, in: fields)
    if fields.has(ProofFields.signed), !fields.has(ProofFields.statement) {
      reader.note(
        "nothing says what is signed",
        fix: "Add `statement`: the sentence that the signature stands for.",
        at: fields.node.mark
      )
    }
    let evidence: Proof.Evidence?
    if let check {
      evidence = .check(check)
    } else if let runbook {
      evidence = .runbook(runbook, step: step)
    } else if let exercise {
      evidence = .exercise(exercise)
    } else if let signed, let statement {
      evidence = .signed(signed, statement: statement)
    } else {
      evidence = later.map { Proof.Evidence.later(reason: $0) }
    }
    return evidence.map { Proof(evidence: $0, position: reader.position(fields.node.mark)) }
  }
}

extension Form where Output == PlanID {
  /// The id of a task, a ticket or an exit criterion.
  static var planID: Form { Form<String>.cover.map { PlanID($0) } }

  /// The same where it means one that is declared elsewhere.
  static var planReference: Form<PlanReference> {
    Form<PlanReference>(schema: planID.schema) { node, reader in
      planID.read(node, &reader).map { PlanReference(id: $0, position: reader.position(node.mark)) }
    }
  }
}

extension Form where Output == Role {
  /// A role where exactly one may stand.
  fileprivate static func oneRole(_ what: String, fix: String) -> Form {
    Form(schema: role.schema) { node, reader in
      guard case .sequence(let nodes) = node.content else { return role.read(node, &reader) }
      reader.note(
        nodes.isEmpty ? "nobody is \(what)" : "one role is \(what), this is a list",
        fix: fix,
        at: node.mark
      )
      return nil
    }
  }
}

extension Reader {
  /// What the plan says and where it is told why this is otherwise; nil: it is as the plan says.
  fileprivate mutating func correction(in fields: Fields) -> PlanCorrection? {
    let was = value(PlanFields.was, in: fields)
    let rows = value(PlanFields.corrections, in: fields)
    guard fields.has(PlanFields.was) || fields.has(PlanFields.corrections) else { return nil }
    if !fields.has(PlanFields.was) || !fields.has(PlanFields.corrections) {
      note(
        "`was` and `corrections` stand together",
        fix: "Say what the plan says, and which rows of docs/plan-corrections.md tell why.",
        at: fields.has(PlanFields.was)
          ? fields.mark(PlanFields.was) : fields.mark(PlanFields.corrections)
      )
    }
    guard let was, let rows else { return nil }
    return PlanCorrection(was: was, rows: rows)
  }
}
