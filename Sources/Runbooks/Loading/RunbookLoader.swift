/// Reads runbooks from YAML, and notes everything that is wrong with them at once.
///
/// What it gives is sound in form: every id exists, nothing waits for itself,
/// every expression parses. Whether the types fit is for ``Linter``.
public struct RunbookLoader: Sendable {
  private let risks: [OperationName: Risk]
  /// Whether the texts are those of runs: what a run may do was settled when it began, so the
  /// catalogue of today has no objection.
  private let readsPinned: Bool
  private let finder: CheckFinder

  /// Takes the declarations of the catalogue, from which steps get their risk.
  ///
  /// - Parameter readsPinned: whether the texts are those that runs are pinned to.
  public init(operations: [OperationDeclaration], readsPinned: Bool = false) {
    self.readsPinned = readsPinned
    finder = CheckFinder(readsPinned: readsPinned)
    risks = Dictionary(
      operations.map { ($0.name, $0.risk) },
      uniquingKeysWith: { max($0, $1) }
    )
  }

  /// Reads a file.
  public func read(path: String) -> Reading<Runbook> {
    do throws(RunbookProblem) {
      return read(bytes: try FileReading.bytes(of: path), path: path)
    } catch {
      return Reading(nil, problems: [error])
    }
  }

  /// Reads a text as if it stood at a path.
  public func read(text: String, path: String) -> Reading<Runbook> {
    read(bytes: Array(text.utf8), path: path)
  }

  /// Reads bytes as if they stood at a path.
  public func read(bytes: [UInt8], path: String) -> Reading<Runbook> {
    var problems: [RunbookProblem] = []
    let source = SourceText(file: path, bytes: bytes)
    guard let document = YAMLDocument.read(source, problems: &problems) else {
      return Reading(nil, problems: problems)
    }
    var reader = Reader(document)
    reader.risks = risks
    reader.readsPinned = readsPinned
    reader.finder = finder
    let runbook = reader.runbook()
    problems += reader.problems
    if let runbook { problems += StepGraph(runbook).problems }
    return Reading(runbook, problems: problems)
  }
}

extension RunbookLoader {
  /// The JSON Schema (2020-12) of the language, as the text of `runbook.schema.json`.
  public static var schema: String { RunbookFields.schemaText }
}

extension Reader {
  fileprivate mutating func runbook() -> Runbook? {
    typealias Keys = RunbookFields
    if isExercise { return exercise()?.runbook }
    guard let fields = fields(of: document.root, in: Keys.table) else { return nil }
    _ = value(Keys.apiVersion, in: fields)
    let kind = value(Keys.kind, in: fields)
    let id = value(Keys.id, in: fields)
    let title = value(Keys.title, in: fields)
    let version = value(Keys.version, in: fields)
    let owner = value(Keys.owner, in: fields)
    let summary = value(Keys.summary, in: fields)
    let onDisconnect = value(Keys.onDisconnect, in: fields)
    let locks = value(Keys.locks, in: fields)
    let guardrails = value(Keys.guardrails, in: fields)
    let inputs = value(Keys.inputs, in: fields)
    let steps = value(Keys.steps, in: fields)
    if let steps, steps.count > Keys.maximumSteps {
      note(
        "there are more than \(Keys.maximumSteps) steps",
        fix: "Split the runbook.",
        at: fields.mark(Keys.steps)
      )
      return nil
    }
    guard let kind, let id, let title, let version, let owner, let summary, let steps else {
      return nil
    }
    let text = String(decoding: document.source.bytes, as: UTF8.self)
    return Runbook(
      id: id,
      kind: kind,
      title: title,
      version: version,
      owner: owner,
      summary: summary,
      onDisconnect: onDisconnect ?? .wait,
      locks: locks ?? [],
      guardrails: guardrails ?? [],
      inputs: inputs ?? [],
      steps: steps,
      source: RunbookSource(path: file, text: text, checks: Array(usedTexts.values))
    )
  }

  /// Whether the text is an exercise, which has keys of its own.
  private var isExercise: Bool {
    guard case .mapping(let entries) = document.root.content else { return false }
    let kind = entries.first { $0.key == RunbookFields.kind.row.key }?.value.scalar
    return kind?.text == Runbook.Kind.exercise.rawValue
  }
}
