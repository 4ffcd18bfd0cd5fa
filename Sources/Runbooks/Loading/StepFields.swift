/// The field table of a step.
enum StepFields {
  // The bodies; a step has exactly one.
  static let check = Field(
    "check",
    CheckSubject.form,
    "Reads the world and judges it: a reading operation, or {run: […]}."
  )
  static let use = Field("use", Form<Check>.used, "Performs a check of runbooks/checks by its id.")
  static let operation = Field("do", .operation, "Performs an operation of the catalogue.")
  static let run = Field(
    "run",
    Form<Template>.word.list(atLeast: 1),
    "Runs a command line, one argument an element; no shell sees it."
  )
  static let manual = Field("manual", .template, "A person does this and says so.")
  static let ask = Field("ask", InputFields.declarations, "A person types these values.")
  static let approve = Field("approve", ApprovalFields.form, "A person signs off.")
  static let wait = Field(
    "wait",
    WaitFields.form,
    "Waits for a time like 10m, or until a check passes."
  )
  static let gate = Field(
    "gate",
    GateFields.form,
    "Demands that earlier evidence stands and is fresh."
  )
  static let runbook = Field(
    "runbook",
    Form<RunbookID>.runbookID,
    "Runs another runbook, as a run of its own."
  )
  static let note = Field("note", .template, "Shows text.")

  static let bodies = [
    check.row, use.row, operation.row, run.row, manual.row, ask.row, approve.row, wait.row,
    gate.row,
    runbook.row, note.row,
  ]

  // What it is.
  static let id = Field(
    "id",
    Form<StepID>.stepID,
    required: true,
    "Never changes; a rename keeps the old id in `was`."
  )
  static let was = Field("was", Form<StepID>.stepID.list(), "Ids the step had before.")
  static let title = Field("title", .text, "What is done, in a few words.")
  static let purpose = Field("purpose", .text, "Why, and what to look for.")
  static let go = Field(
    "go",
    .template,
    of: ["do", "run"],
    "What a go lets happen, with object and count: `Hold ${…} messages of ${…}`."
  )
  static let raci = Field(
    "raci",
    ResponsibilityFields.form,
    "Who does it, answers for it, is asked, is told."
  )
  static let covers = Field(
    "covers",
    Form<String>.cover.list(),
    "Tickets and exit criteria this step proves."
  )

  // When it runs, and what becomes of a failure.
  static let needs = Field(
    "needs",
    NeedFields.form.list(),
    "The steps it waits for; each succeeded unless it says more."
  )
  static let when = Field("when", .expression, "The step is skipped unless this holds.")
  static let onFailure = Field(
    "on_failure",
    Form<FailurePolicy>.cases,
    "ask a person, continue, abort, or rollback; ask unless given."
  )
  static let timeout = Field(
    "timeout",
    .duration,
    of: ["check", "use", "do", "run"],
    "How long one attempt may take."
  )
  static let retry = Field(
    "retry",
    RetryFields.form,
    of: ["check", "use", "do", "run"],
    "Further attempts after a failure."
  )

  // What belongs to some bodies.
  static let with = Field(
    "with",
    Form<Argument>.argument.named("argument"),
    of: ["check", "do", "runbook"],
    "Arguments by name."
  )
  static let pass = Field(
    "pass",
    .expression,
    of: ["check"],
    "When the check passes; sees result.NAME."
  )
  static let warn = Field(
    "warn",
    .expression,
    of: ["check"],
    "When it passes with a warning; asked if `pass` is false."
  )
  static let freshFor = Field(
    "fresh_for",
    .duration,
    of: ["check", "use", "runbook"],
    "How long the evidence may satisfy a gate, or a finished run be taken for the step."
  )
  static let exits = Field(
    "expect_exit",
    Form<Int>.integer(0...255).list(atLeast: 1),
    of: ["run"],
    "The exit statuses that count as success; 0 unless given."
  )
  static let input = Field(
    "stdin",
    .template,
    of: ["run"],
    "What the command reads from standard input; the way in for a secret."
  )
  static let outputs = Field(
    "outputs",
    OutputFields.form,
    of: ["run"],
    "Values taken from the output."
  )
  static let fields = Field(
    "fields",
    InputFields.declarations,
    of: ["manual"],
    "Values the person reports back."
  )
  static let risk = Field(
    "risk",
    Form<Risk>.cases,
    of: ["check", "use", "do", "run", "manual"],
    "read, change or destructive; must be given for `run`, may only be raised for `do`."
  )
  static let rollback = Field(
    "rollback",
    RollbackFields.form,
    of: ["do", "run", "manual", "runbook"],
    "How the step is undone."
  )
  static let reversible = Field(
    "reversible",
    ReversibleFields.form,
    of: ["do", "run", "manual", "runbook"],
    "yes, no, or {until: 4h}; yes unless given."
  )
  static let doneWhen = Field(
    "done_when",
    ProbeFields.form,
    of: ["do", "run", "manual"],
    "The probe that tells whether it is already done."
  )

  static let guardrails = Field(
    "guardrails",
    GuardrailFields.form.list(atLeast: 1),
    "Checks that are read while the step is under way or waits, and pause the run when one fails."
  )

  static let table = FieldTable(
    name: "step",
    rows: [id.row, title.row, purpose.row] + bodies + [
      with.row, pass.row, warn.row, freshFor.row, exits.row, input.row, outputs.row, fields.row,
      go.row, needs.row,
      when.row, risk.row, retry.row, timeout.row, onFailure.row, rollback.row, reversible.row,
      doneWhen.row, guardrails.row, raci.row, covers.row, was.row,
    ],
    alternatives: bodies.map(\.key),
    later: [
      "mode": "Write two steps, each with its `when`.",
      "invariants": "Add a check step where the invariant must hold.",
      "postconditions": "Add a check step that needs this one.",
      "parallel": "Steps that do not need each other may run side by side.",
      "redact": "Secrets are always redacted.",
      "env": "What is in the environment is listed in /proc; give it by `stdin`.",
      "sim": "Every operation has its own simulated twin.",
      "locks": "Write it at the top level of the runbook.",
      "targets": "Write a step for each node.",
      "kind": "The key of the body says the kind, e.g. `check:`.",
      "foreach": "Write a step for each.",
    ]
  )
}
