import Foundation
import Glibc
import TestSupport
import Testing

/// Real consoles on a runner that is stopped (SIGSTOP): said, left, and not obeyed late.
@Suite("A runner that does not answer", .serialized)
struct SilentRunnerTests {
  private struct Holder: Decodable { let pid: Int32 }

  private func runner(of console: ConsoleSession) throws -> Int32 {
    let lock = try #require(
      FileManager.default.contents(atPath: "\(console.state.path)/runs/\(try console.run())/lock")
    )
    return try JSONDecoder().decode(Holder.self, from: lock).pid
  }

  @Test(
    "a go to a stopped runner is said to be unanswered, leaving takes no time, and it is not obeyed later",
    .timeLimit(.minutes(1))
  )
  func stopped() throws {
    let console = try ConsoleSession(columns: 110, ["run", "queue-triage", "--as", "tomas"])
    try console.tmux.wait(for: "waits for your go: press a")
    let runner = try runner(of: console)
    kill(runner, SIGSTOP)
    defer { kill(runner, SIGCONT) }
    try console.go("hold-sender")
    try console.tmux.wait(for: "The runner (process \(runner)) does not answer yet")

    let other = try ConsoleSession(
      columns: 110,
      state: console.state,
      ["attach", try console.run(), "--as", "sofia"]
    )
    try other.tmux.wait(for: "The runner (process \(runner)) does not answer yet")
    try other.tmux.press("Escape")
    try other.tmux.wait(for: "was left; nothing was changed in it from here")
    #expect(try other.leave() == 0)

    // The go counts for five seconds, whether anybody still waits for it or not.
    try console.tmux.wait(for: "From now on it refuses")
    #expect(try console.leave() == 0)
    try console.tmux.wait(for: "What the record has stands")

    kill(runner, SIGCONT)
    try Waiting.until("the end of the runner") { kill(runner, 0) != 0 }
    let types = try console.timeline().lines.map(\.type)
    #expect(!types.contains("step.released"), "\(types)")
    #expect(!types.contains("drive.taken"), "\(types)")
    // What was under way may end after that.
    #expect(types.last { $0 != "step.ended" } == "driver.detached")
    try console.verify()
  }

  @Test("plain: a stopped runner is said with what to do, at once", .timeLimit(.minutes(1)))
  func plain() throws {
    let console = try ConsoleSession(columns: 110, ["run", "queue-triage", "--as", "tomas"])
    try console.tmux.wait(for: "waits for your go: press a")
    let runner = try runner(of: console)
    kill(runner, SIGSTOP)
    defer { kill(runner, SIGCONT) }
    let refused = try console.console.run("attach", try console.run(), "--plain", "--as", "tomas")
    #expect(refused.status == 75)
    #expect(refused.errors.contains("kill -CONT \(runner)"), "\(refused.errors)")
  }
}
