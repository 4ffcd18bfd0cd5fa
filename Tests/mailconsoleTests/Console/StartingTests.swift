import Runbooks
import TUI
import Testing

@testable import mailconsole

/// A run is begun, gone on with or taken over by whoever says so.
@Suite("Starting and taking over")
struct StartingTests {
  @Test("a run is started with its inputs, checked, and optional ones left out")
  func start() {
    var script = ConsoleScript()
    script.press("enter")
    #expect(script.shows("world tabletop"))
    script.press("enter", "enter", "space", "enter")
    guard case .start(let id, let inputs)? = script.effects.last else {
      Issue.record("nothing was started")
      return
    }
    #expect(id == RunbookID("wave-9-practice"))
    #expect(Array(inputs.keys) == ["window"])
  }

  @Test("an input that is wrong is named and nothing starts")
  func wrongInput() {
    var script = ConsoleScript()
    script.press("enter", .control("u"))
    script.type("soon")
    script.press("enter", "enter", "space", "enter")
    #expect(script.effects.isEmpty)
    #expect(script.form?.form.focus == 0)
  }

  @Test("an unfinished run is gone on with, an ended one starts anew")
  func goesOn() {
    func listing(_ status: RunStatus) -> RunListing {
      RunListing(
        run: RunID("drill-7"),
        runbook: RunbookID("drill"),
        world: .tabletop,
        site: "tabletop",
        started: Drill.start,
        status: status,
        isDriven: false
      )
    }
    let paused = ShelfEntry(
      runbook: Drill.runbook(),
      standing: .run(listing(.paused(by: "erin", reason: "lunch")))
    )
    var script = ConsoleScript(shelf: [paused])
    script.press("enter")
    guard case .look(let run)? = script.effects.first else {
      Issue.record("the run is not gone on with")
      return
    }
    #expect(run == RunID("drill-7"))
    let ended = ShelfEntry(
      runbook: Drill.runbook(),
      standing: .run(listing(.ended(.completed, summary: "done")))
    )
    script = ConsoleScript(shelf: [ended])
    script.press("enter")
    #expect(script.form != nil)
  }

  @Test("a runbook is opened by what the runs are when enter is pressed, not by what they were")
  func othersBeganIt() throws {
    let entry = ShelfEntry(runbook: Drill.runbook(), standing: .reading)
    var model = ConsoleScript(shelf: [entry]).model
    guard case .readRunbook(RunbookID("drill"))? = model.update(.input(.key("enter"))).last else {
      Issue.record("the runs are not read again")
      return
    }
    #expect(model.overlay == nil)
    let others = RunListing(
      run: RunID("drill-9"),
      runbook: RunbookID("drill"),
      world: .tabletop,
      site: "tabletop",
      started: Drill.start,
      status: .waiting([]),
      isDriven: true
    )
    let effects = model.update(
      .runbook(
        RunbookID("drill"),
        .success(ShelfEntry(runbook: Drill.runbook(), standing: .run(others)))
      )
    )
    guard case .look(let run)? = effects.last else {
      Issue.record("the run of somebody else is not looked at")
      return
    }
    #expect(run == RunID("drill-9"))
  }

  @Test("who does something else meanwhile is not asked about the runbook any more")
  func wentOn() {
    var model = ConsoleScript().model
    _ = model.update(.input(.key("enter")))
    _ = model.update(.input(.key("Q")))
    let entry = model.shelf[0]
    #expect(model.update(.runbook(entry.head.id, .success(entry))).isEmpty)
    #expect(model.overlay == nil)
  }

  @Test("who only watches is told who drives, instead of being asked what would be refused")
  func watching() {
    var script = ConsoleScript.atRelease()
    script.record(.driveOffered(.init(by: "tomas", at: Drill.start)), by: "tomas")
    script.record(.driveTaken(.init(by: "erin", from: "tomas", at: Drill.start)), by: "erin")
    script.press("a")
    #expect(!script.isAsking)
    #expect(script.shows("erin drives and you watch"))
    for command in ["rewind", "abort", "pause"] {
      script.command(command)
      #expect(!script.isAsking)
      #expect(script.effects.isEmpty, "\(command)")
    }
  }

  @Test("whoever may take a run over reads why nobody drives and what happened since")
  func sinceTheDriverLeft() throws {
    var script = ConsoleScript.atRelease()
    script.record(
      .driverDetached(.init(by: "tomas", reason: "the terminal was lost")),
      by: "tomas"
    )
    func offered(_ script: ConsoleScript) throws -> ConsoleScript {
      var next = script
      let run = try #require(script.model.run)
      _ = next.model.update(
        .opened(RunModel(state: run.state, entries: run.entries, hasRunner: false))
      )
      return next
    }
    let quiet = try offered(script)
    #expect(quiet.shows("tomas drove it last: the terminal was lost."))
    #expect(!quiet.shows("Since then"))
    script.record(.runPaused(.init(by: "sofia", reason: "wait for me")), by: "sofia")
    let told = try offered(script)
    #expect(told.shows("Since then"))
    #expect(told.shows("wait for me"))
  }

  @Test("where a run would end with the login it is said when one is opened")
  func endsWithLogin() {
    var script = ConsoleScript()
    script.model.context.lifetimeWarning =
      RunnerProcess.Home.session(endsWithLogin: true).warning
    script.openRun()
    #expect(script.shows("Runs end with your login here"))
  }

  @Test("a run without a runner is taken over only by who says so")
  func takeOver() throws {
    let driven = try #require(ConsoleScript.atRelease().model.run)
    func opened() -> ConsoleScript {
      var script = ConsoleScript.atRelease()
      _ = script.model.update(
        .opened(RunModel(state: driven.state, entries: driven.entries, hasRunner: false))
      )
      return script
    }
    var script = opened()
    #expect(script.shows("Take drill-1 over?"))
    #expect(script.shows("its runner died"))
    // Enter alone is the harmless button.
    script.press("enter")
    #expect(script.effects.isEmpty)
    #expect(script.shows("no runner"))
    script = opened()
    script.press("tab", "enter")
    guard case .resume(let run)? = script.effects.last else {
      Issue.record("the run is not taken over")
      return
    }
    #expect(run == RunID("drill-1"))
  }

  @Test("while a run is open no other is started, and the one that is open is shown")
  func oneRun() {
    var script = ConsoleScript.atRelease()
    script.press("R")
    // The list is read anew; nothing else is asked for.
    script.effects = []
    script.press("enter")
    #expect(!script.isAsking)
    #expect(script.effects.isEmpty)
    #expect(script.model.notice.plain.contains("drill-1 is open here"))
    script.press("j", "enter")
    #expect(script.model.breadcrumbs == ["runbooks", "Fire drill"])
  }

  @Test("a run whose record stopped is opened anew, as once there is room on the disk again")
  func stoppedRun() {
    let listing = RunListing(
      run: RunID("drill-1"),
      runbook: RunbookID("drill"),
      world: .tabletop,
      site: "tabletop",
      started: Drill.start,
      status: .waiting([]),
      isDriven: true
    )
    var script = ConsoleScript(shelf: [
      ShelfEntry(runbook: Drill.runbook(), standing: .run(listing))
    ])
    script.openRun()
    _ = script.model.update(.run(RunID("drill-1"), .stopped(.diskFull(path: "/state"))))
    #expect(script.shows("The disk is full"))
    script.press("R", "enter")
    guard case .look(let run)? = script.effects.last else {
      Issue.record("the run is not gone on with")
      return
    }
    #expect(run == RunID("drill-1"))
  }
}
