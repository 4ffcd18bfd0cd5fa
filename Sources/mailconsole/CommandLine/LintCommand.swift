internal import ArgumentParser
internal import ClusterOps
internal import Foundation
internal import Runbooks

/// `mailconsole lint [PATH…]`
struct LintCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lint",
    abstract: "Check runbooks (form, graph, types, risks), the plan, and sites.",
    discussion: """
      Prints one line a problem, `file:line:column: error: what is wrong. How to mend it`, and
      ends with 1 if there is an error. Without paths the shipped runbooks are checked.

      A directory's plan.yaml is held against the runbooks and checks beside it; what nothing \
      proves yet is counted in one warning.
      """
  )

  @ArgumentParser.Argument(help: "Runbook files, directories of them, or sites.")
  var paths: [String] = []

  @Flag(help: "Print the problems as JSON.")
  var json = false

  func run() throws {
    try Command.run { () throws(CommandFailure) in
      let catalogue = OperationCatalogue.standard()
      let loader = RunbookLoader(operations: catalogue.declarations)
      let linter = Linter(operations: catalogue.declarations, vantages: vantages)
      var problems: [RunbookProblem] = []
      var count = 0
      for path in paths.isEmpty ? [try ShareDirectory.locate().runbooks] : paths {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
          throw CommandFailure(.noInput, "There is no file or directory \(path).")
        }
        if isDirectory.boolValue, FileManager.default.fileExists(atPath: path + "/site.yaml") {
          problems += SiteLoader.read(directory: path).problems
          count += 1
        } else if isDirectory.boolValue {
          let library = RunbookLibrary(directory: path, loader: loader)
          let checks = CheckLibrary(directory: path + "/" + RunbookLibrary.checks)
          let exercises = ExerciseLibrary(directory: path + "/" + ExerciseLibrary.folder)
          problems += library.problems(by: linter)
          problems += checks.problems(by: linter, for: library.runbooks)
          problems += exercises.problems(
            by: linter,
            runbooks: library.runbooks,
            checks: Set(checks.checks.map(\.id))
          )
          count += library.paths.count + checks.paths.count + exercises.paths.count
          let plan = PlanLint.problems(
            library: path,
            runbooks: library,
            checks: checks,
            exercises: exercises
          )
          problems += plan ?? []
          count += plan == nil ? 0 : 1
        } else if URL(fileURLWithPath: path).lastPathComponent == PlanLoader.file {
          problems += Self.problems(ofPlan: path, loader)
          count += 1
        } else {
          let reading = loader.read(path: path)
          problems += reading.problems + (reading.value.map { linter.problems(in: $0) } ?? [])
          count += 1
        }
      }
      report(problems.sorted(), in: count)
      return problems.contains { $0.severity == .error } ? .findings : .done
    }
  }

  /// The problems of a plan that is named alone: it is held against the library it stands in, whose
  /// own problems are left out.
  private static func problems(ofPlan path: String, _ loader: RunbookLoader) -> [RunbookProblem] {
    let directory = URL(fileURLWithPath: path).deletingLastPathComponent().relativePath
    let library = RunbookLibrary(directory: directory, loader: loader)
    let checks = CheckLibrary(directory: directory + "/" + RunbookLibrary.checks)
    let exercises = ExerciseLibrary(directory: directory + "/" + ExerciseLibrary.folder)
    let problems = PlanLint.problems(
      library: directory,
      runbooks: library,
      checks: checks,
      exercises: exercises
    )
    return (problems ?? [])
      .filter { $0.position.file == directory + "/" + PlanLoader.file }
  }

  /// The vantages of the sites among the paths; nil where there is no site.
  private var vantages: Set<String>? {
    let sites = paths.filter { FileManager.default.fileExists(atPath: $0 + "/site.yaml") }
      .compactMap { SiteLoader.read(directory: $0).value }
    return sites.isEmpty ? nil : Set(sites.flatMap(\.vantages).map(\.name))
  }

  private func report(_ problems: [RunbookProblem], in count: Int) {
    if json {
      Output.raw(JSONText.problems(problems))
      return
    }
    for problem in problems { Output.line(problem.description) }
    let files = count == 1 ? "1 file" : "\(count) files"
    Output.line(
      problems.isEmpty ? "\(files), nothing found" : "\(files), \(problems.count) problems"
    )
  }
}
