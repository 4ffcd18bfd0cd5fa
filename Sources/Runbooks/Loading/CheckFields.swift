/// The field table of a check, `runbooks/checks/ID.yaml`.
enum CheckFields {
  static let kind = Field("kind", .constant("Check"), required: true, "Check.")
  static let id = Field(
    "id",
    Form<CheckID>.checkID,
    required: true,
    "Never changes; the name of the file without .yaml."
  )
  static let title = Field("title", .text, required: true, "What is asked, in a few words.")
  static let group = Field("group", .slug, required: true, "What it belongs to, e.g. queue.")
  static let check = Field(
    "check",
    CheckSubject.form,
    required: true,
    "What is read: an operation, or {run: […]}."
  )
  static let with = Field(
    "with",
    Form<Argument>.argument.named("argument"),
    "The operation's arguments."
  )
  static let pass = Field(
    "pass",
    .expression,
    required: true,
    "When it passes; sees result.NAME and site.NAME."
  )
  static let warn = Field(
    "warn",
    .expression,
    "When it passes with a warning; asked if `pass` is false."
  )
  static let remedy = Field("remedy", .text, required: true, "What to do when it fails.")
  static let runbook = Field(
    "runbook",
    Form<RunbookID>.runbookID,
    "The runbook to reach for when it fails."
  )
  static let inputs = Field(
    "inputs",
    Form<Argument>.argument.named("input", like: "sender"),
    "What it fills in of the runbook's inputs, from result.NAME and site.NAME."
  )
  static let explains = Field(
    "explains",
    Form<CheckID>.checkID.list(),
    "Checks that fail because of it when it fails."
  )
  static let timeout = Field("timeout", .duration, "How long it may take; 20s unless given.")
  static let freshFor = Field(
    "fresh_for",
    .duration,
    "How long its last result may stand for it; 5m unless given."
  )

  static let table = FieldTable(
    name: "check",
    rows: [
      RunbookFields.apiVersion.row, kind.row, id.row, title.row, group.row, check.row, with.row,
      pass.row, warn.row, remedy.row, runbook.row, inputs.row, explains.row, timeout.row,
      freshFor.row,
    ],
    later: [
      "steps": "A check reads once; write a runbook for more.",
      "from": "Write it under `with`.",
      "vantage": "Write `from` under `with`.",
    ]
  )

  /// The language of checks for editors, as the text of `check.schema.json`.
  static var schemaText: String { table.schemaDocument(of: "check") }
}

extension Form where Output == CheckID {
  /// The id of a check, written as that of a runbook is.
  static var checkID: Form {
    Form(schema: Form<RunbookID>.runbookID.schema) { node, reader in
      Form<RunbookID>.runbookID.read(node, &reader).map { CheckID($0.name) }
    }
  }
}

extension Reader {
  /// Reads a check that stands alone in its file.
  mutating func check() -> CheckDefinition? {
    typealias Keys = CheckFields
    guard let fields = fields(of: document.root, in: Keys.table) else { return nil }
    _ = value(RunbookFields.apiVersion, in: fields)
    _ = value(Keys.kind, in: fields)
    let id = value(Keys.id, in: fields)
    let title = value(Keys.title, in: fields)
    let group = value(Keys.group, in: fields)
    let subject = value(Keys.check, in: fields)
    let arguments = value(Keys.with, in: fields) ?? []
    let pass = value(Keys.pass, in: fields)
    let warn = value(Keys.warn, in: fields)
    let remedy = value(Keys.remedy, in: fields)
    let runbook = value(Keys.runbook, in: fields)
    let inputs = value(Keys.inputs, in: fields) ?? []
    let explains = value(Keys.explains, in: fields) ?? []
    let timeout = value(Keys.timeout, in: fields) ?? .seconds(20)
    let freshFor = value(Keys.freshFor, in: fields) ?? .seconds(300)
    refuseArguments(of: subject, fields, Keys.with)
    guard let id, let title, let group, let subject, let pass, let remedy else { return nil }
    let file = file.split(separator: "/").last ?? ""
    if file != "\(id).yaml" {
      note(
        "the check `\(id)` stands in \(file)",
        fix: "Name the file \(id).yaml.",
        at: fields.mark(Keys.id)
      )
    }
    return CheckDefinition(
      id: id,
      title: title,
      group: group,
      check: Check(
        subject: subject.subject(with: arguments),
        pass: pass,
        warn: warn,
        freshFor: freshFor
      ),
      remedy: remedy,
      runbook: runbook,
      inputs: inputs.byName,
      explains: explains,
      timeout: timeout,
      text: String(decoding: document.source.bytes, as: UTF8.self),
      position: position(fields.node.mark)
    )
  }
}
