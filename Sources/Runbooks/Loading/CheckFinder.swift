internal import Synchronization

/// Finds the checks that runbooks use, each in the nearest folder `checks` at or above the runbook.
///
/// The text that a run is pinned to has its checks beside it, and nothing above it is looked at.
/// A class because the runbooks of a library share what was read.
final class CheckFinder: Sendable {
  /// What was found of a check.
  enum Answer: Sendable {
    case found(CheckDefinition)
    /// The file is there and has errors; the first of them.
    case broken(RunbookProblem)
    /// There is no such file; the ids that there are.
    case missing(known: [String])
  }

  private let readsPinned: Bool
  private let answers = Mutex<[String: Answer]>([:])

  init(readsPinned: Bool) { self.readsPinned = readsPinned }

  /// Finds a check for the runbook in a file.
  func find(_ id: CheckID, for file: String) -> Answer {
    let folder = folder(for: file)
    let path = folder + "/\(id).yaml"
    if let known = answers.withLock({ $0[path] }) { return known }
    let answer = read(path, in: folder)
    answers.withLock { $0[path] = answer }
    return answer
  }

  private func read(_ path: String, in folder: String) -> Answer {
    guard FileReading.exists(path) else {
      let names = (try? FileReading.names(in: folder)) ?? []
      return .missing(known: names.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) })
    }
    let reading = CheckLibrary.read(path: path)
    if let definition = reading.value { return .found(definition) }
    let first = reading.problems.first { $0.severity == .error }
    return .broken(
      first
        ?? RunbookProblem(
          "it is no check",
          fix: "Look at the file.",
          at: SourcePosition(file: path, line: 1, column: 1)
        )
    )
  }

  private func folder(for file: String) -> String {
    var parts = file.split(separator: "/", omittingEmptySubsequences: false).dropLast()
    let own = Self.folder(in: parts)
    guard !readsPinned else { return own }
    for _ in 0..<Self.highest {
      let folder = Self.folder(in: parts)
      if FileReading.isFolder(folder) { return folder }
      guard parts.popLast() != nil, !parts.isEmpty || !file.hasPrefix("/") else { break }
    }
    return own
  }

  /// How far above a runbook its library may begin.
  private static let highest = 8

  private static func folder(in parts: ArraySlice<Substring>) -> String {
    (parts + [RunbookLibrary.checks[...]]).joined(separator: "/")
  }
}

extension Form where Output == Check {
  /// A check of `runbooks/checks` by its id.
  static var used: Form {
    Form(schema: Form<CheckID>.checkID.schema) { node, reader in
      Form<CheckID>.checkID.read(node, &reader).flatMap { reader.check(used: $0, at: node.mark) }
    }
  }
}

extension Reader {
  /// The check that is meant by its id; nil after noting why there is none.
  fileprivate mutating func check(used id: CheckID, at mark: TextMark) -> Check? {
    switch finder?.find(id, for: file) ?? .missing(known: []) {
    case .found(let definition):
      usedTexts[id] = CheckText(id: id, text: definition.text)
      return Check(using: definition, at: position(mark))
    case .broken(let problem):
      note(
        "the check `\(id)` cannot be used: \(problem.position): \(problem.message)",
        fix: problem.fix,
        at: mark
      )
    case .missing(let known):
      note(
        "unknown check `\(id)`",
        fix: Spelling.hint(
          for: id.name,
          among: known,
          else: known.isEmpty
            ? "Write it in the folder checks of the library." : "`mailconsole checks` lists them."
        ),
        at: mark
      )
    }
    return nil
  }
}

/// The field table of a guardrail.
enum GuardrailFields {
  static let use = Field(
    "use",
    Form<Check>.used,
    required: true,
    "The check that pauses the run when it fails, by its id."
  )
  static let every = Field(
    "every",
    .duration,
    required: true,
    "How often it is read, e.g. 2m; 5s at least."
  )

  static let table = FieldTable(name: "guardrail", rows: [use.row, every.row])
  static let form = Form<Guardrail>.object(table) { fields, reader in
    let check = reader.value(use, in: fields)
    let every = reader.value(every, in: fields)
    if let every, every < Guardrail.shortest {
      reader.note(
        "a guardrail is read every 5s at most",
        fix: "Make `every` longer: a reading costs the cluster something.",
        at: fields.mark(GuardrailFields.every)
      )
    }
    guard let check, let id = check.use?.id, let every else { return nil }
    return Guardrail(
      check: check,
      id: id,
      every: every,
      position: reader.position(fields.node.mark)
    )
  }
}

extension StepBody {
  /// How long one attempt of a check that is used may take.
  var useTimeout: Duration? {
    guard case .check(let check) = self else { return nil }
    return check.use?.timeout
  }
}
