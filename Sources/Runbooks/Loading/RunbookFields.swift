/// The field table of a runbook.
enum RunbookFields {
  static let apiVersion = Field(
    "apiVersion",
    .constant("mailconsole/v1"),
    required: true,
    "The language: mailconsole/v1."
  )
  static let kind = Field(
    "kind",
    Form<Runbook.Kind>.word(Runbook.Kind.written.map { ($0.rawValue, $0) }),
    required: true,
    "The shelf: Runbook, or Wave or Ticket of the plan."
  )
  static let id = Field(
    "id",
    Form<RunbookID>.runbookID,
    required: true,
    "Never changes; the name that runs and gates use."
  )
  static let title = Field("title", .text, required: true, "What it is, in a few words.")
  static let version = Field(
    "version",
    .version,
    required: true,
    "The version of the text, e.g. 1.0.0."
  )
  static let owner = Field("owner", .role, required: true, "The role that answers for the text.")
  static let summary = Field(
    "summary",
    .text,
    required: true,
    "What it is for and when to reach for it."
  )
  static let onDisconnect = Field(
    "on_disconnect",
    Form<Runbook.Disconnection>.word([("wait", .wait), ("continue", .continue)]),
    "When the driver's terminal is lost, what runs finishes; then an attended run waits (the default) or goes on."
  )
  static let locks = Field(
    "locks",
    LockFields.form.list(atLeast: 1),
    "What no other run may work on while this one is performed; taken before the first step."
  )
  static let guardrails = Field(
    "guardrails",
    GuardrailFields.form.list(atLeast: 1),
    "Checks that are read beside the run, and pause it when one fails."
  )
  static let inputs = Field(
    "inputs",
    InputFields.declarations,
    "Values that are given when a run starts."
  )
  static let steps = Field(
    "steps",
    Form<Step>.step.list(atLeast: 1),
    required: true,
    "The steps, in reading order."
  )

  /// The most steps of one runbook.
  static let maximumSteps = 1_000

  static let table = FieldTable(
    name: "runbook",
    rows: [
      apiVersion.row, kind.row, id.row, title.row, version.row, owner.row, summary.row,
      onDisconnect.row, locks.row, guardrails.row, inputs.row, steps.row,
    ],
    later: [
      "metadata": "Write its keys (id, title, version, owner) at the top level.",
      "roles": "Roles are given to people in the site's operators.yaml.",
      "targets": "Write a step for each node.",
      "invariants": "Add check steps where the invariant must hold.",
      "readiness": "Add check steps at the beginning.",
      "policy": "Write `on_failure` at the steps and `not` at the approvals.",
      "labels": "Remove it.", "severity": "Say it in the summary.",
      "reviewed": "Remove it; the history of the file tells.",
      "review_every": "Remove it.", "defaults": "Write the values at the steps.",
    ]
  )

  /// The whole language for editors, as the text of `runbook.schema.json`.
  static var schemaText: String { table.schemaDocument(of: "runbook") }
}
