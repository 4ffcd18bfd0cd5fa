import Foundation
import Glibc
import TestSupport
import Testing

/// A run of any runbook, unattended, whose runner is killed while something of it is under way.
///
/// A class because its processes are ended when the test ends, however that is.
final class KilledRun {
  let console: ConsoleBinary
  private let process: RunningProgram
  private let arguments: [String]
  private var children: [Int32] = []

  /// Begins the run and waits until something holds.
  init(
    _ runbook: String,
    in folder: TemporaryFolder,
    answers: String,
    variables: [String: String] = [:],
    until what: String,
    _ holds: () throws -> Bool
  ) throws {
    console = ConsoleBinary(state: folder.path + "/state", variables: variables)
    let path = try SmallSite.write(answers: answers, to: folder)
    arguments = SmallSite.options(in: folder) + ["--answers", path]
    process = try console.start(
      ["run", runbook] + arguments,
      output: folder.path + "/out.txt"
    )
    try Waiting.until(what, holds)
  }

  deinit {
    process.send(SIGKILL)
    process.wait()
    for pid in children { kill(pid, SIGKILL) }
  }

  func run() throws -> String {
    try #require(try FileManager.default.contentsOfDirectory(atPath: console.runs).first)
  }

  func timeline() throws -> RecordedTimeline {
    try RecordedTimeline(json: try console.run("show", try run(), "--json").output)
  }

  /// The process of a step's last command, as the record has it, and its supervisor.
  func command(of step: String) throws -> (child: Int32, supervisor: Int32) {
    let line = try timeline().lines.last {
      $0.step == step && $0.type.hasSuffix(".spawned")
    }
    let child = try #require(line?.text.split(separator: " ").last.flatMap { Int32($0) })
    let stat = try String(contentsOfFile: "/proc/\(child)/stat", encoding: .utf8)
    let fields = stat.split(separator: ")").last?.split(separator: " ") ?? []
    let supervisor = try #require(fields.dropFirst().first.flatMap { Int32($0) })
    children += [child, supervisor]
    return (child, supervisor)
  }

  func killRunner() {
    process.send(SIGKILL)
    process.wait()
  }

  /// Another runner takes the run over and performs it to where only people can go on.
  func takeOver() throws -> Program.Result {
    try console.run(["attach", try run()] + arguments)
  }

  /// The same, in a process of its own.
  func successor(output: String) throws -> RunningProgram {
    try console.start(["attach", try run()] + arguments, output: output)
  }

  func verify() throws {
    let verdict = try console.run("verify", try run())
    #expect(verdict.status == 0, "\(verdict.output)")
  }

  /// What the record keeps of a step's output.
  func output(of step: String) throws -> String {
    try console.output(of: step, in: try run())
  }
}

extension ConsoleBinary {
  /// What the record of a run keeps of a step's output.
  func output(of step: String, in run: String) throws -> String {
    let exported = try self.run("export", run, "--format", "json").output
    struct Report: Decodable {
      struct Evidence: Decodable {
        let step: String
        let name: String
        let digest: String
      }
      let evidence: [Evidence]
    }
    let report = try JSONDecoder().decode(Report.self, from: Data(exported.utf8))
    let blob = try #require(report.evidence.last { $0.step == step && $0.name == "output" })
    return try String(contentsOfFile: "\(runs)/\(run)/outputs/\(blob.digest)", encoding: .utf8)
  }
}
