import Foundation
import TestSupport
import Testing

/// Consoles whose run may not begin because another one holds its lock.
@Suite("Locks at the terminal", .serialized)
struct LockTests {
  /// A run that holds the lock until it is let go, in a process of its own.
  ///
  /// A class because that process is ended when the test ends, however that is.
  private final class Holder {
    let state: TemporaryFolder
    let folder: TemporaryFolder
    let run: String
    private let process: RunningProgram

    init() throws {
      state = try TemporaryFolder()
      folder = try TemporaryFolder()
      try SmallSite.write(to: folder)
      let steps = """
        steps:
          - id: long
            title: The long step
            run: [/bin/sh, -c, "echo ran >> \(folder.path)/ledger; while [ ! -e \(folder.path)/go ]; do sleep 0.05; done"]
            risk: read
            timeout: 2m

        """
      for (id, wait) in [("holds", ""), ("waits", ", wait: 60s"), ("hurries", "")] {
        try SmallSite.add(
          runbook: id,
          "Holds \(id)",
          to: folder,
          "locks: [{name: thing, scope: node\(wait)}]\n" + steps
        )
      }
      let console = ConsoleBinary(state: state.path)
      process = try console.start(
        ["run", "holds", "--unattended", "--as", "tomas"] + SmallSite.options(in: folder),
        output: folder.path + "/out.txt"
      )
      let ledger = folder.path + "/ledger"
      try Waiting.until("the holder") { FileManager.default.fileExists(atPath: ledger) }
      run = try #require(try FileManager.default.contentsOfDirectory(atPath: console.runs).first)
    }

    deinit {
      process.send(SIGKILL)
      process.wait()
    }

    func console(_ id: String) throws -> ConsoleSession {
      try ConsoleSession(
        columns: 110,
        state: state,
        ["run", id, "--as", "sofia"] + SmallSite.options(in: folder)
      )
    }

    func ledger() throws -> Int {
      try String(contentsOfFile: folder.path + "/ledger", encoding: .utf8).split(separator: "\n")
        .count
    }

    func letEnd() throws {
      try folder.write("", to: "go")
      #expect(process.wait() == 0)
    }
  }

  @Test("a run that waits says for whom, and goes on by itself once the lock is free")
  func waits() throws {
    let holder = try Holder()
    let console = try holder.console("waits")
    try console.tmux.wait("who holds it") { screen in
      // The sentence is wrapped where it is too long for a line.
      let text = screen.joined(separator: " ").split(separator: " ").joined(separator: " ")
      return text.contains("held by tomas in run \(holder.run)")
    }
    #expect(try holder.ledger() == 1)
    try holder.letEnd()
    try console.tmux.wait(for: "The run is over: completed")
    #expect(try holder.ledger() == 2)
    #expect(try console.leave() == 0)
  }

  @Test("a run that does not wait is refused before a screen is opened, told why, and does nothing")
  func refused() throws {
    let holder = try Holder()
    let console = try holder.console("hurries")
    #expect(try console.tmux.waitForExit() == 75)
    // The beginning of the sentence may have left the screen with the end of the program.
    let text = try console.tmux.screen().joined()
    #expect(text.contains("does nothing. Let that run end, then go on with:"), "\(text)")
    let runs = try FileManager.default.contentsOfDirectory(atPath: console.console.runs)
    let other = try #require(runs.first { $0 != holder.run })
    let shown = try console.console.run("show", other).output
    #expect(shown.contains("did not get the lock thing (node mail-node), held by tomas in run"))
    try holder.letEnd()
    #expect(try holder.ledger() == 1)
  }
}
