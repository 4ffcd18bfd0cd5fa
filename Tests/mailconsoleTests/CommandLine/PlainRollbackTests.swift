import Foundation
import TestSupport
import Testing

/// A rollback that nobody watches.
@Suite("A rollback in plain text")
struct PlainRollbackTests {
  /// - Parameter isTold: whether the task comes before what fails.
  private func write(isTold: Bool, _ answer: String = "", to places: Places) throws {
    try places.folder.write(
      """
      apiVersion: mailconsole/v1
      kind: Runbook
      id: hold-and-fail
      title: Hold, then fail
      version: 1.0.0
      owner: E4
      summary: Holds mail, and finds that it should not have.
      steps:
        - id: hold
          title: Hold the mail of alice
          do: postfix.hold
          with: {sender: alice@example.test}
          rollback: {do: postfix.release, with: {sender: alice@example.test}}
        - id: tell
          title: Tell alice
          manual: Call alice.
          rollback: {manual: "Call alice again."}
          needs: [\(isTold ? "hold" : "empty")]
        - id: empty
          title: Is nothing on hold?
          check: postfix.queue
          pass: result.hold == 0
          needs: [\(isTold ? "tell" : "hold")]

      """,
      to: "runbooks/operations/hold-and-fail.yaml"
    )
    try places.folder.write(
      """
      apiVersion: mailconsole/v1
      kind: Answers
      operator: tomas
      steps:
        empty: {on_failure: roll_back, by: marek, reason: "alice is innocent"}
      \(answer)

      """,
      to: "answers.yaml"
    )
  }

  private func play(_ places: Places) throws -> (result: Program.Result, run: String) {
    let result = try places.console.run(
      "run",
      "hold-and-fail",
      "--runbooks",
      places.folder.path + "/runbooks",
      "--answers",
      places.folder.path + "/answers.yaml"
    )
    let runs = try FileManager.default.contentsOfDirectory(atPath: places.state + "/runs")
    return (result, try #require(runs.first))
  }

  @Test("a failure answered with roll_back undoes the run; run, show, verify and report say so")
  func rollBack() throws {
    let places = try Places()
    // Nobody did the task, so there is nothing of it to undo.
    try write(isTold: false, to: places)
    let (result, run) = try play(places)
    #expect(result.status == 1, "\(result.output)\(result.errors)")
    let summary = "rolled back by marek: alice is innocent; 1 of 1 undone"
    #expect(result.output.contains("\(run) aborted: \(summary)"))
    for text in [
      "rollback.requested", "marek rolls the run back: alice is innocent", "undoes hold",
      "undoing: attempt 2 begins: kubectl", "undoing: passed: ",
    ] {
      #expect(result.output.contains(text), "\(text)")
    }
    let show = try places.console.run("show", run)
    for line in result.output.split(separator: "\n") where line.first?.isNumber == true {
      #expect(show.output.contains(line), "\(line)")
    }
    #expect(try places.console.run("verify", run).status == 0)
    let report = try places.console.run("export", run, "--format", "markdown")
    #expect(report.status == 0)
    #expect(report.output.contains("succeeded, undone"))
    #expect(report.output.contains("rollback"))
    #expect(report.output.contains(summary))
  }

  @Test("what is said of a task is not taken for its undoing: the run waits for a person")
  func manual() throws {
    let places = try Places()
    try write(isTold: true, "  tell: {done: {by: tomas, note: \"called\"}}", to: places)
    let (result, run) = try play(places)
    #expect(result.status == 2, "\(result.output)\(result.errors)")
    #expect(result.output.contains("at tell (a task): undoing it: Call alice again."))
    #expect(try places.console.run("verify", run).status == 0)
    let timeline = try RecordedTimeline(json: try places.console.run("show", run, "--json").output)
    #expect(timeline.types(of: "tell").last == "compensation.asked")
    #expect(!timeline.types(of: "hold").contains("compensation.started"), "it is not its turn")
  }

  @Test("what is said of the undoing itself is done: by hand, and when it fails")
  func undoing() throws {
    let places = try Places()
    let answer = """
        tell: {done: {by: tomas, note: called}, undo: {done: {by: marek, note: "called again"}}}
        hold: {undo: {on_failure: skip, by: marek, reason: "alice stays on hold"}}
      """
    try write(isTold: true, answer, to: places)
    let (result, run) = try play(places)
    #expect(result.status == 1, "\(result.output)\(result.errors)")
    #expect(result.output.contains("2 of 2 undone"), "\(result.output)")
    let timeline = try RecordedTimeline(json: try places.console.run("show", run, "--json").output)
    #expect(timeline.types(of: "tell").last == "compensation.done")
    #expect(timeline.lines.contains { $0.text.contains("marek did it: called again") })
  }

  @Test(
    "a compensation that fails is decided as the answers say, or waits and says what may be said"
  )
  func failing() throws {
    // A program that is not there has done nothing; one that fails may have done anything.
    for (program, undo, status, words) in [
      ("/nowhere/undo", "{on_failure: skip, reason: x}", 1, "0 of 1 undone; stands: act"),
      ("/nowhere/undo", "{}", 1, "(it failed: retry, skip, mark done or abort): undoing it: "),
      (
        "/bin/false", "{on_unknown: mark_done, confirmed_by: sofia, reason: x}", 1,
        "1 of 1 undone"
      ),
      ("/bin/false", "{}", 3, "look, then retry, skip, mark done or abort): undoing it: "),
    ] {
      let folder = try TemporaryFolder()
      try SmallSite.write(to: folder)
      try SmallSite.add(
        runbook: "undoing",
        "Something to undo",
        to: folder,
        """
        steps:
          - {id: act, title: Act, run: [/bin/true], risk: change, rollback: {run: [\(program)]}}
          - {id: wrong, title: Wrong, needs: [act], run: [/bin/false], risk: read}

        """
      )
      let answers = try SmallSite.write(
        answers: """
          steps:
            wrong: {on_failure: roll_back, reason: it is wrong}
            act: {undo: \(undo)}

          """,
        to: folder
      )
      let console = ConsoleBinary(state: folder.path + "/state")
      let result = try console.run(
        ["run", "undoing", "--answers", answers] + SmallSite.options(in: folder)
      )
      #expect(result.status == status, "\(result.output)\(result.errors)")
      #expect(result.output.contains(words), "\(result.output)")
    }
  }
}
