import Foundation
import Glibc
import TestSupport
import Testing

/// A run whose first step waits for a file and keeps a ledger outside the record, in a real
/// process that can be killed.
///
/// A class because its processes are ended when the test ends, however that is.
final class SlowRun {
  let folder: TemporaryFolder
  let console: ConsoleBinary
  let site: String
  private(set) var process: RunningProgram
  private var started: [Int32] = []
  private var first: String?

  /// - Parameter head: lines of the runbook before its steps.
  init(head: String = "") throws {
    folder = try TemporaryFolder()
    console = ConsoleBinary(state: folder.path + "/state")
    site = try SmallSite.write(to: folder)
    try Self.write("slow", head, to: folder)
    process = try console.start(
      Self.arguments("slow", as: "tomas", in: folder, site),
      output: folder.path + "/out.txt"
    )
    try Waiting.until("the ledger") { try self.ledger() == ["ran"] }
    started = [try child(), try supervisor()]
  }

  deinit {
    process.send(SIGKILL)
    process.wait()
    for pid in started { kill(pid, SIGKILL) }
  }

  /// Adds a runbook of the same steps.
  func add(_ id: String, head: String) throws { try Self.write(id, head, to: folder) }

  private static func write(_ id: String, _ head: String, to folder: TemporaryFolder) throws {
    let ledger = folder.path + "/ledger"
    try SmallSite.add(
      runbook: id,
      "A slow step",
      to: folder,
      """
      \(head)
      steps:
        - id: long
          title: The long step
          run: [/bin/sh, -c, "echo began; echo ran >> \(ledger); i=0; while [ ! -e \(folder.path)/go ] && [ $i -lt 600 ]; do sleep 0.05; i=$((i+1)); done; echo finished; echo late >> \(ledger); exit 4"]
          expect_exit: [4]
          outputs:
            text: {from: stdout, type: string}
          timeout: 1m
          risk: change
          reversible: no
        - id: next
          title: The next step
          needs: [long]
          run: [/bin/sh, -c, "echo next >> \(ledger)"]
          risk: read

      """
    )
  }

  /// The command line that begins a run.
  func arguments(_ id: String, as person: String) -> [String] {
    Self.arguments(id, as: person, in: folder, site)
  }

  private static func arguments(
    _ id: String,
    as person: String,
    in folder: TemporaryFolder,
    _ site: String
  ) -> [String] {
    [
      "run", id, "--unattended", "--site", site, "--as", person, "--runbooks",
      folder.path + "/runbooks",
    ]
  }

  /// Begins another run and waits for it.
  func start(_ id: String, as person: String) throws -> Program.Result {
    try console.run(arguments(id, as: person))
  }

  func runs() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: console.runs)
  }

  /// What really happened, as the outside world saw it.
  func ledger() throws -> [Substring] {
    let data = FileManager.default.contents(atPath: folder.path + "/ledger") ?? Data()
    return String(decoding: data, as: UTF8.self).split(separator: "\n")
  }

  /// The run that was begun first.
  func run() throws -> String {
    if let first { return first }
    first = try runs().first
    return try #require(first)
  }

  func timeline() throws -> RecordedTimeline {
    try RecordedTimeline(json: try console.run("show", try run(), "--json").output)
  }

  /// The process of the step's command, as the record has it.
  func child() throws -> Int32 {
    let line = try timeline().lines.last { $0.type == "step.spawned" }
    return try #require(line?.text.split(separator: " ").last.flatMap { Int32($0) })
  }

  /// The parent of the step's command.
  func supervisor() throws -> Int32 {
    let stat = try String(contentsOfFile: "/proc/\(try child())/stat", encoding: .utf8)
    let fields = stat.split(separator: ")").last?.split(separator: " ") ?? []
    return try #require(fields.dropFirst().first.flatMap { Int32($0) })
  }

  /// Kills the process that performs the run.
  func killRunner() {
    process.send(SIGKILL)
    process.wait()
  }

  /// Lets the step come to its end.
  func letEnd() throws { try folder.write("", to: "go") }

  /// Another runner takes the run over and performs it to where only people can go on.
  func takeOver() throws -> Program.Result {
    try console.run("attach", try run(), "--plain", "--site", site, "--as", "tomas")
  }

  /// The same, in a process that can be killed.
  func successor() throws -> RunningProgram {
    try console.start(
      ["attach", try run(), "--plain", "--site", site, "--as", "tomas"],
      output: folder.path + "/successor.txt"
    )
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
