import Foundation
import Glibc
import TestSupport
import Testing

/// The real processes of a run ended at every write, sync, name, message and spawn.
@Suite(.serialized) struct SystemCallCrashTests {
  /// `make torture` takes every point; else a sample, the same each time.
  static let takesAll = ProcessInfo.processInfo.environment["MAILCONSOLE_FAULTS"] == "all"

  private static let actions = ["kill-before", "kill-after", "all-before", "all-after"]

  @Test(
    "ended at any call below the record: nothing shown is missing, nothing happens twice unsaid, and the run goes on to its end"
  )
  func everyCall() async throws {
    let points = try Self.points(of: try Self.count(), Self.actions)
    try await Self.perform(points) { point in
      let steps = try TwelveSteps()
      let layer = try FaultLayer(in: steps.folder.path + "/layer", at: point)
      let result = try steps.begin(layer)
      guard let hit = try layer.hit() else { return false }
      // A supervisor that dies alone leaves its runner, which says what it knows.
      let isLeft = point.kind.hasPrefix("supervisor") && point.action.hasPrefix("kill")
      #expect(isLeft ? [0, 1, 3].contains(result.status) : result.status == -9, "\(point): \(hit)")
      try steps.settle(shown: result.output, at: "\(hit)")
      return true
    }
  }

  @Test("ended again at any call while it is taken over: recovering twice is recovering once")
  func everyCallOfRecovery() async throws {
    @Sendable func broken() throws -> (TwelveSteps, String) {
      let steps = try TwelveSteps()
      // A command was let go a moment ago, and all of them are gone.
      let first = FaultPoint("runner.tell", 5, "all-after")
      let layer = try FaultLayer(in: steps.folder.path + "/layer", at: first)
      let result = try steps.begin(layer)
      #expect(try layer.hit() != nil && result.status == -9, "\(result)")
      return (steps, result.output)
    }
    let (steps, shown) = try broken()
    let dry = try FaultLayer(in: steps.folder.path + "/again")
    _ = try steps.attach(dry)
    try steps.settle(shown: shown, at: "without a second fault")
    let actions = Self.takesAll ? ["all-before", "all-after"] : Self.actions
    try await Self.perform(try Self.points(of: try dry.counts(), actions, every: 4)) { point in
      let (steps, shown) = try broken()
      let layer = try FaultLayer(in: steps.folder.path + "/again", at: point)
      let result = try steps.attach(layer)
      guard let hit = try layer.hit() else { return false }
      try steps.settle(shown: shown + result.output, at: "\(hit)")
      return true
    }
  }

  // MARK: - Points

  /// How many calls of each kind a whole run makes.
  ///
  /// A kind without calls means that the layer does not see them.
  static func count() throws -> [String: Int] {
    let steps = try TwelveSteps()
    let layer = try FaultLayer(in: steps.folder.path + "/layer")
    let result = try steps.begin(layer)
    try #require(result.status == 0, "\(result.output)\(result.errors)")
    let counts = try layer.counts()
    for kind in FaultPoint.kinds { try #require(counts[kind, default: 0] >= 9, "\(kind)") }
    return counts
  }

  /// Every call with every action; or one call of each kind (of every so many kinds), seeded.
  static func points(
    of counts: [String: Int],
    _ actions: [String],
    every stride: Int = 1
  ) throws -> [FaultPoint] {
    var generator = SeededGenerator(seed: UInt64(actions.count + stride))
    return FaultPoint.kinds.enumerated().flatMap { index, kind -> [FaultPoint] in
      guard let count = counts[kind] else { return [] }
      if takesAll {
        return (1...count).flatMap { number in actions.map { FaultPoint(kind, number, $0) } }
      }
      guard index.isMultiple(of: stride) else { return [] }
      let number = Int.random(in: 1...max(1, count * 9 / 10), using: &generator)
      return [FaultPoint(kind, number, actions[index / stride % actions.count])]
    }
  }

  /// Tries the points, two at a time: a round mostly waits for the disk and for processes.
  ///
  /// - Parameter round: gives whether the run came to the point.
  static func perform(
    _ points: [FaultPoint],
    _ round: @escaping @Sendable (FaultPoint) async throws -> Bool
  ) async throws {
    var missed: [FaultPoint] = []
    try await withThrowingTaskGroup(of: (FaultPoint, Bool).self) { group in
      var rest = points[...]
      func next() {
        guard let point = rest.popFirst() else { return }
        group.addTask { (point, try await round(point)) }
      }
      for _ in 0..<2 { next() }
      while let (point, isHit) = try await group.next() {
        if !isHit { missed.append(point) }
        next()
      }
    }
    // The last calls of a kind may not come: how often output is read is a matter of time.
    #expect(missed.count * 20 <= points.count, "never came to \(missed)")
  }
}
