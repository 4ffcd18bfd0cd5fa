internal import Runbooks

/// A runbook file that cannot be used, and why.
struct UnusableRunbook: Sendable, Hashable {
  /// The path below the library.
  let file: String
  /// The errors in it, in the order of the file; never empty.
  let errors: [RunbookProblem]

  /// The files of a library that have errors of form or by lint, in the order of the paths.
  static func all(in directory: String, _ problems: [RunbookProblem]) -> [UnusableRunbook] {
    let errors = problems.filter { $0.severity == .error }
    let prefix = directory.hasSuffix("/") ? directory : directory + "/"
    return Dictionary(grouping: errors, by: \.position.file)
      .sorted { $0.key < $1.key }
      .map { path, errors in
        UnusableRunbook(
          file: path.hasPrefix(prefix) ? String(path.dropFirst(prefix.count)) : path,
          errors: errors.sorted()
        )
      }
  }

  /// The first error as a line: where, what, and how many more there are.
  var line: String {
    let first = errors[0]
    let more = errors.count == 1 ? "" : " (and \(errors.count - 1) more)"
    return "\(file):\(first.position.line):\(first.position.column): \(first.message)\(more)"
  }
}
