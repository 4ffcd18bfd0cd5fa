/// The runbooks under a directory, by id.
public struct RunbookLibrary: Sendable {
  /// Every sound runbook, in the order of the ids.
  public let runbooks: [Runbook]
  /// The problems of every file, and ids that stand in two of them.
  public let problems: [RunbookProblem]
  /// Every file that was read, in the order of the paths.
  public let paths: [String]

  /// The deepest folder that is looked into.
  private static let maximumDepth = 8

  /// The folder of the checks, which are read by ``CheckLibrary``.
  public static let checks = "checks"

  /// Reads every `*.yaml` under a directory but those of the checks, the exercises and the plan; symbolic links to folders are
  /// not followed.
  ///
  /// A file with errors keeps only itself from being used.
  public init(directory: String, loader: RunbookLoader) {
    var problems: [RunbookProblem] = []
    let paths = Self.files(in: directory, problems: &problems)
    var byID: [RunbookID: Runbook] = [:]
    for path in paths {
      let reading = loader.read(path: path)
      problems += reading.problems
      guard let runbook = reading.value else { continue }
      if let other = byID[runbook.id] {
        problems.append(
          RunbookProblem(
            "the id `\(runbook.id)` is already taken by \(other.source.path)",
            fix: "Give one of the two another id.",
            at: SourcePosition(file: path, line: 1, column: 1)
          )
        )
      } else {
        byID[runbook.id] = runbook
      }
    }
    self.paths = paths
    self.problems = problems.sorted()
    runbooks = byID.values.sorted { $0.id < $1.id }
  }

  /// The problems of form and those that lint finds in the rest, in the order of the files.
  public func problems(by linter: Linter) -> [RunbookProblem] {
    let linter = linter.knowing(runbooks)
    return (problems + runbooks.flatMap { linter.problems(in: $0) }).sorted()
  }

  /// The files that are runbooks by their names and places, in the order of the paths.
  static func files(
    in directory: String,
    problems: inout [RunbookProblem]
  ) -> [String] {
    files(in: directory, depth: 1, problems: &problems)
  }

  private static func files(
    in directory: String,
    depth: Int,
    problems: inout [RunbookProblem]
  ) -> [String] {
    guard depth <= maximumDepth else { return [] }
    var files: [String] = []
    do throws(RunbookProblem) {
      for name in try FileReading.names(in: directory) {
        let path = directory + (directory.hasSuffix("/") ? "" : "/") + name
        if depth == 1, name == PlanLoader.file { continue }
        if FileReading.isFolder(path) {
          if depth == 1, name == checks || name == ExerciseLibrary.folder { continue }
          files += Self.files(in: path, depth: depth + 1, problems: &problems)
        } else if name.hasSuffix(".yaml") || name.hasSuffix(".yml") {
          files.append(path)
        }
      }
    } catch {
      problems.append(error)
    }
    return files
  }
}
