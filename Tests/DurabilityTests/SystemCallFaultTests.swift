import Foundation
import TestSupport
import Testing

/// Full disks, broken disks and failed syncs at every call of a run.
@Suite(.serialized) struct SystemCallFaultTests {
  /// What can go wrong with a call of each class.
  private static let actions: [String: [String]] = [
    "write": ["ENOSPC", "torn", "EIO", "EIO-on", "short"],
    "sync": ["EIO", "EIO-on"], "name": ["ENOSPC", "EIO-on"], "spawn": ["EAGAIN"],
  ]

  @Test(
    "a call that fails anywhere is said with 74 or recorded, nothing is lost, and the run is resumed",
    arguments: ["write", "sync", "name", "spawn"]
  )
  func everyCall(class name: String) async throws {
    let counts = try SystemCallCrashTests.count().filter { $0.key.hasSuffix(name) }
    let actions = try #require(Self.actions[name])
    var points = try SystemCallCrashTests.points(of: counts, actions)
    if !SystemCallCrashTests.takesAll, name != "spawn" {
      // Each way to fail once, somewhere in the middle.
      points = actions.enumerated().map { FaultPoint("runner.\(name)", 45 + 3 * $0, $1) } + points
    }
    try await SystemCallCrashTests.perform(points) { point in
      let steps = try TwelveSteps()
      let layer = try FaultLayer(in: steps.folder.path + "/layer", at: point)
      let result = try steps.begin(layer)
      guard let hit = try layer.hit() else { return false }
      Self.judge(result, of: point, hit)
      try steps.settle(shown: result.output, at: "\(hit)")
      return true
    }
  }

  /// The status and the words that the console ended with.
  private static func judge(_ result: Program.Result, of point: FaultPoint, _ hit: String) {
    let comment: Comment = "\(hit): \(result.status) \(result.output.suffix(300))\(result.errors)"
    let messages = result.errors.split(separator: "\n").filter { $0.hasPrefix("mailconsole: ") }
    switch result.status {
    case 74:
      let isClear = ["The disk is full: ", "Reading or writing ", " may not be used"].contains {
        result.errors.contains($0)
      }
      #expect(isClear && messages.count == 1, comment)
    case 2:
      // The output of a step is lost, or the reserve was needed, and a person says when to go on.
      #expect(
        ["could not be kept", "directory is full"].contains { result.output.contains($0) },
        comment
      )
      #expect(result.output.contains("--continue"), comment)
    case 1, 3:
      // A command that could not be begun, or whose end nobody could write down.
      #expect(point.kind != "runner.write" && point.kind != "runner.sync", comment)
    default: #expect(result.status == 0, comment)
    }
    // Of the journal itself nothing is ever let pass, but for want of room: then the run waits, if
    // there is a reserve, and when all of it is done its journal is left with its log.
    let isOfJournal = hit.contains("/journal.sqlite") || hit.contains("/head ")
    let mustStop = ["runner.write", "runner.sync"].contains(point.kind) && point.action != "short"
    if isOfJournal, mustStop {
      let isPaused = point.action == "ENOSPC" && result.status == 2
      let isDone = result.status == 0 && result.output.contains("completed: 12 of 12 steps done")
      let isFull = ["ENOSPC", "torn"].contains(point.action)
      #expect(result.status == 74 || isPaused || (isFull && isDone), comment)
    }
  }
}
