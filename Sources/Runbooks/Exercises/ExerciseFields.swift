/// The field tables of an exercise, `runbooks/exercises/ID.yaml`.
enum ExerciseFields {
  static let kind = Field("kind", .constant("Exercise"), required: true, "Exercise.")
  static let id = Field(
    "id",
    Form<String>.slug.map { ExerciseID($0) },
    required: true,
    "Never changes; the name of the file without .yaml."
  )
  static let facilitator = Field("facilitator", .role, required: true, "The role that leads it.")
  static let summary = Field(
    "summary",
    .text,
    required: true,
    "What it trains and whom; facilitators read it, players do not."
  )
  static let situation = Field(
    "situation",
    .text,
    required: true,
    "What players are told before it begins."
  )
  static let length = Field(
    "length",
    .duration,
    required: true,
    "How long it takes at most, in time of the world, e.g. 40m."
  )
  static let objectives = Field(
    "objectives",
    ObjectiveFields.form.list(atLeast: 1),
    required: true,
    "What it wants to see; each is rated."
  )
  static let players = Field(
    "players",
    PlayerFields.form.list(atLeast: 1),
    required: true,
    "The places at the table, a role each."
  )
  static let world = Field(
    "world",
    WorldFields.form,
    required: true,
    "Where the simulated world begins, beyond the site's scenario."
  )
  static let injects = Field(
    "injects",
    InjectFields.form.list(atLeast: 1),
    required: true,
    "What happens, in reading order."
  )
  static let expected = Field(
    "expected",
    ExpectationFields.form.list(atLeast: 1),
    required: true,
    "What players should do, and what they should leave alone."
  )
  static let questions = Field(
    "questions",
    Form<String>.text.list(),
    "What is asked in the debriefing, beside what went well and what did not."
  )

  static let table = FieldTable(
    name: "exercise",
    rows: [
      RunbookFields.apiVersion.row, kind.row, id.row, RunbookFields.title.row,
      RunbookFields.version.row, facilitator.row, summary.row, situation.row, length.row,
      objectives.row, players.row, world.row, injects.row, expected.row, questions.row,
    ],
    later: [
      "steps": "Write `injects` and `expected`; the steps are made of them.",
      "owner": "Write `facilitator`.",
      "seed": "Write it under `world`.",
    ]
  )

  /// The language of exercises for editors, as the text of `exercise.schema.json`.
  static var schemaText: String { table.schemaDocument(of: "exercise") }
}

enum ObjectiveFields {
  static let id = Field("id", Form<StepID>.stepID, required: true, "Never changes.")
  static let text = Field("text", .text, required: true, "What is to be seen, in a sentence.")

  static let table = FieldTable(name: "objective", rows: [id.row, text.row])
  static let form = Form<Objective>.object(table) { fields, reader in
    let id = reader.value(id, in: fields)
    let text = reader.value(text, in: fields)
    guard let id, let text else { return nil }
    return Objective(id: id, text: text, position: reader.position(fields.node.mark))
  }
}

enum PlayerFields {
  static let role = Field("role", .role, required: true, "The role of the RACI, e.g. E4.")
  static let part = Field("part", .text, required: true, "Who they are, e.g. on call for mail.")

  static let table = FieldTable(name: "player", rows: [role.row, part.row])
  static let form = Form<Player>.object(table) { fields, reader in
    let role = reader.value(role, in: fields)
    let part = reader.value(part, in: fields)
    guard let role, let part else { return nil }
    return Player(role: role, part: part, position: reader.position(fields.node.mark))
  }
}

enum WorldFields {
  static let seed = Field(
    "seed",
    .integer(0...Int.max),
    required: true,
    "The same seed and the same acts give the same world."
  )
  static let start = Field(
    "start",
    Form<Int>.timestamp,
    required: true,
    "The moment it begins, in UTC."
  )
  static let state = Field(
    "state",
    Form<MergePatch>.patch,
    "What is laid over the state of the site's scenario; null takes away."
  )

  static let table = FieldTable(name: "world", rows: [seed.row, start.row, state.row])
  static let form = Form<ExerciseScenario>.object(table) { fields, reader in
    let seed = reader.value(seed, in: fields)
    let start = reader.value(start, in: fields)
    let state = reader.value(state, in: fields)
    guard let seed, let start else { return nil }
    return ExerciseScenario(seed: seed, start: start, patch: state ?? .fields([:]))
  }
}

extension Form where Output == MergePatch {
  /// A mapping that is merged into a state; null takes a key away.
  static var patch: Form {
    Form(schema: ["type": "object"]) { node, reader in
      guard case .mapping = node.content else {
        reader.note(
          "a mapping of facets is expected here, this is \(node.kind)",
          fix: "Write it like `postfix: …`.",
          at: node.mark
        )
        return nil
      }
      return reader.patch(node)
    }
  }
}

extension Reader {
  fileprivate mutating func patch(_ node: YAMLNode) -> MergePatch? {
    switch node.content {
    case .scalar(let scalar):
      return scalar.isNull ? .gone : coreValue(scalar, at: node.mark).map(MergePatch.value)
    case .sequence: return Form<Value>.value.read(node, &self).map(MergePatch.value)
    case .mapping(let entries):
      var fields: [String: MergePatch] = [:]
      for entry in entries { fields[entry.key] = patch(entry.value) }
      return fields.count == entries.count ? .fields(fields) : nil
    }
  }
}
