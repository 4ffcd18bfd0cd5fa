import Runbooks
import TUI
import Testing

@testable import mailconsole

@Suite("Rolling back on the console")
struct RollbackTests {
  @Test("the form lists what is undone with its command and what stands, and asks why")
  func form() {
    var script = ConsoleScript.atSignOff()
    script.command("rollback")
    #expect(script.shows("1. hold: Hold the sender's mail"))
    #expect(script.shows("postsuper"), "the exact command")
    #expect(script.shows("standard input: "), "and what it is given")
    script.press("pgdn")
    #expect(script.shows("stands: lock: a person did it"))
    script.press("enter", "enter")
    #expect(script.sent.isEmpty, "enter alone decides nothing")
    script.press("esc")
    #expect(script.sent.isEmpty)
    script.command("rollback")
    script.press("space", "enter")
    script.type("wrong sender")
    script.press("enter")
    #expect(script.sent.map(\.command) == [.rollBack(reason: "wrong sender")])
    #expect(script.obey() == nil)
    #expect(script.shows("rolling back"))
    script.command("rollback")
    #expect(!script.isAsking)
    #expect(script.shows("The run is rolling back already."))
  }

  @Test("a failure leads to the form with the reason kept; nothing is undone unseen")
  func fromFailure() {
    var script = ConsoleScript.atFailure()
    script.press("a")
    for _ in 0..<6 { script.press("space") }
    #expect(script.shows("roll-back-run"))
    script.press("enter")
    script.type("the disk")
    script.press("enter")
    #expect(script.sent.isEmpty)
    #expect(script.shows("Nothing that the run did can be undone."))
    script.press("space", "enter", "enter")
    #expect(script.sent.map(\.command) == [.rollBack(reason: "the disk")])
  }

  @Test("an unknown outcome is named in the form, and settled before anything is undone")
  func fromUnknown() {
    var script = ConsoleScript.atUnknown()
    script.press("a")
    for _ in 0..<5 { script.press("space") }
    #expect(script.shows("roll-back-run"))
    script.press("enter")
    script.type("stop")
    script.press("enter")
    #expect(script.shows("Whether hold happened is not known; that is settled first."))
    script.press("space", "enter", "enter")
    #expect(script.obey() == nil)
    script.press("a")
    script.press("space")
    #expect(script.shows("mark-done"), "it is not done again")
    script.press("enter")
    script.type("it is on hold")
    script.press("enter")
    #expect(script.obey() == nil)
    #expect(script.model.run?.state.rollbackPlan(at: Drill.start).order == ["hold"])
  }

  @Test("a failed compensation is decided like a step; accepting it is not offered")
  func failure() {
    var script = ConsoleScript.undoFailed()
    #expect(script.shows("FAILED"))
    script.press("a")
    #expect(script.shows("Undo: Hold the sender's mail: failed"))
    var offered: Set<String> = []
    for word in ["retry", "skip", "mark-done", "abort-run", "accept", "roll-back-run"] {
      for _ in 0..<8 {
        script.press("space")
        if script.frame().lines.contains(where: { $0.contains(" \(word) ") }) {
          offered.insert(word)
        }
      }
    }
    #expect(!offered.contains("accept") && !offered.contains("roll-back-run"))
    script.press("esc", "a", "space", "space", "enter")
    script.type("leave it")
    script.press("enter")
    #expect(script.sent.map(\.command) == [.skip("hold", reason: "leave it")])
    #expect(script.obey() == nil)
    #expect(script.shows("stands"))
  }

  @Test("a step that the rollback leaves alone says so")
  func standing() {
    var script = ConsoleScript.rollingBack()
    script.press("j", "a")
    #expect(!script.isAsking)
    #expect(script.shows("The rollback does not undo lock."))
  }

  @Test("while what is under way finishes, a task of the run is not gone on with")
  func finishing() {
    var script = ConsoleScript.atTask()
    script.record(
      .rollbackRequested(.init(by: "tomas", reason: "wrong", at: Drill.start)),
      by: "tomas"
    )
    script.press("g", "j", "j", "a")
    #expect(!script.isAsking)
    #expect(script.shows("The run is rolling back; lock is not gone on with."))
  }

  @Test("two people settle what is unknown before a rollback and within it, in the same dialogs")
  func twoPeople() {
    var script = ConsoleScript.atUnknown(duties: Duties())
    script.record(
      .rollbackRequested(.init(by: "tomas", reason: "wrong", at: Drill.start)),
      by: "tomas"
    )
    func settle(_ script: inout ConsoleScript, presses: Int) {
      script.press("a")
      for _ in 0..<presses { script.press("space") }
      #expect(script.shows("(•) mark-done"))
      script.press("enter")
      script.type("I looked")
      script.press("enter")
      #expect(script.obey() == nil)
      #expect(script.shows("tomas would mark it done"))
      script.press("a", "enter")
      script.type("so did I")
      script.press("enter", "space", "enter")
      #expect(script.obey() == nil)
    }
    settle(&script, presses: 1)
    guard let plan = script.model.run?.state.rollbackPlan(at: Drill.start) else { return }
    #expect(plan.order == ["hold"])
    script.record(.rollbackBegun(plan))
    script.record(
      .compensation(
        .started(
          .init(
            step: "hold",
            attempt: 2,
            actions: [PlannedAction(argv: ["postsuper", "-H", "-"])],
            risk: .change,
            isRepeatable: false,
            by: "tomas",
            at: Drill.start
          )
        )
      )
    )
    script.record(.compensation(.unknown(.init(step: "hold", attempt: 2, reason: "It is gone."))))
    script.record(
      .compensation(
        .reconciled(
          .init(
            step: "hold",
            attempt: 2,
            settlement: .leftToPeople,
            summary: "It must not be repeated on its own.",
            at: Drill.start
          )
        )
      )
    )
    #expect(script.shows("UNKNOWN"))
    settle(&script, presses: 2)
    #expect(script.shows("undone"))
    #expect(script.model.run?.state.rollback?.next == nil)
    #expect(script.model.run?.state["hold"]?.word == "succeeded")
  }

  @Test("who only watches is told so")
  func watching() {
    var script = ConsoleScript.atSignOff()
    script.record(.driveOffered(.init(by: "tomas", at: Drill.start)), by: "tomas")
    script.record(.driveTaken(.init(by: "marek", from: "tomas", at: Drill.start)), by: "marek")
    script.command("rollback")
    #expect(!script.isAsking)
  }
}
