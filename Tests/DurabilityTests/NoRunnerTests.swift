import Foundation
import TestSupport
import Testing

/// A run that no process holds is not told as one that goes on.
@Suite struct NoRunnerTests {
  private struct Row: Decodable { let state: String }

  @Test("a run whose process was killed is not called running, and the open step is named")
  func killed() throws {
    let slow = try SlowRun()
    slow.killRunner()
    let row = try #require(
      try JSONDecoder().decode(
        [Row].self,
        from: Data(try slow.console.run("runs", "--json").output.utf8)
      ).first
    )
    #expect(row.state == "no-runner")
    let line = try slow.console.run("runs").output
    #expect(line.contains("no runner; ") && line.contains(" is open"), "\(line)")
    try slow.letEnd()
  }
}
