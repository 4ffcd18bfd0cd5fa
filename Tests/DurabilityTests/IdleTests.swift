import Foundation
import Runbooks
import TestSupport
import Testing

/// Who ticks is seen by its timer: proc_pid_fdinfo(5) tells when each one rings next.
@Suite("While nothing happens", .serialized)
struct IdleTests {
  @Test(
    "no timer of a console or of its runner ticks while a run waits for a person",
    .timeLimit(.minutes(1))
  )
  func waitingRun() throws {
    let state = try TemporaryFolder()
    let console = ConsoleBinary(state: state.path)
    let terminal = try PseudoTerminal(
      console.path,
      ["run", "queue-triage"],
      environment: ["MAILCONSOLE_STATE": state.path, "MAILCONSOLE_OPERATOR": "tomas"]
    )
    try terminal.wait(for: "the run to wait") { $0.screen.text.contains("waits for your go") }
    let run = try #require(
      FileManager.default.contentsOfDirectory(atPath: console.runs).first { !$0.hasPrefix(".") }
    )
    let holder = RunLock.holder(of: RunDirectory(path: "\(console.runs)/\(run)"))
    let runner = try #require(holder).pid
    // What the start set off is over after a while; what ticks never is. A look may fall just between a
    // ring and the next setting, hence several.
    for process in [terminal.process, runner] {
      var looks = 0
      try Waiting.until("process \(process) to have nothing due within a second") {
        looks = try ringsWithinASecond(process) ? 0 : looks + 1
        return looks == 10
      }
    }
    // What was looked at is what there is: the runner, which waits for its first console, has a timer.
    #expect(try timers(of: runner) > 0)
  }

  private func timers(of process: Int32) throws -> Int { try times(of: process).count }

  private func ringsWithinASecond(_ process: Int32) throws -> Bool {
    try times(of: process).contains { $0.seconds == 0 && $0.nanoseconds > 0 || $0 == (1, 0) }
  }

  /// Until each timer of a process rings next; zero: it is not set.
  private func times(of process: Int32) throws -> [(seconds: Int, nanoseconds: Int)] {
    let folder = "/proc/\(process)/fdinfo"
    return try FileManager.default.contentsOfDirectory(atPath: folder).compactMap { name in
      // A descriptor may have been closed meanwhile.
      let text = (try? String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)) ?? ""
      guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix("it_value:") })
      else { return nil }
      let numbers = line.split { !$0.isNumber }.compactMap { Int($0) }
      return numbers.count == 2 ? (numbers[0], numbers[1]) : nil
    }
  }
}
