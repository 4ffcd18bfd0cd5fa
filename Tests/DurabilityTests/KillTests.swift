import Foundation
import TestSupport
import Testing

/// What an operator was shown stays true when the console dies at any moment.
@Suite(.serialized) struct KillTests {
  private static let rounds = 50

  @Test("after kill -9 at 50 random moments nothing shown is missing, nothing ran twice unsaid, and the run goes on to its end")
  func killAnywhere() throws {
    let folder = try TemporaryFolder()
    let first = ConsoleBinary(state: folder.path + "/whole")
    let answers = first.root + "/sites/tabletop/answers/queue-triage.yaml"
    let begin = ContinuousClock.now
    let whole = try first.run("run", "queue-triage", "--answers", answers)
    let span = ContinuousClock.now - begin
    try #require(whole.status == 0, "\(whole.output)\(whole.errors)")

    var killed = 0
    var generator = SystemRandomNumberGenerator()
    for round in 0..<Self.rounds {
      let console = ConsoleBinary(state: "\(folder.path)/\(round)")
      let output = "\(folder.path)/\(round).txt"
      let process = try console.start(
        ["run", "queue-triage", "--answers", answers], output: output)
      let share = Double.random(in: 0..<1, using: &generator)
      usleep(UInt32(Double(span.components.seconds * 1_000_000 + span.components.attoseconds / 1_000_000_000_000) * share))
      if process.isRunning { killed += 1 }
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      try check(console, shown: output, answers: answers, at: "round \(round), \(share) of \(span)")
    }
    #expect(killed > Self.rounds / 2, "only \(killed) runs were still under way when killed")
  }

  private func check(
    _ console: ConsoleBinary, shown output: String, answers: String, at moment: Comment
  ) throws {
    // The last line may be torn: only whole lines were shown.
    let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: output)), as: UTF8.self)
    let shown = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    let rows = try JSONDecoder().decode([Row].self, from: Data(try console.run("runs", "--json").output.utf8))
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
      #expect(recorded.contains("\(sequence) \(words[2])"), "shown and not recorded: \(line); \(moment)")
    }

    let resumed = try console.run("attach", run, "--answers", answers)
    #expect(resumed.status == 0, "\(resumed.output)\(resumed.errors); \(moment)")
    let after = try RecordedTimeline(json: try console.run("show", run, "--json").output)
    #expect(Array(after.lines.prefix(before.lines.count)) == before.lines, "the past changed; \(moment)")
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
