import Foundation
import Glibc
import Runbooks
import TestSupport
import Testing

/// Supervisors that see the end of their command and have nowhere to write it.
@Suite(.serialized) struct UnwrittenEndTests {
  private static let words = "it ended, but its supervisor could not write its end down"

  /// Puts a directory where the supervisor will put the end; gives the names it may not take.
  private func block(_ slow: SlowRun, _ endings: [String]) throws {
    let children = try slow.console.runs + "/" + slow.run() + "/children/"
    let names = try FileManager.default.contentsOfDirectory(atPath: children)
    let output = try #require(names.first { $0.hasSuffix(".output") })
    for ending in endings {
      let path = children + output.replacing(".output", with: ending)
      // Not empty, or a file would take its name after all.
      try FileManager.default.createDirectory(
        atPath: path + "/x",
        withIntermediateDirectories: true
      )
    }
  }

  @Test("a living runner learns it from the supervisor itself, and says so")
  func living() throws {
    let slow = try SlowRun()
    try block(slow, [".status", ".unwritten"])
    try slow.letEnd()
    #expect(slow.process.wait() == 3)
    let ended = try #require(try slow.timeline().lines.first { $0.type == "step.ended" })
    #expect(ended.text.contains(Self.words), "\(ended.text)")
    let shown = try String(contentsOfFile: slow.folder.path + "/out.txt", encoding: .utf8)
    #expect(shown.contains(Self.words) && !shown.contains("killed"), "\(shown)")
    #expect(try slow.ledger() == ["ran", "late"])
    try slow.verify()
  }

  @Test("a later runner finds the word that was left, and the outcome is unknown for that reason")
  func later() throws {
    let slow = try SlowRun()
    let supervisor = try slow.supervisor()
    try block(slow, [".status"])
    slow.killRunner()
    try slow.letEnd()
    try Waiting.until("its end") { ProcessIdentity.start(of: supervisor) == nil }
    let result = try slow.takeOver()
    #expect(result.status == 3)
    let unknown = try #require(try slow.timeline().lines.first { $0.type == "step.unknown" })
    #expect(unknown.text.contains(Self.words), "\(unknown.text)")
    #expect(result.output.contains(Self.words) && !result.output.contains("killed"))
    #expect(try slow.ledger() == ["ran", "late"])
    try slow.verify()
  }

  @Test("on a full disk there is room for the end, and nothing is unknown")
  func full() throws {
    let dry = try TwelveSteps()
    let counting = try FaultLayer(in: dry.folder.path + "/layer")
    _ = try dry.begin(counting)
    let call = try #require(
      try counting.calls().first {
        $0.hasPrefix("supervisor.write") && $0.contains("/s2-") && $0.hasSuffix(".status.new")
      }
    )
    let number = try #require(Int(call.split(separator: " ")[1]))
    let steps = try TwelveSteps()
    let layer = try FaultLayer(
      in: steps.folder.path + "/layer",
      at: FaultPoint("supervisor.write", number, "ENOSPC")
    )
    let result = try steps.begin(layer)
    let hit = try #require(try layer.hit())
    #expect(hit.contains(".status.new"))
    #expect(result.status == 0, "\(hit): \(result.output)\(result.errors)")
    #expect(!result.output.contains("unknown"))
    try steps.settle(shown: result.output, at: "\(hit)")
  }
}
