import Foundation
import TestSupport
import Testing

/// What an operator was shown stays true when the console dies at any moment.
@Suite(.serialized) struct KillTests {
  /// 1,000 of them: `make torture`.
  private static let rounds =
    ProcessInfo.processInfo.environment["MAILCONSOLE_KILL_ROUNDS"].flatMap(Int.init) ?? 30

  @Test(
    "after kill -9 at random moments nothing shown is missing, nothing ran twice unsaid, and the run goes on to its end"
  )
  func killAnywhere() throws {
    let folder = try TemporaryFolder()
    let first = ConsoleBinary(state: folder.path + "/whole")
    let site = try smallSite(in: folder, of: first.root)
    let answers = first.root + "/sites/tabletop/answers/queue-triage.yaml"
    let whole = try first.run("run", "queue-triage", "--site", site, "--answers", answers)
    try #require(whole.status == 0, "\(whole.output)\(whole.errors)")
    let events = whole.output.split(separator: "\n").count - 2

    var killed = 0
    for round in 0..<Self.rounds {
      let console = ConsoleBinary(state: "\(folder.path)/\(round)")
      let output = "\(folder.path)/\(round).txt"
      let process = try console.start(
        ["run", "queue-triage", "--site", site, "--answers", answers],
        output: output
      )
      // At some event of the run, and some way into what follows it.
      let event = Int.random(in: 0..<events)
      process.waitForLines(event, in: output)
      usleep(UInt32.random(in: 0..<20_000))
      if process.isRunning { killed += 1 }
      process.send(SIGKILL)
      process.wait()
      try check(
        console,
        shown: output,
        site: site,
        answers: answers,
        at: "round \(round), event \(event)"
      )
    }
    #expect(killed > Self.rounds / 2, "only \(killed) runs were still under way when killed")
  }

  /// The tabletop site with a queue small enough to be played a hundred times.
  private func smallSite(in folder: TemporaryFolder, of root: String) throws -> String {
    let site = folder.path + "/site"
    try FileManager.default.copyItem(atPath: root + "/sites/tabletop", toPath: site)
    let world = try String(contentsOfFile: site + "/world.yaml", encoding: .utf8)
      .replacingOccurrences(of: "count: 1200", with: "count: 50")
      .replacingOccurrences(of: "count: 800", with: "count: 50")
      .replacingOccurrences(of: "count: 3000", with: "count: 120")
    try folder.write(world, to: "site/world.yaml")
    return site
  }

  private func check(
    _ console: ConsoleBinary,
    shown output: String,
    site: String,
    answers: String,
    at moment: Comment
  ) throws {
    let shown = try String(contentsOfFile: output, encoding: .utf8)
    let rows = try JSONDecoder().decode(
      [Row].self,
      from: Data(try console.run("runs", "--json").output.utf8)
    )
    let hasShown = shown.contains("\n")
    guard let run = rows.first?.run else {
      #expect(!hasShown, "a run was shown and is not there; \(moment)")
      return
    }
    guard rows[0].events > 0 else {
      #expect(!hasShown, "events were shown of a run without a record; \(moment)")
      return
    }
    let verdict = try console.run("verify", run)
    #expect(verdict.status == 0, "\(verdict.output); \(moment)")
    let before = try RecordedTimeline(json: try console.run("show", run, "--json").output)
    #expect(before.missing(of: shown).isEmpty, "shown and not recorded; \(moment)")

    let resumed = try console.run("attach", run, "--site", site, "--answers", answers)
    #expect(resumed.status == 0, "\(resumed.output)\(resumed.errors); \(moment)")
    let after = try RecordedTimeline(json: try console.run("show", run, "--json").output)
    #expect(
      Array(after.lines.prefix(before.lines.count)) == before.lines,
      "the past changed; \(moment)"
    )
    #expect(after.lines.last?.type == "run.ended", "\(moment)")
    #expect(try console.run("verify", run).status == 0, "\(moment)")
    #expect(after.unsaidRepetitions.isEmpty, "\(moment)")
  }

  private struct Row: Decodable {
    let run: String
    let events: Int64
  }
}
