import Foundation
import TestSupport
import Testing

/// Real processes ended while they make a run.
@Suite(.serialized) struct UnmadeRunTests {
  @Test("what they leave is removed by doctor, which says so, and by the next run")
  func killed() throws {
    let dry = try TwelveSteps()
    let layer = try FaultLayer(in: dry.folder.path + "/layer")
    _ = try dry.begin(layer)
    let making = try layer.calls().filter { $0.hasPrefix("runner.") && $0.contains("/runs/.") }
    try #require(making.count > 8)
    let chosen = [making[0], making[making.count / 2], making[making.count - 2]]
    for (index, call) in chosen.enumerated() {
      let words = call.split(separator: " ")
      let point = FaultPoint(String(words[0]), try #require(Int(words[1])), "kill-after")
      let steps = try TwelveSteps()
      let killer = try FaultLayer(in: steps.folder.path + "/layer", at: point)
      #expect(try steps.begin(killer).status == -9, "\(point)")
      let left = try hidden(steps)
      try #require(left.count == 1, "\(call)")
      if index == 1 {
        _ = try steps.begin(try FaultLayer(in: steps.folder.path + "/again"))
      } else {
        let said = try steps.console.run("doctor").output
        let name = String(left[0].dropFirst())
        #expect(said.contains("removed what was left of runs that were never made: \(name)\n"))
      }
      #expect(try hidden(steps) == [], "\(call)")
    }
  }

  private func hidden(_ steps: TwelveSteps) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: steps.console.runs)
      .filter { $0.hasPrefix(".") }
  }
}
