import Foundation
import TestSupport
import Testing

/// The shipped exercises, played unattended by those who do what they should and by those who do not.
@Suite("An exercise that is played unattended") struct ExerciseCommandTests {
  /// The exercises, by the files that play them well.
  static let shipped: [String] = {
    let folder = ConsoleBinary(state: "/nonexistent").root + "/runbooks/exercises"
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return files.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted()
  }()

  /// All are played badly too where there is time for it.
  static let poorly =
    ProcessInfo.processInfo.environment["MAILCONSOLE_EXERCISES"] == "all"
    ? shipped : ["clamav-down"]

  private func play(
    _ exercise: String,
    _ file: String,
    _ console: ConsoleBinary
  ) throws -> Program.Result {
    try console.run(
      "exercise",
      exercise,
      "--solo",
      "--answers",
      "\(console.root)/sites/tabletop/answers/exercises/\(file).yaml"
    )
  }

  private func ratings(_ result: Program.Result) -> [Character] {
    result.output.split(separator: "\n").compactMap { line in
      line.dropFirst().hasPrefix("  ") && "PSMU?".contains(line.first ?? " ") ? line.first : nil
    }
  }

  @Test("with the right answers comes to a P or S for every objective", arguments: shipped)
  func wellPlayed(exercise: String) throws {
    let console = try Places().console
    let result = try play(exercise, exercise, console)
    #expect(result.status == 0, "\(result.output.suffix(4_000))\(result.errors)")
    let ratings = ratings(result)
    #expect(!ratings.isEmpty && ratings.allSatisfy { $0 == "P" || $0 == "S" }, "\(ratings)")
    #expect(ratings.contains("P"))
    let verified = try console.run("verify", "--all")
    #expect(verified.status == 0, "\(verified.output)")
  }

  @Test("with wrong ones comes to an M or U, and says so by its status", arguments: poorly)
  func poorlyPlayed(exercise: String) throws {
    let result = try play(exercise, exercise + "-poor", try Places().console)
    #expect(result.status == 1, "\(result.output.suffix(4_000))\(result.errors)")
    #expect(ratings(result).contains { $0 == "M" || $0 == "U" })
  }

  @Test("the same seed and the same answers give the same exercise, and its report tells it")
  func repeats() throws {
    func lines() throws -> (told: [Substring], report: String) {
      let console = try Places().console
      let result = try play("template", "template", console)
      struct Row: Decodable { let run: String, runbook: String }
      let rows = try JSONDecoder().decode(
        [Row].self,
        from: Data(try console.run("runs", "--json").output.utf8)
      )
      let name = try #require(rows.first { $0.runbook == "exercise-template" }?.run)
      let report = try console.run("export", name, "--format", "markdown")
      #expect(report.status == 0, "\(report.errors)")
      // Names of runs have chance in them.
      let told = result.output.split(separator: "\n").filter { $0.hasPrefix("     ") }
        .map { $0.prefix { $0 != "(" } }
      return (told, report.output)
    }
    let first = try lines()
    #expect(!first.told.isEmpty)
    #expect(try lines().told == first.told)
    for heading in [
      "# After-action report", "## In short", "## Objectives", "## Expected and done",
      "## Improvement plan", "## Timeline", "## Attendance", "## The records behind this",
    ] { #expect(first.report.contains(heading)) }
  }

  @Test("an exercise that is not there, or that nobody could play, is refused in words")
  func refusals() throws {
    let console = try Places().console
    let unknown = try console.run("exercise", "fridaynight", "--solo", "--answers", "/nonexistent")
    #expect(unknown.status == 66 && unknown.errors.contains("Did you mean friday-night?"))
    let alone = try console.run("exercise", "friday-night", "--solo")
    #expect(alone.status == 64 && alone.errors.contains("--answers"))
  }

  @Test("the list says when each was played, and which runbooks nobody has exercised for 90 days")
  func rot() throws {
    let console = try Places().console
    let before = try console.run("exercise")
    #expect(before.status == 0)
    #expect(
      Self.shipped.allSatisfy { before.output.contains("\n\($0)") || before.output.hasPrefix($0) }
    )
    #expect(before.output.contains("scanner-down") && !before.output.contains(" ago"))
    _ = try play("clamav-down", "clamav-down", console)
    let lines = try console.run("exercise").output.split(separator: "\n")
    #expect(lines.first { $0.hasPrefix("clamav-down") }?.contains(" ago") == true)
    #expect(lines.first { $0.hasPrefix("friday-night") }?.contains("played never") == true)
    let due = lines.last ?? ""
    #expect(due.hasPrefix("Not exercised for 90 days:"))
    #expect(!due.contains("scanner-down") && due.contains("node-drain"))
  }
}
