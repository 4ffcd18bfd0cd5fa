import Foundation
import TestSupport
import Testing

/// An export that is killed, or meets a disk that fails, at every call on the file it writes.
@Suite(.serialized) struct ExportCrashTests {
  @Test(
    "an export ended or failing at any call leaves the whole file under its name, or none",
    arguments: ["bundle", "html"]
  )
  func everyCall(format: String) async throws {
    let steps = try TwelveSteps()
    _ = try steps.begin(try FaultLayer(in: steps.folder.path + "/layer"))
    let run = try #require(steps.run())
    let (dry, result, whole) = try Self.export(run, format, of: steps, at: nil)
    try #require(result.status == 0, "\(result.errors)")
    let bytes = try #require(whole)
    let counts = try dry.counts()
    try #require(Set(counts.keys) == ["runner.write", "runner.sync", "runner.name"])

    let actions = ["kill-before", "kill-after", "ENOSPC", "EIO-on", "torn"]
    var points = counts.keys.sorted().flatMap { kind in
      actions.map { FaultPoint(kind, counts[kind] ?? 1, $0) }
    }
    if SystemCallCrashTests.takesAll {
      points = try SystemCallCrashTests.points(of: counts, actions)
    }
    for point in points {
      let (layer, result, found) = try Self.export(run, format, of: steps, at: point)
      let hit = try #require(try layer.hit(), "\(point)")
      let comment: Comment = "\(hit): \(result.status) \(result.errors)"
      #expect(found == nil || found == bytes, comment)
      switch result.status {
      case 0: #expect(found == bytes, comment)
      case 74:
        let words = ["cannot be written", "The disk is full", "Reading or writing"]
        #expect(words.contains { result.errors.contains($0) }, comment)
        #expect(found == nil, comment)
      default: #expect(result.status == -9, comment)
      }
    }
  }

  /// Exports to a directory of its own.
  private static func export(
    _ run: String,
    _ format: String,
    of steps: TwelveSteps,
    at point: FaultPoint?
  ) throws -> (FaultLayer, Program.Result, Data?) {
    let folder = steps.folder.path + "/export-\(UUID().uuidString)"
    let layer = try FaultLayer(in: folder + "/layer", at: point)
    let place = folder + "/place"
    try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
    let console = ConsoleBinary(
      state: steps.state,
      variables: layer.variables(disk: place, witness: place)
    )
    let target = place + "/file"
    let result = try console.run("export", run, "--format", format, "--output", target)
    return (layer, result, FileManager.default.contents(atPath: target))
  }
}
