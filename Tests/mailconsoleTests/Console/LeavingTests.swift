import Runbooks
import TUI
import Testing

@testable import mailconsole

/// Ending the console, or its stopping for a while: what is asked first, and what is not.
@Suite("Leaving")
struct LeavingTests {
  @Test("q leaves at once while nothing runs")
  func quits() {
    var script = ConsoleScript.atRelease()
    script.press("q")
    #expect(script.model.exitCode == 0)
  }

  @Test(
    "while a step runs, ^C and q ask first, and staying is what enter says",
    arguments: [
      Key.control("c"), "q",
    ]
  )
  func asksToQuit(key: Key) {
    var script = ConsoleScript.atRelease()
    script.record(.stepReleased(.init(step: "hold", by: "tomas", at: Drill.start)), by: "tomas")
    script.begin("hold", risk: .change)
    script.press(key)
    #expect(script.isAsking)
    #expect(script.shows("Under way: hold."))
    script.press("enter")
    #expect(!script.isAsking)
    #expect(script.model.exitCode == nil)
    script.press(key, "tab", "enter")
    #expect(script.model.exitCode == 0)
  }

  @Test("SIGINT asks like ^C; SIGTERM and SIGQUIT end with 128 and their number")
  func signals() {
    var script = ConsoleScript.atRelease()
    script.record(.stepReleased(.init(step: "hold", by: "tomas", at: Drill.start)), by: "tomas")
    script.begin("hold", risk: .change)
    script.effects += script.model.update(.input(.signal(.interrupt)))
    #expect(script.isAsking)
    #expect(script.model.exitCode == nil)
    _ = script.model.update(.input(.signal(.terminate)))
    #expect(script.model.exitCode == 143)
    _ = script.model.update(.input(.signal(.quit)))
    #expect(script.model.exitCode == 131)
  }

  @Test(":q! leaves without a question")
  func quitsAtOnce() {
    var script = ConsoleScript.atRelease()
    script.begin("hold", risk: .change)
    script.command("q!")
    #expect(script.model.exitCode == 0)
  }

  @Test("a run that broke off is told on leaving with what has no end, and 74")
  func brokeOff() throws {
    var script = ConsoleScript.atRelease()
    #expect(script.model.run?.brokenOff == nil)
    script.record(.stepReleased(.init(step: "hold", by: "tomas", at: Drill.start)), by: "tomas")
    script.begin("hold", risk: .change)
    #expect(script.shows("Running since"))
    _ = script.model.update(
      .run(RunID("drill-1"), .stopped(.diskFull(path: "/state/runs/drill-1")))
    )
    _ = script.model.update(.runnerEnded(RunID("drill-1")))
    let failure = try #require(script.model.run?.brokenOff)
    #expect(failure.status == .io)
    #expect(failure.message.contains("The disk is full"))
    #expect(failure.message.contains("without a recorded end: hold"))
    #expect(!script.shows("Running since") && script.shows("no end"))
  }

  @Test("a runner that ended without a word under a step leaves an unknown outcome, and 3")
  func lostRunner() throws {
    var script = ConsoleScript.atRelease()
    script.record(.stepReleased(.init(step: "hold", by: "tomas", at: Drill.start)), by: "tomas")
    script.begin("hold", risk: .change)
    _ = script.model.update(.runnerEnded(RunID("drill-1")))
    let failure = try #require(script.model.run?.brokenOff)
    #expect(failure.status == .unknown)
    #expect(failure.message.contains("without a recorded end: hold"))
    #expect(script.shows("It began, and no runner is there"))
  }

  @Test("a runner that let the run go, or died with nothing under way, loses nothing")
  func nothingLost() {
    var script = ConsoleScript.atRelease()
    _ = script.model.update(.runnerEnded(RunID("drill-1")))
    #expect(script.model.run?.brokenOff == nil)
    script = ConsoleScript.atRelease()
    script.record(.driverDetached(.init(by: "tomas", reason: "the operator left")), by: "tomas")
    _ = script.model.update(.runnerEnded(RunID("drill-1")))
    #expect(script.model.run?.brokenOff == nil)
  }

  @Test("ctrl-z where no shell could continue the console says so and stops nothing")
  func suspend() {
    var script = ConsoleScript()
    script.press(.control("z"))
    #expect(script.effects.count == 1)
    script.model.context.canSuspend = false
    script.press(.control("z"))
    #expect(script.effects.count == 1)
    #expect(script.shows("No shell could continue the console"))
  }
}
