import Foundation
import Glibc
import TestSupport
import Testing

/// What undoes a step outlives its runner as steps do: real processes, a ledger outside.
@Suite("Adoption of compensations", .serialized)
struct RollbackAdoptionTests {
  private func ledger(_ folder: TemporaryFolder) -> [String] {
    ((try? String(contentsOfFile: folder.path + "/ledger", encoding: .utf8)) ?? "")
      .split(separator: "\n").map(String.init)
  }

  /// A run that is rolled back, up to where its one compensation waits for a file.
  private func undoing(in folder: TemporaryFolder) throws -> KilledRun {
    try SmallSite.write(to: folder)
    try SmallSite.add(
      runbook: "undoing",
      "Something to undo",
      to: folder,
      """
      steps:
        - id: act
          title: The step
          run: [/bin/sh, -c, "echo done >> \(folder.path)/ledger"]
          risk: change
          timeout: 1m
          rollback: {run: [/bin/sh, -c, "echo undoing >> \(folder.path)/ledger; while [ ! -e \(folder.path)/go ]; do sleep 0.05; done; echo undone >> \(folder.path)/ledger; echo said"]}
        - id: wrong
          title: What fails
          needs: [act]
          run: [/bin/false]
          risk: read

      """
    )
    return try KilledRun(
      "undoing",
      in: folder,
      answers: "steps:\n  wrong: {on_failure: roll_back, reason: it is wrong}\n",
      until: "the undoing"
    ) { ledger(folder).contains("undoing") }
  }

  @Test("only the runner is killed: its successor awaits the undoing and records its real end")
  func runner() throws {
    let folder = try TemporaryFolder()
    let killed = try undoing(in: folder)
    _ = try killed.command(of: "act")
    killed.killRunner()
    let successor = try killed.successor(output: folder.path + "/successor.txt")
    try Waiting.until("the adoption") {
      try killed.timeline().types(of: "act").last == "compensation.adopted"
    }
    try folder.write("", to: "go")
    #expect(successor.wait() == 1)
    let lines = try killed.timeline().lines
    #expect(
      lines.filter { $0.step == "act" && $0.type.hasPrefix("compensation.") }.map(\.type) == [
        "compensation.started", "compensation.spawned", "compensation.adopted",
        "compensation.ended",
      ]
    )
    #expect(lines.last?.text.contains("1 of 1 undone") == true)
    #expect(ledger(folder) == ["done", "undoing", "undone"])
    let left = try FileManager.default.contentsOfDirectory(
      atPath: "\(killed.console.runs)/\(try killed.run())/children"
    )
    #expect(left.isEmpty, "\(left)")
    try killed.verify()
  }

  @Test("the undoing ends while no runner lives: its end is recorded from what was written down")
  func endedMeanwhile() throws {
    let folder = try TemporaryFolder()
    let killed = try undoing(in: folder)
    let supervisor = try killed.command(of: "act").supervisor
    killed.killRunner()
    try folder.write("", to: "go")
    try Waiting.until("the supervisor's end") { kill(supervisor, 0) != 0 }
    let result = try killed.takeOver()
    #expect(result.status == 1, "\(result.output)\(result.errors)")
    #expect(try killed.timeline().types(of: "act").last == "compensation.ended")
    #expect(ledger(folder) == ["done", "undoing", "undone"])
    try killed.verify()
  }

  @Test("everything is killed: whether it was undone is unknown, and it is not repeated")
  func everything() throws {
    let folder = try TemporaryFolder()
    let killed = try undoing(in: folder)
    let (child, supervisor) = try killed.command(of: "act")
    kill(supervisor, SIGKILL)
    kill(child, SIGKILL)
    killed.killRunner()
    let result = try killed.takeOver()
    #expect(result.status == 3, "\(result.output)\(result.errors)")
    let types = try killed.timeline().types(of: "act")
    #expect(types.suffix(2) == ["compensation.unknown", "compensation.reconciled"])
    #expect(types.filter { $0 == "compensation.started" }.count == 1)
    #expect(ledger(folder) == ["done", "undoing"])
    try killed.verify()
  }

  @Test("a supervisor whose runner died before its word writes down that nothing began")
  func withdrawn() throws {
    let folder = try TemporaryFolder()
    let binary = ConsoleBinary(state: folder.path).path
    let marker = folder.path + "/began"
    // Its standard input ends at once, as that of a dead runner does.
    let result = try Program.run(
      binary,
      [
        "supervise", folder.path + "/x-1-1", "60000", "100", "100", "everything", "0", "0", "--",
        "/usr/bin/touch", marker,
      ]
    )
    #expect(result.status == 3)
    #expect(!FileManager.default.fileExists(atPath: marker))
    let status = try String(contentsOfFile: folder.path + "/x-1-1.status", encoding: .utf8)
    #expect(status.hasPrefix("child 1 withdrawn "))
  }
}
