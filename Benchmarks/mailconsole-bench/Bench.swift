internal import Foundation
internal import Runbooks

/// What every scenario works with.
struct Bench: Sendable {
  /// The release binary.
  let program: String
  /// The folder with `runbooks/` and `sites/`.
  let share: String
  let workspace: Workspace
  /// Fewer repetitions and smaller files.
  let isQuick: Bool

  /// The operator of the tabletop site who drives.
  static let operatorName = "tomas"

  /// All variables that a program gets.
  func environment(state: String) -> [String: String] {
    [
      "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin",
      "HOME": workspace.path, "LC_ALL": "C.UTF-8", "TERM": "xterm-256color",
      "MAILCONSOLE_SHARE": share, "MAILCONSOLE_STATE": state,
      "MAILCONSOLE_OPERATOR": Self.operatorName,
    ]
  }

  func tabletop() throws -> Site {
    let reading = SiteLoader.read(directory: share + "/sites/tabletop")
    guard let site = reading.value else {
      throw BenchFailure(reading.problems.map(\.description).joined(separator: "\n"))
    }
    return site
  }

  /// Repeats a measurement.
  func repeated(_ times: Int, quick: Int, _ body: () throws -> Double) throws -> Samples {
    try Samples((0..<(isQuick ? quick : times)).map { _ in try body() })
  }

  /// The same for work that waits.
  func repeated(_ times: Int, quick: Int, _ body: () async throws -> Double) async throws -> Samples
  {
    var samples: [Double] = []
    for _ in 0..<(isQuick ? quick : times) { samples.append(try await body()) }
    return try Samples(samples)
  }
}

/// A group of measurements that belong together.
struct Scenario: Sendable {
  let name: String
  let run: @Sendable (Bench) async throws -> [Row]

  init(_ name: String, _ run: @escaping @Sendable (Bench) async throws -> [Row]) {
    self.name = name
    self.run = run
  }

  static let all = [
    firstFrame, firstFrameLater, firstFrameGrown, keystrokes, outputLines, idle, durableSteps,
    verification, lint, attach, consoles, triage, checks, reports,
  ]
}
