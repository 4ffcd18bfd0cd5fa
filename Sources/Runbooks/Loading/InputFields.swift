/// The field table of an input, of a field of a manual task, and of a question.
enum InputFields {
  static let type = Field(
    "type",
    Form.word([
      ("string", Kind.string), ("integer", .integer), ("boolean", .boolean),
      ("duration", .duration), ("choice", .choice), ("domain", .domain), ("address", .address),
      ("mailbox", .mailbox), ("secret", .secret),
    ]),
    required: true,
    "What may be given."
  )
  static let values = Field(
    "values",
    Form<String>.text.list(atLeast: 1),
    "The words of a choice."
  )
  static let fallback = Field(
    "default",
    .argument,
    "Used when nothing is given; may refer to the site."
  )
  static let isRequired = Field(
    "required",
    .boolean,
    "Whether it must be given; true unless there is a default."
  )
  static let help = Field("help", .text, "What to give, in a line.")

  static let table = FieldTable(
    name: "declaration",
    rows: [type.row, values.row, fallback.row, isRequired.row, help.row],
    later: [
      "pattern": "Describe the form in `help`; there are types for domains, addresses, mailboxes.",
      "min": "Say the range in `help`.", "max": "Say the range in `help`.",
      "secret": "Write `type: secret`.",
    ]
  )

  /// The word of a type; a choice has its values beside it.
  enum Kind: Sendable {
    case string, integer, boolean, duration, choice, domain, address, mailbox, secret
  }

  /// Declarations by name.
  static let declarations = Form<Draft>.object(table) { fields, reader in
    reader.draft(fields)
  }.named("name", like: "namespace").map { drafts in drafts.map(\.declaration) }

  /// A declaration that does not know its name yet.
  struct Draft: Sendable {
    let form: InputDeclaration.Form
    let help: String
    let fallback: Argument?
    let isRequired: Bool
    let position: SourcePosition
  }
}

extension Named where Value == InputFields.Draft {
  fileprivate var declaration: InputDeclaration {
    InputDeclaration(
      name: name,
      form: value.form,
      help: value.help,
      fallback: value.fallback,
      isRequired: value.isRequired,
      position: value.position
    )
  }
}

extension Reader {
  fileprivate mutating func draft(_ fields: Fields) -> InputFields.Draft? {
    let kind = value(InputFields.type, in: fields)
    let words = value(InputFields.values, in: fields)
    let fallback = value(InputFields.fallback, in: fields)
    let isRequired = value(InputFields.isRequired, in: fields)
    let help = value(InputFields.help, in: fields)
    guard let kind, let form = form(kind, words, in: fields) else { return nil }
    if kind == .secret, fields.has(InputFields.fallback) {
      note(
        "a secret has no default: whoever reads the runbook would know it",
        fix: "Remove `default`; it is asked for.",
        at: fields.mark(InputFields.fallback)
      )
      return nil
    }
    if kind == .secret, isRequired == false {
      note(
        "a secret must be given: nothing could stand in its place",
        fix: "Remove `required`; it is asked for when a step needs it.",
        at: fields.mark(InputFields.isRequired)
      )
    }
    if isRequired == true, fields.has(InputFields.fallback) {
      note(
        "what has a default need not be given",
        fix: "Remove `required` or `default`.",
        at: fields.mark(InputFields.isRequired)
      )
    }
    if case .literal(let value)? = fallback {
      do throws(InputRefusal) {
        _ = try form.accept(value)
      } catch {
        note(
          "the default is no \(form.name): \(error.message)",
          fix: error.fix,
          at: fields.mark(InputFields.fallback)
        )
      }
    }
    return InputFields.Draft(
      form: form,
      help: help ?? "",
      fallback: fallback,
      isRequired: isRequired ?? !fields.has(InputFields.fallback),
      position: position(fields.node.mark)
    )
  }

  private mutating func form(
    _ kind: InputFields.Kind,
    _ words: [String]?,
    in fields: Fields
  ) -> InputDeclaration.Form? {
    if kind != .choice, fields.has(InputFields.values) {
      note(
        "only a choice has `values`",
        fix: "Write `type: choice`, or remove `values`.",
        at: fields.mark(InputFields.values)
      )
    }
    switch kind {
    case .string: return .string
    case .integer: return .integer
    case .boolean: return .boolean
    case .duration: return .duration
    case .domain: return .domainName
    case .address: return .address
    case .mailbox: return .mailbox
    case .secret: return .secret
    case .choice:
      if let words {
        if Set(words).count < words.count {
          note(
            "a choice has the same word twice",
            fix: "Remove one.",
            at: fields.mark(InputFields.values)
          )
        }
        return .choice(words)
      }
      if !fields.has(InputFields.values) {
        note("a choice needs `values`", fix: "Add `values: [a, b]`.", at: fields.node.mark)
      }
      return nil
    }
  }
}
