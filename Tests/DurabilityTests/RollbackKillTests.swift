import Foundation
import TestSupport
import Testing

/// A rollback whose console is killed, against a ledger outside the record.
@Suite(.serialized) struct RollbackKillTests {
  /// 200 of them: `make torture`.
  private static let rounds =
    (ProcessInfo.processInfo.environment["MAILCONSOLE_KILL_ROUNDS"].flatMap(Int.init) ?? 30) / 5

  private static let steps = ["one", "two", "three", "four"]

  @Test(
    "after kill -9 in the middle of a rollback its successor undoes the rest, nothing twice or out of order",
    arguments: 0..<rounds
  )
  func killed(round: Int) throws {
    let folder = try TemporaryFolder()
    try write(to: folder)
    let console = ConsoleBinary(state: folder.path + "/state")
    let options = SmallSite.options(in: folder) + ["--answers", folder.path + "/answers.yaml"]
    let output = folder.path + "/shown.txt"
    let process = try console.start(["run", "undoing"] + options, output: output)
    // Somewhere in the middle: at the beginning of an undoing, and some way into it.
    let victim = Self.steps[Self.steps.count - 1 - round % 3]
    let deadline = Date().addingTimeInterval(60)
    while !ledger(folder).contains("begin undo \(victim)"), process.isRunning, Date() < deadline {
      usleep(5_000)
    }
    usleep(UInt32.random(in: 0..<250_000))
    try #require(process.isRunning, "the rollback was over before it was killed")
    process.send(SIGKILL)
    process.wait()

    let rows = try JSONDecoder().decode(
      [Row].self,
      from: Data(try console.run("runs", "--json").output.utf8)
    )
    let run = try #require(rows.first?.run)
    #expect(try console.run("verify", run).status == 0)
    let before = try RecordedTimeline(json: try console.run("show", run, "--json").output)
    let shown = try String(contentsOfFile: output, encoding: .utf8)
    #expect(before.missing(of: shown).isEmpty)

    let resumed = try console.run(["attach", run] + options)
    let after = try RecordedTimeline(json: try console.run("show", run, "--json").output)
    #expect(after.unsaidRepetitions.isEmpty)
    #expect(try console.run("verify", run).status == 0)
    let undone = ledger(folder).filter { $0.hasPrefix("begin undo ") }
      .map { String($0.dropFirst("begin undo ".count)) }
    #expect(Set(undone).count == undone.count, "undone twice: \(undone)")
    #expect(undone == Array(Self.steps.reversed().prefix(undone.count)), "\(undone)")
    // What was under way is awaited; what was about to begin is known not to have begun.
    #expect(resumed.status == 1, "\(resumed.output)")
    #expect(undone.count == Self.steps.count)
    #expect(after.lines.last { $0.type == "run.ended" }?.text.contains("4 of 4 undone") == true)
    for step in Self.steps {
      #expect(after.types(of: step).last == "compensation.ended", "\(after.types(of: step))")
    }
    let unknown = after.lines.filter { $0.type == "compensation.unknown" }
    let settled = after.lines.filter { $0.text.contains("nothing of it began") }
    #expect(unknown.count == settled.count, "\(unknown)")
  }

  private func ledger(_ folder: TemporaryFolder) -> [String] {
    ((try? String(contentsOfFile: folder.path + "/ledger", encoding: .utf8)) ?? "")
      .split(separator: "\n").map(String.init)
  }

  private func write(to folder: TemporaryFolder) throws {
    try SmallSite.write(to: folder)
    try folder.write(
      """
      echo "begin $1 $2" >> \(folder.path)/ledger
      [ "$1" = do ] || sleep 0.3
      echo "end $1 $2" >> \(folder.path)/ledger

      """,
      to: "act.sh"
    )
    var before = ""
    let steps = Self.steps.map { id -> String in
      let needs = before.isEmpty ? "" : "\n    needs: [\(before)]"
      before = id
      return """
          - id: \(id)
            title: The step \(id)
            run: [/bin/sh, \(folder.path)/act.sh, do, \(id)]
            risk: change
            rollback: {run: [/bin/sh, \(folder.path)/act.sh, undo, \(id)]}\(needs)
        """
    }
    try SmallSite.add(
      runbook: "undoing",
      "Something to undo",
      to: folder,
      """
      steps:
      \(steps.joined(separator: "\n"))
        - id: wrong
          title: What fails
          run: [/bin/false]
          risk: read
          needs: [four]

      """
    )
    _ = try SmallSite.write(
      answers: "steps:\n  wrong: {on_failure: roll_back, reason: it is wrong}\n",
      to: folder
    )
  }

  private struct Row: Decodable {
    let run: String
  }
}
