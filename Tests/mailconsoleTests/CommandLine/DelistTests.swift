import Foundation
import TestSupport
import Testing

/// The shipped runbook against a listing, on the bundled site with a listing in its world.
@Suite("Off a block list")
struct DelistTests {
  /// The bundled site, where a list has its address until a time after the scenario's beginning.
  private func site(in places: Places, until hours: Int?) throws -> String {
    let site = places.folder.path + "/tabletop"
    try FileManager.default.copyItem(
      atPath: places.console.root + "/sites/tabletop",
      toPath: site
    )
    var world = try String(contentsOfFile: site + "/world.yaml", encoding: .utf8)
    // 2026-11-22T03:10:00Z, when the scenario begins.
    let end = hours.map { ", until: \(1_795_317_000 + $0 * 3_600)" } ?? ""
    let lists = """
        dns:
          lists:
            zen.spamhaus.org:
              {listed: {"198.51.100.25": 127.0.0.3}, reason: "https://check.example/"\(end)}

      """
    world = world.replacing("  dns:\n", with: lists)
    try world.write(toFile: site + "/world.yaml", atomically: true, encoding: .utf8)
    return site
  }

  private func play(_ places: Places, on site: String) throws -> Program.Result {
    try places.console.run(
      "run",
      "blacklist-delist",
      "--site",
      site,
      "--answers",
      site + "/answers/blacklist-delist.yaml"
    )
  }

  @Test("a listing is proved, its cause stopped by a triage of its own, and watched for a week")
  func listed() throws {
    let places = try Places()
    // A day of silence, then the list takes its time.
    let result = try play(places, on: try site(in: places, until: 24 + 30))
    #expect(result.status == 0, "\(result.output)\(result.errors)")
    #expect(result.output.contains("198.51.100.25 zen.spamhaus.org 127.0.0.3"))
    #expect(result.output.contains("stop: the run queue-triage-"))
    #expect(result.output.contains("Asked at check.spamhaus.org"))
    let runs = try FileManager.default.contentsOfDirectory(atPath: places.state + "/runs")
    #expect(runs.count == 2)
    #expect(try places.console.run("verify", "--all").status == 0)
  }

  @Test("a listing that does not go fails the wait after three days, and says so")
  func stays() throws {
    let places = try Places()
    let result = try play(places, on: try site(in: places, until: nil))
    #expect(result.status == 1, "\(result.output)\(result.errors)")
    #expect(result.output.contains("off: ") && result.output.contains("did not hold within 3d"))
  }
}
