import Foundation
import TestSupport
import Testing

/// Runs that outlive the terminal: real consoles, a real runner, real signals.
@Suite("The runner", .serialized)
struct RunnerTests {
  /// A site with a cluster nobody asks, and a runbook whose first step waits for a file.
  private struct Place {
    let state: TemporaryFolder
    let folder: TemporaryFolder
    var release: String { folder.path + "/go" }

    init() throws {
      state = try TemporaryFolder()
      folder = try TemporaryFolder()
      try SmallSite.write(to: folder)
      // The ledger outside the record tells how often the step really ran.
      try SmallSite.add(
        runbook: "slow",
        "A slow step",
        to: folder,
        """
        steps:
          - id: long
            title: The long step
            run: [/bin/sh, -c, "echo ran >> \(folder.path)/ledger; i=0; while [ ! -e \(folder.path)/go ] && [ $i -lt 300 ]; do sleep 0.1; i=$((i+1)); done; echo finished"]
            risk: read
            timeout: 2m
          - id: next
            title: The next step
            needs: [long]
            run: [/bin/sh, -c, "echo next >> \(folder.path)/ledger"]
            risk: read

        """
      )
    }

    func console(_ arguments: String...) throws -> ConsoleSession {
      try ConsoleSession(columns: 110, state: state, arguments + ["--site", folder.path + "/site"])
    }

    func start() throws -> ConsoleSession {
      let runbooks = folder.path + "/runbooks"
      let console = try console("run", "slow", "--as", "tomas", "--runbooks", runbooks)
      try console.tmux.wait("the step under way") { $0.contains { $0.contains("running") } }
      try Waiting.until("the ledger") { try !ledger().isEmpty }
      return console
    }

    func ledger() throws -> [Substring] {
      guard let data = FileManager.default.contents(atPath: folder.path + "/ledger") else {
        return []
      }
      return String(decoding: data, as: UTF8.self).split(separator: "\n")
    }

    func letEnd() throws { try folder.write("", to: "go") }
  }

  private func runner(of console: ConsoleSession) throws -> Int32 {
    let lock = try #require(
      FileManager.default.contents(atPath: "\(console.state.path)/runs/\(try console.run())/lock")
    )
    struct Holder: Decodable { let pid: Int32 }
    return try JSONDecoder().decode(Holder.self, from: lock).pid
  }

  @Test(
    "when the console is lost the running step finishes, the next waits, and another goes on",
    .timeLimit(.minutes(1)),
    arguments: [SIGKILL, SIGHUP]
  )
  func lostConsole(signal: Int32) throws {
    let place = try Place()
    let console = try place.start()
    let runner = try runner(of: console)
    kill(try console.tmux.pid(), signal)
    _ = try console.tmux.waitForExit()
    try Waiting.until("the record of the loss") {
      try console.timeline().lines.last { $0.type != "step.ended" }?.type == "driver.detached"
    }
    #expect(kill(runner, 0) == 0, "the runner went with the console")
    try place.letEnd()
    try Waiting.until("the end of the runner") { kill(runner, 0) != 0 }
    let lines = try console.timeline().lines
    #expect(lines.last?.type == "step.ended")
    #expect(lines.last?.step == "long")
    #expect(try place.ledger() == ["ran"])
    try console.verify()

    let other = try place.console("attach", try console.run(), "--as", "sofia")
    try other.tmux.wait(for: "Take \(try console.run()) over?")
    try other.tmux.press("Tab", "Enter")
    try other.tmux.wait(for: "The run is over: completed")
    #expect(try place.ledger() == ["ran", "next"])
    try other.verify()
  }

  @Test(
    "after kill -9 of the runner it is said, taken over, and the step's real end is recorded",
    .timeLimit(.minutes(1))
  )
  func lostRunner() throws {
    let place = try Place()
    let console = try place.start()
    kill(try runner(of: console), SIGKILL)
    try console.tmux.wait(for: "The runner has ended")
    try console.tmux.wait("the header that says so") { $0[0].contains("no runner") }
    try console.verify()
    try console.tmux.press("t")
    try console.tmux.wait(for: "its runner died")
    try console.tmux.press("Tab", "Enter")
    try Waiting.until("the adoption") {
      try console.timeline().types(of: "long").last == "step.adopted"
    }
    try place.letEnd()
    try console.tmux.wait(for: "The run is over: completed")
    #expect(
      try console.timeline().types(of: "long")
        == ["step.started", "step.spawned", "step.adopted", "step.ended"]
    )
    #expect(try place.ledger() == ["ran", "next"])
    #expect(try console.timeline().lines.filter { $0.type == "driver.attached" }.count == 2)
    try console.verify()
  }

  @Test(
    "two consoles see the same; one drives, and the drive is handed over on screen",
    .timeLimit(.minutes(1))
  )
  func together() throws {
    let driver = try ConsoleSession(["run", "queue-triage", "--as", "tomas"])
    try driver.tmux.wait(for: "waits for your go: press a")
    let run = try driver.run()
    let watcher = try ConsoleSession(state: driver.state, ["attach", run, "--as", "sofia"])
    try watcher.tmux.wait(for: "tomas drives, you watch")
    try watcher.tmux.press("p")
    try watcher.tmux.wait(for: "tomas drives and you watch")
    try watcher.tmux.press("t")
    try watcher.tmux.wait(for: "ask them to offer it")

    try driver.go("hold-sender")
    // What a watcher sees is what a watcher may do.
    try watcher.tmux.wait(for: "Waits for a person.")
    try driver.tmux.press("o")
    try watcher.tmux.wait(for: "tomas offers you the drive")
    try watcher.tmux.press("t")
    try driver.tmux.wait(for: "sofia drives, you watch")
    try watcher.tmux.wait("its own name") { $0[0].contains("sofia drives") }
    #expect(try driver.leave() == 0)
    #expect(try watcher.leave() == 0)
    let types = try watcher.timeline().lines.map(\.type)
    #expect(types.filter { $0 == "drive.offered" }.count == 1)
    #expect(types.filter { $0 == "drive.taken" }.count == 1)
    // What was under way may end after that.
    #expect(types.last { $0 != "step.ended" } == "driver.detached")
    #expect(!(try driver.console.run("runs").output.contains("driven by")))
    try watcher.verify()
  }
}
