import Foundation
import TestSupport
import Testing

/// The screens in plain text.
@Suite("Plain text says what the screens show")
struct PlainTwinTests {
  @Test("the summary names site, world, operator, runbooks, and what waits for whom")
  func summary() throws {
    let places = try Places()
    let before = try places.console.run("--as", "tomas")
    #expect(before.status == 0)
    for text in ["tabletop  example.test", "world  tabletop", "you    tomas", "queue-triage"] {
      #expect(before.output.contains(text), "\(text)")
    }
    #expect(before.output.contains("never run here"))
    let run = try places.console.run("run", "ms-3", "--as", "tomas", "--plain")
    #expect(run.status == 2)
    let after = try places.console.run("--as", "tomas", "--plain")
    #expect(after.output.contains("waiting"))
    #expect(after.output.contains("at review (a sign-off)"))
    #expect(after.output.contains("mailconsole attach ms-3-"))
  }

  @Test("run, runs, show and verify agree about a run that waits for a person")
  func waiting() throws {
    let places = try Places()
    let run = try places.console.run("run", "ms-3", "--as", "tomas", "--plain")
    #expect(run.status == 2)
    #expect(run.output.contains("waits for"))
    let name = try #require(
      try FileManager.default.contentsOfDirectory(
        atPath: places.state + "/runs"
      ).first
    )
    #expect(run.output.contains("Go on with:  mailconsole attach \(name)"))

    let runs = try places.console.run("runs")
    #expect(runs.status == 0)
    #expect(runs.output.contains(name))
    #expect(runs.output.contains("tabletop/tabletop"))
    #expect(runs.output.contains("review"))

    let show = try places.console.run("show", name)
    #expect(show.status == 0)
    // Every line that the run printed is in the record, in the same words.
    for line in run.output.split(separator: "\n") where line.first?.isNumber == true {
      #expect(show.output.contains(line), "\(line)")
    }
    let json = try RecordedTimeline(json: try places.console.run("show", name, "--json").output)
    #expect(json.lines.map(\.sequence) == Array(1...Int64(json.lines.count)))

    let verify = try places.console.run("verify", name)
    #expect(verify.status == 0)
    #expect(verify.output.contains("\(name): sound, \(json.lines.count) events"))
  }

  @Test("an unattended run to its end exits with 0, a rejected one with 1")
  func outcomes() throws {
    let places = try Places()
    let answers = places.console.root + "/sites/tabletop/answers/ms-3.yaml"
    let done = try places.console.run("run", "ms-3", "--answers", answers)
    #expect(done.status == 0)
    #expect(done.output.contains("completed"))
    let refusal = try places.folder.write(
      """
      apiVersion: mailconsole/v1
      kind: Answers
      operator: marek
      steps:
        review:
          reject: {by: sofia, reason: "The map lost a domain."}

      """,
      to: "refusal.yaml"
    )
    let refused = try places.console.run("run", "ms-3", "--answers", refusal)
    #expect(refused.status == 1)
    #expect(refused.output.contains("The map lost a domain."))
  }

  @Test("a record that was changed is found out, and the event named")
  func tampered() throws {
    let places = try Places()
    _ = try places.console.run("run", "ms-3", "--as", "tomas", "--plain")
    let runs = places.state + "/runs"
    let name = try #require(try FileManager.default.contentsOfDirectory(atPath: runs).first)
    let database = try #require(
      try FileManager.default.contentsOfDirectory(atPath: runs + "/" + name)
        .first { $0.hasSuffix(".sqlite") || $0.hasSuffix(".db") }
    )
    let path = "\(runs)/\(name)/\(database)"
    var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    let place = try #require(
      bytes.range(of: Data("tomas began".utf8)) ?? bytes.range(of: Data("\"tomas\"".utf8))
    )
    bytes.replaceSubrange(place.lowerBound + 1..<place.lowerBound + 2, with: Data("x".utf8))
    try bytes.write(to: URL(fileURLWithPath: path))
    let verify = try places.console.run("verify", name)
    #expect(verify.status == 1)
    #expect(verify.output.contains("NOT SOUND"))
  }

  @Test("with no runs there is nothing to list and nothing to verify")
  func empty() throws {
    let places = try Places()
    let runs = try places.console.run("runs")
    #expect(runs.status == 0)
    #expect(runs.output == "There are no runs in \(places.state).\n")
    #expect(try places.console.run("runs", "--json").output == "[\n\n]\n")
    #expect(try places.console.run("verify", "--all").status == 0)
  }

  @Test(
    "--help and --version print to standard output and exit with 0",
    arguments: [
      ["--help"], ["--version"], ["run", "--help"], ["help", "queue"],
    ]
  )
  func help(arguments: [String]) throws {
    let result = try Places().console.run(arguments)
    #expect(result.status == 0)
    #expect(!result.output.isEmpty)
    #expect(result.errors == "")
  }
}
