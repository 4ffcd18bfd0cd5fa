import Foundation
import Glibc
import TestSupport
import Testing

/// Runners that are killed again and again, against a ledger that knows nothing of the record.
@Suite(.serialized) struct RunnerKillTests {
  /// 1,000 of them: `make torture`.
  private static let rounds =
    ProcessInfo.processInfo.environment["MAILCONSOLE_KILL_ROUNDS"].flatMap(Int.init) ?? 15

  private static let steps = 12

  @Test("however often the runner is killed, every step happens once and is recorded as it ended")
  func kill() throws {
    var generator = SystemRandomNumberGenerator()
    var kills = 0
    var adoptions = 0
    while kills < Self.rounds {
      let folder = try TemporaryFolder()
      let console = ConsoleBinary(state: folder.path + "/state")
      let site = try SmallSite.write(to: folder)
      try write(to: folder)
      let run = try begin(console, site, folder)
      // Bounded: a runner that is never killed any more comes to the end.
      var left = 60
      while left > 0 {
        left -= 1
        let runner = try console.start(
          ["runner", run, "--site", site, "--driver", "tomas"],
          output: folder.path + "/runner.txt"
        )
        if left > 0, kills < Self.rounds {
          // Long enough to reach a command on a busy machine too.
          usleep(UInt32.random(in: 0..<600_000, using: &generator))
          if runner.isRunning { kills += 1 }
          runner.send(SIGKILL)
        }
        runner.wait()
        let lines = try timeline(console, run).lines
        if lines.last?.type == "run.ended" { break }
        // Killed between an intent and its first command: nothing began, and nobody is asked.
        #expect(!lines.contains { $0.text.contains("may not be repeated blindly") })
      }
      adoptions += try check(console, run, folder)
    }
    #expect(adoptions > 0, "no runner was killed while a command was under way")
  }

  /// Half of the steps may not be repeated; a probe in the ledger settles what is unknown.
  private func write(to folder: TemporaryFolder) throws {
    let ledger = folder.path + "/ledger"
    var text = "steps:\n"
    for number in 1...Self.steps {
      text += """
          - id: s\(number)
            title: Step \(number)
            run: [/bin/sh, -c, "echo s\(number) >> \(ledger); sleep 0.1; echo done s\(number)"]

        """
      if number > 1 { text += "    needs: [s\(number - 1)]\n" }
      text +=
        number.isMultiple(of: 2)
        ? "    risk: read\n"
        : """
            risk: change
            reversible: no
            done_when:
              check: {run: [grep, -qx, s\(number), \(ledger)]}
              pass: result.exit == 0

        """
    }
    try SmallSite.add(runbook: "chain", "A chain of steps", to: folder, text)
    try folder.write("", to: "ledger")
  }

  /// Begins a run and kills the process that began it.
  private func begin(
    _ console: ConsoleBinary,
    _ site: String,
    _ folder: TemporaryFolder
  ) throws -> String {
    let output = folder.path + "/out.txt"
    let process = try console.start(
      [
        "run", "chain", "--unattended", "--site", site, "--as", "tomas", "--runbooks",
        folder.path + "/runbooks",
      ],
      output: output
    )
    process.waitForLines(2, in: output)
    process.send(SIGKILL)
    process.wait()
    return try #require(try FileManager.default.contentsOfDirectory(atPath: console.runs).first)
  }

  private func timeline(_ console: ConsoleBinary, _ run: String) throws -> RecordedTimeline {
    try RecordedTimeline(json: try console.run("show", run, "--json").output)
  }

  /// - Returns: how many commands were adopted.
  private func check(
    _ console: ConsoleBinary,
    _ run: String,
    _ folder: TemporaryFolder
  ) throws -> Int {
    let record = try timeline(console, run)
    let ledger = try String(contentsOfFile: folder.path + "/ledger", encoding: .utf8)
      .split(separator: "\n").map(String.init)
    #expect(record.lines.last?.type == "run.ended", "\(run)")
    #expect(ledger == (1...Self.steps).map { "s\($0)" }, "\(record.lines.map(\.text))")
    #expect(record.unsaidRepetitions.isEmpty)
    for step in ledger {
      let types = record.types(of: step)
      #expect(types.contains("step.spawned"), "\(step) happened unrecorded")
      // A command that was begun came to its own end, or its outcome was said to be unknown.
      #expect(types.last == "step.ended" || types.last == "step.reconciled", "\(types)")
    }
    let verdict = try console.run("verify", run)
    #expect(verdict.status == 0, "\(verdict.output)")
    let left = try FileManager.default.contentsOfDirectory(
      atPath: "\(console.runs)/\(run)/children"
    )
    #expect(left.isEmpty, "\(left)")
    return record.lines.count { $0.type == "step.adopted" }
  }
}
