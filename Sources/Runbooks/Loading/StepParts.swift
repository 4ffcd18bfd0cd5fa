/// The field tables of the conditions around a step's body.
enum NeedFields {
  static let step = Field(
    "step",
    Form<StepID>.stepID,
    required: true,
    "The step this one waits for."
  )
  static let on = Field(
    "on",
    Form<Need.Ending>.cases,
    "Which end of it: succeeded unless given."
  )

  static let table = FieldTable(name: "need", rows: [step.row, on.row])
  static let form = Form<Need>(schema: Form<StepID>.stepID.schema) { node, reader in
    Form<StepID>.stepID.read(node, &reader).map {
      Need(step: $0, position: reader.position(node.mark))
    }
  }.orMapping(
    Form<Need>.object(table) { fields, reader in
      let step = reader.value(step, in: fields)
      let on = reader.value(on, in: fields)
      return step.map {
        Need(step: $0, on: on ?? .succeeded, position: reader.position(fields.node.mark))
      }
    }
  )
}

enum LockFields {
  static let name = Field("name", .slug, required: true, "What is locked, e.g. mail-queue.")
  static let scope = Field(
    "scope",
    Form<LockDeclaration.Scope>.word([
      ("cluster", .cluster), ("node", .node), ("domain", .domain),
    ]),
    required: true,
    "Of what the name is: the site's cluster, node or domain."
  )
  static let wait = Field(
    "wait",
    .duration,
    "How long to wait while another run holds it; without it the run is refused at once."
  )

  static let table = FieldTable(name: "lock", rows: [name.row, scope.row, wait.row])
  static let form = Form<LockDeclaration>.object(table) { fields, reader in
    let name = reader.value(name, in: fields)
    let scope = reader.value(scope, in: fields)
    let wait = reader.value(wait, in: fields)
    guard let name, let scope else { return nil }
    return LockDeclaration(
      name: name,
      scope: scope,
      wait: wait,
      position: reader.position(fields.node.mark)
    )
  }
}

enum RetryFields {
  static let attempts = Field(
    "attempts",
    .integer(1...100),
    required: true,
    "Attempts in all, the first included."
  )
  static let backoff = Field(
    "backoff",
    .duration,
    required: true,
    "The wait before the second attempt."
  )
  static let factor = Field(
    "factor",
    .number(1...10),
    "What each later wait is multiplied by; 1 unless given."
  )

  static let table = FieldTable(name: "retry", rows: [attempts.row, backoff.row, factor.row])
  static let form = Form<RetryPolicy>.object(table) { fields, reader in
    let attempts = reader.value(attempts, in: fields)
    let backoff = reader.value(backoff, in: fields)
    let factor = reader.value(factor, in: fields)
    guard let attempts, let backoff else { return nil }
    return RetryPolicy(attempts: attempts, backoff: backoff, factor: factor ?? 1)
  }
}

enum ReversibleFields {
  static let until = Field(
    "until",
    .duration,
    required: true,
    "How long after the step undoing still works."
  )

  /// yes, no, or {until: 4h}; true and false are understood, with a hint.
  static let form = Form<Reversibility>(schema: ["enum": ["yes", "no", true, false]]) {
    node,
    reader in
    switch node.scalar?.text {
    case "yes": return .yes
    case "no": return .no
    case "true", "false":
      let isYes = node.scalar?.text == "true"
      reader.note(
        "`\(isYes)` is understood as `\(isYes ? "yes" : "no")`",
        fix: "Write `reversible: \(isYes ? "yes" : "no")`.",
        at: node.mark,
        severity: .warning
      )
      return isYes ? .yes : .no
    default:
      reader.note(
        "yes, no or {until: …} is expected here",
        fix: "Write e.g. `reversible: {until: 4h}`.",
        at: node.mark
      )
      return nil
    }
  }.orMapping(
    Form<Reversibility>.object(FieldTable(name: "reversible", rows: [until.row])) {
      fields,
      reader in reader.value(until, in: fields).map { .until($0) }
    }
  )
}

enum ResponsibilityFields {
  static let responsible = Field("R", .role, "Who does it.")
  static let accountable = Field("A", .role, "Who answers for it.")
  static let consulted = Field("C", Form<Role>.role.list(), "Whom to ask before.")
  static let informed = Field("I", Form<Role>.role.list(), "Whom to tell after.")

  static let table = FieldTable(
    name: "raci",
    rows: [responsible.row, accountable.row, consulted.row, informed.row]
  )
  static let form = Form<Responsibility>.object(table) { fields, reader in
    let responsible = reader.value(responsible, in: fields)
    let accountable = reader.value(accountable, in: fields)
    let consulted = reader.value(consulted, in: fields)
    let informed = reader.value(informed, in: fields)
    return Responsibility(
      responsible: responsible,
      accountable: accountable,
      consulted: consulted ?? [],
      informed: informed ?? []
    )
  }
}

enum OutputFields {
  static let from = Field(
    "from",
    Form<OutputDeclaration.Origin>(
      schema: ["type": "string", "pattern": "^(stdout|exit|json:.+)$"]
    ) { node, reader in
      let text = node.scalar?.text ?? ""
      if text == "stdout" { return .standardOutput }
      if text == "exit" { return .exitStatus }
      let path = text.dropFirst("json:".count)
        .split(separator: ".", omittingEmptySubsequences: false).map(String.init)
      guard text.hasPrefix("json:"), path.allSatisfy({ !$0.isEmpty }) else {
        reader.note(
          "`\(text.excerpt)` is no place to take an output from",
          fix: "Write stdout, exit, or a path like json:status.readyReplicas.",
          at: node.mark
        )
        return nil
      }
      return .json(path: path)
    },
    required: true,
    "stdout, exit, or json:PATH with dots."
  )
  static let type = Field(
    "type",
    Form<ValueType>.word(
      [ValueType.string, .integer, .number, .boolean, .duration]
        .flatMap { [($0.description, $0), ("list of \($0)", .list($0))] }
    ),
    required: true,
    "What it is."
  )

  static let secret = Field(
    "secret",
    .boolean,
    "Whether nobody may see it; standard output is then read and not kept."
  )

  static let table = FieldTable(
    name: "output",
    rows: [from.row, type.row, secret.row],
    later: ["regex": "Let the command print JSON and take it with json:PATH."]
  )

  /// Outputs by name.
  static let form = Form<Draft>.object(table) { fields, reader in
    let origin = reader.value(from, in: fields)
    let type = reader.value(type, in: fields)
    let isSecret = reader.value(secret, in: fields) ?? false
    guard let origin, let type else { return nil }
    if isSecret, type != .string || origin == .exitStatus {
      reader.note(
        "a secret output is a string",
        fix: "Take it from stdout or json:PATH with `type: string`.",
        at: fields.mark(OutputFields.secret)
      )
      return nil
    }
    let isMistyped =
      switch origin {
      case .exitStatus: type != .integer
      case .standardOutput: type != .string
      case .json: false
      }
    if isMistyped {
      reader.note(
        "\(origin == .exitStatus ? "an exit status is an integer" : "standard output is a string")",
        fix: "Correct the type; json:PATH can give others.",
        at: fields.mark(OutputFields.type)
      )
    }
    return Draft(origin: origin, type: type, isSecret: isSecret)
  }.named("output", like: "ready")

  struct Draft: Sendable {
    let origin: OutputDeclaration.Origin
    let type: ValueType
    let isSecret: Bool
  }
}
