/// The checks in a directory, `runbooks/checks`.
public struct CheckLibrary: Sendable {
  /// Every sound check, by group and id.
  public let checks: [CheckDefinition]
  public let problems: [RunbookProblem]
  /// Every file that was read, in the order of the paths.
  public let paths: [String]

  /// Reads every `*.yaml` in a directory; none where there is no such directory.
  public init(directory: String) {
    let folder = LibraryFolder(directory) { Self.read(path: $0) }
    checks = folder.contents.sorted { ($0.group, $0.id) < ($1.group, $1.id) }
    problems = folder.problems
    paths = folder.paths
  }

  /// Reads one check.
  public static func read(path: String) -> Reading<CheckDefinition> {
    SiteLoader.read(path: path) { reader in reader.check() }
  }

  /// Reads a text as if it stood at a path.
  public static func read(text: String, path: String) -> Reading<CheckDefinition> {
    SiteLoader.read(SourceText(file: path, bytes: Array(text.utf8))) { reader in reader.check() }
  }

  /// The problems of form and those that lint finds in the rest, in the order of the files.
  ///
  /// - Parameter runbooks: those that a check may name.
  public func problems(by linter: Linter, runbooks: Set<RunbookID>) -> [RunbookProblem] {
    let known = Set(checks.map(\.id))
    var found = problems + checks.flatMap { linter.problems(in: $0) }
    for check in checks {
      if let runbook = check.runbook, !runbooks.contains(runbook) {
        found.append(
          RunbookProblem(
            "there is no runbook `\(runbook)` to reach for",
            fix: "Name one that is there.",
            at: check.position
          )
        )
      }
      for other in check.explains where !known.contains(other) {
        found.append(
          RunbookProblem(
            "there is no check `\(other)` to explain",
            fix: "Name one that is there.",
            at: check.position
          )
        )
      }
    }
    return found.sorted()
  }

  /// The JSON Schema (2020-12) of checks, as the text of `check.schema.json`.
  public static var schema: String { CheckFields.schemaText }
}
