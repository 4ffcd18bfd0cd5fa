/// Reads exercises from YAML, and notes everything that is wrong with them at once.
extension Reader {
  /// Reads an exercise that stands alone in its file.
  mutating func exercise() -> Exercise? {
    typealias Keys = ExerciseFields
    guard let fields = fields(of: document.root, in: Keys.table) else { return nil }
    _ = value(RunbookFields.apiVersion, in: fields)
    _ = value(Keys.kind, in: fields)
    let id = value(Keys.id, in: fields)
    let title = value(RunbookFields.title, in: fields)
    let version = value(RunbookFields.version, in: fields)
    let facilitator = value(Keys.facilitator, in: fields)
    let summary = value(Keys.summary, in: fields)
    let situation = value(Keys.situation, in: fields)
    let length = value(Keys.length, in: fields)
    let objectives = value(Keys.objectives, in: fields)
    let players = value(Keys.players, in: fields)
    let scenario = value(Keys.world, in: fields)
    let injects = value(Keys.injects, in: fields)
    let expected = value(Keys.expected, in: fields)
    let questions = value(Keys.questions, in: fields)
    guard let id, let title, let version, let facilitator, let summary, let situation, let length,
      let objectives, let players, let scenario, let injects, let expected
    else { return nil }
    let text = String(decoding: document.source.bytes, as: UTF8.self)
    let exercise = Exercise(
      id: id,
      title: title,
      version: version,
      facilitator: facilitator,
      summary: summary,
      situation: situation,
      length: length,
      objectives: objectives,
      players: players,
      scenario: scenario,
      injects: injects,
      expected: expected,
      questions: questions ?? [],
      source: RunbookSource(path: file, text: text),
      position: position(fields.node.mark)
    )
    let problems = ExerciseCheck(exercise).problems
    problems.forEach { note($0) }
    return problems.isEmpty ? exercise : nil
  }
}

/// Reads one exercise where no runbook is wanted: for those who choose, prepare and write one.
public enum ExerciseLoader {
  /// Reads a file.
  public static func read(path: String) -> Reading<Exercise> {
    SiteLoader.read(path: path) { reader in reader.exercise() }
  }

  /// Reads a text as if it stood at a path.
  public static func read(text: String, path: String) -> Reading<Exercise> {
    SiteLoader.read(SourceText(file: path, bytes: Array(text.utf8))) { reader in
      reader.exercise()
    }
  }

  /// The JSON Schema (2020-12) of exercises, as the text of `exercise.schema.json`.
  public static var schema: String { ExerciseFields.schemaText }
}
