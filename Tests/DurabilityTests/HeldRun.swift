import Foundation
import Glibc
import TestSupport
import Testing

/// One run by real processes, kept at four points of its life: early, killed, open and ended.
///
/// A class because its processes are ended when the test ends, however that is.
final class HeldRun {
  /// A point of the run's life that is damaged.
  enum Point: String, CaseIterable, Sendable {
    /// Let go of while it waits for a person; closed and sealed.
    case open
    /// Its runner was killed while a command was under way.
    case killed
    case ended
  }

  let folder: TemporaryFolder
  let run: String
  /// A run of another runbook, on another site of the same name.
  let other: String
  /// Whether the first of the people's tasks alone, or both, are answered.
  private let answers: String
  private var process: RunningProgram?

  init() throws {
    let folder = try TemporaryFolder()
    self.folder = folder
    let ledger = folder.path + "/ledger"
    let steps = """
      steps:
        - id: look
          title: Look
          run: [/bin/sh, -c, "echo seen; echo look >> \(ledger)"]
          risk: read
        - id: first
          title: The first task
          needs: [look]
          manual: do it
        - id: hold
          title: Hold
          needs: [first]
          run: [/bin/sh, -c, "echo hold >> \(ledger); while [ ! -e \(folder.path)/go ]; do sleep 0.02; done"]
          timeout: 1m
          risk: read
        - id: second
          title: The second task
          needs: [hold]
          manual: do that
        - id: after
          title: After
          needs: [second]
          run: [/bin/sh, -c, "echo after >> \(ledger)"]
          risk: read

      """
    try SmallSite.write(to: folder)
    try SmallSite.add(runbook: "held", "A run", to: folder, steps)
    try SmallSite.add(runbook: "stranger", "Another", to: folder, steps)
    let first = "steps:\n  first: {done: {note: done}}\n"
    let early = try SmallSite.write(answers: first, to: folder)
    answers = folder.path + "/both.yaml"
    try (try String(contentsOfFile: early, encoding: .utf8) + "  second: {done: {note: done}}\n")
      .write(toFile: answers, atomically: true, encoding: .utf8)

    let console = ConsoleBinary(state: folder.path + "/early")
    let options = SmallSite.options(in: folder) + ["--as", "tomas"]
    try #require(try console.run(["run", "held", "--plain"] + options).status == 2)
    run = try #require(try FileManager.default.contentsOfDirectory(atPath: console.runs).first)
    try Self.copy("early", to: "killed", in: folder)
    let killed = ConsoleBinary(state: folder.path + "/killed")
    let process = try killed.start(
      ["attach", run, "--answers", early] + options,
      output: folder.path + "/out.txt"
    )
    self.process = process
    try Waiting.until("the ledger") { try Self.ledger(in: folder).last == "hold" }
    process.send(SIGKILL)
    process.wait()
    try folder.write("", to: "go")
    let status = killed.runs + "/" + run + "/children/hold-1-1.status"
    try Waiting.until("the end of the command") {
      ((try? Data(contentsOf: URL(fileURLWithPath: status)))?.count ?? 0) > 0
    }
    try Self.copy("killed", to: "open", in: folder)
    let open = ConsoleBinary(state: folder.path + "/open")
    try #require(try open.run(["attach", run, "--answers", early] + options).status == 2)
    try Self.copy("open", to: "ended", in: folder)
    let ended = ConsoleBinary(state: folder.path + "/ended")
    try #require(try ended.run(["attach", run, "--answers", answers] + options).status == 0)

    let stranger = ConsoleBinary(state: folder.path + "/stranger")
    try folder.write(
      try String(contentsOfFile: folder.path + "/site/site.yaml", encoding: .utf8)
        .replacing("context: lab", with: "context: production"),
      to: "elsewhere/site.yaml"
    )
    try FileManager.default.copyItem(
      atPath: folder.path + "/site/operators.yaml",
      toPath: folder.path + "/elsewhere/operators.yaml"
    )
    try #require(
      try stranger.run([
        "run", "stranger", "--plain", "--as", "tomas", "--site", folder.path + "/elsewhere",
        "--runbooks", folder.path + "/runbooks",
      ]).status == 2
    )
    other = try #require(
      try FileManager.default.contentsOfDirectory(atPath: stranger.runs).first
    )
  }

  deinit {
    process?.send(SIGKILL)
    process?.wait()
  }

  func ledger() throws -> [String] { try Self.ledger(in: folder) }

  private static func ledger(in folder: TemporaryFolder) throws -> [String] {
    try String(contentsOfFile: folder.path + "/ledger", encoding: .utf8)
      .split(separator: "\n").map(String.init)
  }

  private static func copy(
    _ state: String,
    to copy: String,
    in folder: TemporaryFolder
  ) throws {
    try FileManager.default.copyItem(
      atPath: folder.path + "/" + state,
      toPath: folder.path + "/" + copy
    )
  }

  /// The directory of the run in a state directory of this test's.
  func directory(in state: String) -> String { "\(folder.path)/\(state)/runs/\(run)" }

  /// The file in `outputs/` that the first step left.
  func output(in state: String) throws -> String {
    let outputs = directory(in: state) + "/outputs"
    let name = try FileManager.default.contentsOfDirectory(atPath: outputs).sorted().first {
      try String(contentsOfFile: outputs + "/" + $0, encoding: .utf8) == "seen\n"
    }
    return "outputs/" + (try #require(name))
  }

  /// A copy of the run at that point, in a state directory of its own.
  func fresh(_ point: Point) throws -> String {
    let name = "case"
    try? FileManager.default.removeItem(atPath: folder.path + "/" + name)
    try Self.copy(point.rawValue, to: name, in: folder)
    return name
  }

  /// Every way to go on with the run.
  func waysOn(_ site: String = "site") -> [(name: String, arguments: [String])] {
    let options = [
      "--site", "\(folder.path)/\(site)", "--runbooks", folder.path + "/runbooks",
    ]
    let person = ["--as", "tomas"]
    return [
      ("attach", ["attach", run, "--plain"] + options + person),
      ("answers", ["attach", run, "--answers", answers] + options + person),
      ("runner", ["runner", run, "--site", "\(folder.path)/\(site)", "--driver", "tomas"]),
    ]
  }

  /// Runs a command on a state directory; one that hangs ends with 124.
  func perform(_ arguments: [String], in state: String) throws -> Program.Result {
    let console = ConsoleBinary(state: folder.path + "/" + state)
    var environment = ["MAILCONSOLE_STATE": folder.path + "/" + state, "LANG": "C.UTF-8"]
    for name in ["PATH", "HOME"] { environment[name] = ProcessInfo.processInfo.environment[name] }
    return try Program.run(
      "timeout",
      ["-k", "1", "30", console.path] + arguments,
      environment: environment
    )
  }
}
