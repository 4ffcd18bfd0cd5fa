import Foundation
import TestSupport
import Testing

/// A guarded run that nobody watches, on the bundled tabletop, whose queue is long.
@Suite("A guardrail in plain text") struct GuardrailCommandTests {
  private func write(to places: Places) throws {
    try places.folder.write(
      """
      apiVersion: mailconsole/v1
      kind: Check
      id: queue-size
      title: The queue is short
      group: queue
      check: postfix.queue
      pass: result.total < 500
      remedy: Find the causes first.
      runbook: queue-triage

      """,
      to: "runbooks/checks/queue-size.yaml"
    )
    try places.folder.write(
      """
      apiVersion: mailconsole/v1
      kind: Runbook
      id: guarded
      title: Guarded
      version: 1.0.0
      owner: E4
      summary: Changes something beside a queue that must stay short.
      guardrails: [{use: queue-size, every: 1m}]
      steps:
        - id: hold
          do: postfix.hold
          with: {sender: alice@example.test}
          rollback: {do: postfix.release, with: {sender: alice@example.test}}

      """,
      to: "runbooks/operations/guarded.yaml"
    )
    try places.folder.write(
      "apiVersion: mailconsole/v1\nkind: Answers\noperator: tomas\nsteps: {}\n",
      to: "answers.yaml"
    )
  }

  private func begin(_ places: Places) throws -> (result: Program.Result, run: String) {
    try write(to: places)
    let result = try places.console.run(
      "run",
      "guarded",
      "--runbooks",
      places.runbooks,
      "--answers",
      places.folder.path + "/answers.yaml"
    )
    let runs = try FileManager.default.contentsOfDirectory(atPath: places.state + "/runs")
    return (result, try #require(runs.first))
  }

  private func attach(_ run: String, _ places: Places, _ more: String...) throws -> Program.Result {
    try places.console.run(
      ["attach", run, "--plain", "--as", "tomas", "--runbooks", places.runbooks] + more
    )
  }

  @Test("stops an unattended run with 2, says what to do, and goes on only with a reason")
  func stops() throws {
    let places = try Places()
    let (result, run) = try begin(places)
    #expect(result.status == 2, "\(result.output)\(result.errors)")
    for text in [
      "guardrail.read", "the guardrail queue-size FAILS: ",
      "\(run) is paused by the guardrail queue-size: The guardrail queue-size fails: ",
      "Find the causes first. Reach for the runbook queue-triage.", "--because REASON",
    ] {
      #expect(result.output.contains(text), "\(text) is not in \(result.output)")
    }
    #expect(!result.output.contains("step.started"))

    let refused = try attach(run, places, "--continue")
    #expect(refused.status == 64, "\(refused.output)\(refused.errors)")
    #expect(refused.errors.contains("overrule it and say why"))
    let done = try attach(
      run,
      places,
      "--continue",
      "--because",
      "the exercise is about it",
      "--answers",
      places.folder.path + "/answers.yaml"
    )
    #expect(done.status == 0, "\(done.output)\(done.errors)")
    #expect(
      done.output.contains("tomas overrules the guardrail queue-size: the exercise is about it")
    )
    #expect(try places.console.run("verify", run).status == 0)
    let report = try places.console.run("export", run, "--format", "markdown").output
    #expect(report.contains("overrules the guardrail queue-size"))
    #expect(report.contains("Departed from the plain way: guardrail (2 times)"), "\(report)")
  }

  @Test("a check whose pinned text was altered is not performed: 65, and the file is named")
  func altered() throws {
    let places = try Places()
    let run = try begin(places).run
    let path = "state/runs/\(run)/checks/queue-size.yaml"
    let text = try String(contentsOfFile: places.folder.path + "/" + path, encoding: .utf8)
    try places.folder.write(text.replacing("500", with: "50000"), to: path)
    let words = "checks/queue-size.yaml is not the text the run is pinned to."
    let attached = try attach(run, places)
    #expect(attached.status == 65, "\(attached.output)\(attached.errors)")
    #expect(attached.errors.contains(words))
    let bundle = places.folder.path + "/bundle.tar"
    let exported = try places.console.run("export", run, "--format", "bundle", "--output", bundle)
    #expect(exported.status == 1)
    #expect(exported.errors.contains(words), "\(exported.output)\(exported.errors)")
    #expect(!FileManager.default.fileExists(atPath: bundle))
    #expect(try places.console.run("verify", run).output.contains(words))
  }

  @Test("a run goes on with its own text of a check; that the library has another is said")
  func drift() throws {
    let places = try Places()
    let run = try begin(places).run
    let path = "runbooks/checks/queue-size.yaml"
    let text = try String(contentsOfFile: places.folder.path + "/" + path, encoding: .utf8)
    try places.folder.write(text.replacing("500", with: "50000"), to: path)
    let shown = try places.console.run("show", run, "--runbooks", places.runbooks).output
    #expect(shown.contains("the library has others by now: queue-size."), "\(shown)")
    #expect(try attach(run, places).status == 2, "by its own text it fails still")
  }

  @Test("a check that cannot be used keeps one runbook off the shelf, and lint says why")
  func unusable() throws {
    let places = try Places()
    try write(to: places)
    try places.writeRunbook()
    try places.folder.write("kind: Check\n", to: "runbooks/checks/queue-size.yaml")
    let refused = try places.console.run(
      "run",
      "guarded",
      "--runbooks",
      places.runbooks,
      "--plain",
      "--as",
      "tomas"
    )
    #expect(refused.status == 65)
    #expect(refused.errors.contains("the check `queue-size` cannot be used"))
    let other = try places.console.run(
      "run",
      "read-queue",
      "--runbooks",
      places.runbooks,
      "--plain",
      "--as",
      "tomas"
    )
    #expect(other.output.contains("step.started"), "\(other.output)\(other.errors)")
    let lint = try places.console.run("lint", places.runbooks)
    #expect(lint.status == 1)
    #expect(lint.output.contains("guarded.yaml:8:20: error: the check `queue-size` cannot be used"))
  }
}
