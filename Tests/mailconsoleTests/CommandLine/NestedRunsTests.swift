import Foundation
import TestSupport
import Testing

/// A wave over tickets, through the binary, on the bundled tabletop site.
@Suite("Runs within runs in plain text")
struct NestedRunsTests {
  /// A wave of two tickets that hold the mail of a sender each, and a check of what both came to.
  private func write(to places: Places, ticketAnswers: String = "") throws {
    try places.folder.write(
      """
      apiVersion: mailconsole/v1
      kind: Runbook
      id: hold-sender
      title: Hold the mail of a sender
      version: 1.0.0
      owner: E4
      summary: Holds mail.
      inputs:
        sender: {type: mailbox, help: Whose mail is held.}
      steps:
        - id: hold
          title: Hold it
          do: postfix.hold
          with: {sender: "${inputs.sender}"}
          rollback: {do: postfix.release, with: {sender: "${inputs.sender}"}}
        - id: call
          title: Call them
          manual: Call ${inputs.sender}.
          needs: [hold]

      """,
      to: "runbooks/tickets/hold-sender.yaml"
    )
    try places.folder.write(
      """
      apiVersion: mailconsole/v1
      kind: Runbook
      id: hold-all
      title: Hold the mail of two
      version: 1.0.0
      owner: E4
      summary: Two tickets and their proof.
      steps:
        - id: alice
          title: Hold alice
          runbook: hold-sender
          with: {sender: alice@example.test}
        - id: bob
          title: Hold bob
          runbook: hold-sender
          with: {sender: bob@example.test}
        - id: prove
          title: Was anything held?
          check: postfix.queue
          pass: result.hold >= 0
          needs: [alice, bob]

      """,
      to: "runbooks/waves/hold-all.yaml"
    )
    try places.folder.write(
      "apiVersion: mailconsole/v1\nkind: Answers\noperator: tomas\n",
      to: "answers/hold-all.yaml"
    )
    try places.folder.write(
      "apiVersion: mailconsole/v1\nkind: Answers\noperator: marek\nsteps:\n"
        + "  hold: {on_failure: mark_done, reason: there was none}\n  call: {done: {note: called}}\n"
        + ticketAnswers,
      to: "answers/hold-sender.yaml"
    )
  }

  private func play(_ places: Places) throws -> Program.Result {
    try places.console.run(
      "run",
      "hold-all",
      "--runbooks",
      places.folder.path + "/runbooks",
      "--answers",
      places.folder.path + "/answers/hold-all.yaml"
    )
  }

  private func runs(_ places: Places) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: places.state + "/runs").sorted()
  }

  @Test("a wave drives its tickets by their own answers; each is a run, and verify follows")
  func wave() throws {
    let places = try Places()
    try write(to: places)
    let result = try play(places)
    #expect(result.status == 0, "\(result.output)\(result.errors)")
    let runs = try runs(places)
    #expect(runs.count == 3 && runs.filter { $0.hasPrefix("hold-sender") }.count == 2)
    let wave = try #require(runs.first { $0.hasPrefix("hold-all") })
    #expect(result.output.contains("\(wave) completed: 3 of 3 steps done"), "\(result.output)")
    #expect(result.output.contains("nested.bound"))
    let verified = try places.console.run("verify", wave)
    #expect(verified.status == 0, "\(verified.output)\(verified.errors)")
    for run in runs { #expect(verified.output.contains(run), "\(run)") }
    let report = try places.console.run("export", wave, "--format", "markdown")
    #expect(report.status == 0 && report.output.contains("hold-sender"))
  }

  @Test("a bundle holds the runs within, and is checked with sha256sum, grep and sed alone")
  func bundle() throws {
    let places = try Places()
    try write(to: places)
    _ = try play(places)
    let runs = try runs(places)
    let wave = try #require(runs.first { $0.hasPrefix("hold-all") })
    let tar = places.folder.path + "/wave.tar"
    let exported = try places.console.run("export", wave, "--format", "bundle", "--output", tar)
    #expect(exported.status == 0, "\(exported.errors)")
    let folder = places.folder.path + "/unpacked"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    _ = try Program.run("/usr/bin/tar", ["-xf", tar, "-C", folder])
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == runs)
    func check(_ run: String) throws -> Program.Result {
      try Program.run("/bin/sh", ["\(folder)/\(run)/verify.sh", "\(folder)/\(run)"])
    }
    for run in runs {
      let result = try check(run)
      #expect(result.status == 0, "\(result.output)")
    }
    let ticket = try #require(runs.first { $0.hasPrefix("hold-sender") })
    try FileManager.default.removeItem(atPath: "\(folder)/\(ticket)")
    let lacking = try check(wave)
    #expect(lacking.status == 1 && lacking.output.contains("not beside this one"))
  }

  @Test(
    "a ticket whose answers say nothing more leaves the wave waiting for it, and attach goes on"
  )
  func waits() throws {
    let places = try Places()
    try write(to: places)
    let silent = "apiVersion: mailconsole/v1\nkind: Answers\noperator: marek\n"
    try places.folder.write(silent, to: "answers/hold-sender.yaml")
    let result = try play(places)
    #expect(result.status == 2, "\(result.output)\(result.errors)")
    let wave = try #require(try runs(places).first { $0.hasPrefix("hold-all") })
    #expect(result.output.contains("\(wave) waits for"))
    try write(to: places)
    let again = try places.console.run(
      "attach",
      wave,
      "--runbooks",
      places.folder.path + "/runbooks",
      "--answers",
      places.folder.path + "/answers/hold-all.yaml"
    )
    #expect(again.status == 0, "\(again.output)\(again.errors)")
    #expect(try runs(places).count == 3, "no run is begun twice")
  }

  @Test("a part whose record was changed is a finding of the whole, which is not driven on")
  func altered() throws {
    let places = try Places()
    try write(to: places)
    _ = try play(places)
    let runs = try runs(places)
    let wave = try #require(runs.first { $0.hasPrefix("hold-all") })
    let ticket = try #require(runs.first { $0.hasPrefix("hold-sender") })
    try FileManager.default.removeItem(atPath: "\(places.state)/runs/\(ticket)")
    let verified = try places.console.run("verify", wave)
    #expect(verified.status == 1)
    #expect(verified.output.contains("\(ticket)") && verified.output.contains("missing"))
  }

  @Test("lint says where a nested runbook, what it is given or the way back to itself is wrong")
  func lint() throws {
    let places = try Places()
    try write(to: places)
    try places.folder.write(
      """
      apiVersion: mailconsole/v1
      kind: Runbook
      id: circle
      title: Runs itself
      version: 1.0.0
      owner: E4
      summary: Wrong in every way.
      steps:
        - {id: none, title: None, runbook: hold-sendr}
        - {id: other, title: Other, runbook: hold-sender, with: {sendr: alice@example.test}}
        - {id: type, title: Type, runbook: hold-sender, with: {sender: 5}}
        - {id: itself, title: Itself, runbook: circle}

      """,
      to: "runbooks/operations/circle.yaml"
    )
    let result = try places.console.run("lint", places.folder.path + "/runbooks")
    #expect(result.status == 1)
    for words in [
      "there is no runbook `hold-sendr`", "hold-sender", "has no input `sendr`",
      "needs the input `sender`", "this is an integer", "circle → circle",
    ] {
      #expect(result.output.contains(words), "\(words)\n\(result.output)")
    }
  }
}
