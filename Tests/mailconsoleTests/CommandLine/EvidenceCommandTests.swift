import Foundation
import TestSupport
import Testing

/// `mailconsole show RUN --evidence`.
@Suite("Evidence is printed by name")
struct EvidenceCommandTests {
  @Test("byte for byte to a pipe; a wrong name lists the right ones; answers are in every report")
  func evidence() throws {
    let places = try Places()
    let answers = places.console.root + "/sites/tabletop/answers/queue-triage.yaml"
    let run = try places.console.run("run", "queue-triage", "--answers", answers)
    #expect(run.status == 0)
    let name = try #require(
      try FileManager.default.contentsOfDirectory(atPath: places.state + "/runs").first
    )
    let report = try places.console.run("show", name, "--evidence", "look/queue report")
    #expect(report.status == 0)
    let json = try JSONSerialization.jsonObject(with: Data(report.output.utf8))
    #expect(json is NSDictionary)

    let wrong = try places.console.run("show", name, "--evidence", "nonsense")
    #expect(wrong.status != 0)
    #expect(wrong.errors.contains("look/queue report"))
    #expect(wrong.output.isEmpty)

    for format in ["markdown", "html", "json"] {
      let export = try places.console.run("export", name, "--format", format)
      #expect(
        export.output.contains("fate=delete") || export.output.contains("fate=keep"),
        "\(format)"
      )
    }
  }
}
