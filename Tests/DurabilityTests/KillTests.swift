import Foundation
import TestSupport
import Testing

/// What an operator was shown stays true when the console dies at any moment.
@Suite(.serialized) struct KillTests {
  /// 1,000 of them: `make torture`.
  private static let rounds =
    ProcessInfo.processInfo.environment["MAILCONSOLE_KILL_ROUNDS"].flatMap(Int.init) ?? 50

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
      waitForLines(event, in: output, of: process)
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

  /// Waits until so many lines were shown, or the process has ended.
  private func waitForLines(_ count: Int, in path: String, of process: RunningProgram) {
    let deadline = Date(timeIntervalSinceNow: 60)
    while process.isRunning, Date() < deadline {
      let text = (try? Data(contentsOf: URL(fileURLWithPath: path))) ?? Data()
      if text.count(where: { $0 == 0x0A }) >= count { return }
      usleep(1_000)
    }
  }

  private func check(
    _ console: ConsoleBinary,
    shown output: String,
    site: String,
    answers: String,
    at moment: Comment
  ) throws {
    // The last line may be torn: only whole lines were shown.
    let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: output)), as: UTF8.self)
    let shown = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    let rows = try JSONDecoder().decode(
      [Row].self,
      from: Data(try console.run("runs", "--json").output.utf8)
    )
    guard let run = rows.first?.run else {
      #expect(shown.isEmpty, "a run was shown and is not there; \(moment)")
      return
    }
    guard rows[0].events > 0 else {
      #expect(shown.isEmpty, "events were shown of a run without a record; \(moment)")
      return
    }
    let verdict = try console.run("verify", run)
    #expect(verdict.status == 0, "\(verdict.output); \(moment)")
    let before = try RecordedTimeline(json: try console.run("show", run, "--json").output)
    let recorded = Set(before.lines.map { "\($0.sequence) \($0.type)" })
    for line in shown {
      let words = line.split(whereSeparator: \.isWhitespace)
      guard words.count > 2, let sequence = Int64(words[0]) else { continue }
      #expect(
        recorded.contains("\(sequence) \(words[2])"),
        "shown and not recorded: \(line); \(moment)"
      )
    }

    let resumed = try console.run("attach", run, "--site", site, "--answers", answers)
    #expect(resumed.status == 0, "\(resumed.output)\(resumed.errors); \(moment)")
    let after = try RecordedTimeline(json: try console.run("show", run, "--json").output)
    #expect(
      Array(after.lines.prefix(before.lines.count)) == before.lines,
      "the past changed; \(moment)"
    )
    #expect(after.lines.last?.type == "run.ended", "\(moment)")
    #expect(try console.run("verify", run).status == 0, "\(moment)")
    expectRepetitionsAreSaid(after, moment)
  }

  private func expectRepetitionsAreSaid(_ timeline: RecordedTimeline, _ moment: Comment) {
    for step in Set(timeline.lines.compactMap(\.step)) {
      var isOpen = false
      for type in timeline.types(of: step) {
        switch type {
        case "step.started":
          #expect(!isOpen, "\(step) began again without a word; \(moment)")
          isOpen = true
        case "step.ended", "step.unknown": isOpen = false
        default: break
        }
      }
    }
  }

  private struct Row: Decodable {
    let run: String
    let events: Int64
  }
}
