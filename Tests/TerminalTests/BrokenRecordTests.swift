import Foundation
import TestSupport
import Testing

/// Consoles on a disk that takes nothing more.
@Suite("A record that cannot be written, on the screen", .serialized)
struct BrokenRecordTests {
  @Test(
    "it is said with what was lost, taking over says why not, leaving ends with 74, and nothing is lost",
    .enabled(if: SmallDisk.isPossible, "root is needed to mount a small disk"),
    .timeLimit(.minutes(1))
  )
  func full() throws {
    let folder = try TemporaryFolder()
    let site = try SmallSite.write(to: folder)
    let state = try TemporaryFolder()
    let disk = try SmallDisk(at: state.path, size: "2m")
    try SmallSite.add(
      runbook: "slow",
      "A slow run",
      to: folder,
      """
      steps:
        - id: long
          title: Long
          run: [/bin/sh, -c, "echo ran >> \(folder.path)/ledger; while [ ! -e \(folder.path)/go ]; do sleep 0.02; done"]
          timeout: 1m
          risk: read

      """
    )
    let console = try ConsoleSession(
      columns: 110,
      state: state,
      ["run", "slow", "--as", "tomas"] + SmallSite.options(in: folder)
    )
    try Waiting.until("the step") {
      FileManager.default.fileExists(atPath: folder.path + "/ledger")
    }
    try console.tmux.wait(for: "Running since")
    let run = try #require(
      try FileManager.default.contentsOfDirectory(atPath: state.path + "/runs").first
    )
    // Somebody takes even the room that the run had set aside.
    try FileManager.default.removeItem(atPath: "\(state.path)/runs/\(run)/reserve")
    disk.fill()
    try folder.write("", to: "go")
    try console.tmux.wait(for: "RECORD STOPPED")
    try console.tmux.wait("no step that runs") { screen in
      !screen.contains { $0.contains("Running since") } && screen.contains { $0.contains("no end") }
    }
    try console.tmux.wait(for: "The runner has ended")
    try console.tmux.press("t")
    try console.tmux.wait(for: "Take \(run) over?")
    try console.tmux.press("Tab", "Enter")
    try console.tmux.wait(for: "The disk is full")

    #expect(try console.leave() == 74)
    try console.tmux.wait(for: "broke off")
    try console.tmux.wait(for: "without a recorded end: long")

    disk.clear()
    let resumed = try console.console.run(
      "attach",
      run,
      "--plain",
      "--site",
      site,
      "--as",
      "tomas"
    )
    #expect(resumed.status == 0, "\(resumed.output)\(resumed.errors)")
    #expect(try String(contentsOfFile: folder.path + "/ledger", encoding: .utf8) == "ran\n")
    #expect(try console.console.run("verify", run).status == 0)
  }
}
