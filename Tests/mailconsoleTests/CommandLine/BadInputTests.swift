import Foundation
import TestSupport
import Testing

/// What an operator is told when something that was named is wrong.
@Suite("Bad input at the command line")
struct BadInputTests {
  @Test("a runbook that is no YAML is an error with file, line and column, and status 1")
  func brokenYAML() throws {
    let places = try Places()
    let path = try places.folder.write("apiVersion: mailconsole/v1\nkind: [Runbook\n", to: "a.yaml")
    let result = try places.console.run("lint", path)
    #expect(result.status == 1)
    #expect(result.output.contains(#/a\.yaml:\d+:\d+: error: /#))
    #expect(result.errors == "")
  }

  @Test("an unknown operation is named where it stands")
  func unknownOperation() throws {
    let places = try Places()
    try places.writeRunbook("  - {id: fly, title: Fly, do: postfix.queu}")
    let path = places.runbooks + "/operations/read-queue.yaml"
    let result = try places.console.run("lint", path)
    #expect(result.status == 1)
    #expect(result.output.contains(#/read-queue\.yaml:16:\d+: error: .*postfix\.queu/#))
    #expect(result.output.contains("postfix.queue"), "the nearest name is offered")
  }

  @Test("a path that is not there ends lint with 66")
  func missingPath() throws {
    let result = try Places().console.run("lint", "/no/such/file.yaml")
    #expect(result.status == 66)
    #expect(result.errors.contains("/no/such/file.yaml"))
  }

  @Test(
    "a missing site says which directory and what to set",
    arguments: [
      [], ["run", "queue-triage"], ["queue"],
    ]
  )
  func missingSite(command: [String]) throws {
    let result = try Places().console.run(command + ["--site", "/no/such/site"])
    #expect(result.status == 66)
    #expect(result.errors.contains("/no/such/site"))
    #expect(result.errors.contains("MAILCONSOLE_SITE"))
  }

  @Test("a broken site.yaml is cited by line and column")
  func brokenSite() throws {
    let places = try Places()
    try places.writeSite("colour: blue")
    let result = try places.console.run("--site", places.site)
    #expect(result.status == 65)
    #expect(result.errors.contains(#/site\.yaml:10:1: error: /#))
    #expect(result.errors.contains("colour"))
  }

  @Test("an unknown runbook is answered with the nearest one")
  func unknownRunbook() throws {
    let result = try Places().console.run("run", "queue-triag", "--as", "tomas")
    #expect(result.status == 66)
    #expect(result.errors.contains("Did you mean queue-triage?"))
  }

  @Test("runbook files that cannot be used are named on the first page, not left out")
  func unusableRunbooks() throws {
    let places = try Places()
    try places.writeRunbook("  - {id: fly, title: Fly, do: postfix.queu}")
    let page = try places.console.run("--runbooks", places.runbooks)
    #expect(page.status == 0)
    #expect(page.output.contains("cannot be used"))
    #expect(page.output.contains(#/read-queue\.yaml:16:\d+: error: .*postfix\.queu/#))
    let run = try places.console.run("run", "read-queue", "--runbooks", places.runbooks)
    #expect(run.status == 65)
    #expect(run.errors.contains(#/read-queue\.yaml:16:\d+: error: .*postfix\.queu/#))
  }

  @Test(
    "an unknown run ends with 66 and says how to list them",
    arguments: [
      "show", "attach", "verify",
    ]
  )
  func unknownRun(command: String) throws {
    let result = try Places().console.run(command, "no-such-run")
    #expect(result.status == 66)
    #expect(result.errors.contains("no-such-run"))
    #expect(result.errors.contains("mailconsole runs"))
  }

  @Test(
    "a name of a run that leads out of the state directory is no run",
    arguments: [
      "../../etc", "/etc/passwd", "", ".", "..", "a/../../b",
    ]
  )
  func pathAsRun(name: String) throws {
    let result = try Places().console.run("show", name)
    #expect(result.status == 66)
  }

  @Test(
    "wrong inputs are named and nothing is begun",
    arguments: [
      ("colour=blue", "no such input"), ("ticket", "name=value"),
    ]
  )
  func wrongInput(word: String, says: String) throws {
    let places = try Places()
    try places.writeSite()
    try places.writeRunbook()
    let result = try places.run("--input", word)
    #expect(result.status == 64)
    #expect(result.errors.contains(says))
    #expect(!FileManager.default.fileExists(atPath: places.state + "/runs"))
  }

  @Test(
    "an unknown option, command word or operator ends with 64",
    arguments: [
      ["--colour"], ["run"], ["verify"], ["graph", "queue-triage", "--format", "png"],
      ["--as", "nobody"], ["queue", "--by", "colour"], ["--world", "moon"],
    ]
  )
  func usage(arguments: [String]) throws {
    let result = try Places().console.run(arguments)
    #expect(result.status == 64)
    #expect(!result.errors.isEmpty)
    #expect(result.output == "")
  }

  @Test("a broken answers file is cited, a missing one named")
  func answers() throws {
    let places = try Places()
    let path = try places.folder.write(
      """
      apiVersion: mailconsole/v1
      kind: Answers
      operator: tomas
      steps:
        no-such-step: {done: {note: x}}

      """,
      to: "answers.yaml"
    )
    let broken = try places.console.run("run", "queue-triage", "--answers", path)
    #expect(broken.status == 65)
    #expect(broken.errors.contains(#/answers\.yaml:5:\d+: error: /#))
    let missing = try places.console.run("run", "queue-triage", "--answers", path + "x")
    #expect(missing.status == 66)
    #expect(!FileManager.default.fileExists(atPath: places.state + "/runs"))
  }

  @Test("a state directory that cannot be written ends with 74 and says which")
  func unwritableState() throws {
    let places = try Places()
    // Root writes where no permission allows it, but never below a file.
    let file = try places.folder.write("", to: "file")
    let console = ConsoleBinary(state: file + "/state")
    let result = try console.run("run", "queue-triage", "--as", "tomas", "--plain")
    #expect(result.status == 74)
    #expect(result.errors.contains(file))
    #expect(result.errors.split(separator: "\n").count == 1)
  }

  @Test("a run that has ended is not gone on with, and says how it ended")
  func ended() throws {
    let places = try Places()
    let answers = places.console.root + "/sites/tabletop/answers/queue-triage.yaml"
    #expect(try places.console.run("run", "queue-triage", "--answers", answers).status == 0)
    let name = try #require(
      try FileManager.default.contentsOfDirectory(
        atPath: places.state + "/runs"
      ).first
    )
    let result = try places.console.run("attach", name)
    #expect(result.status == 0)
    #expect(result.output.contains("has ended, completed"))
  }
}
