import Runbooks
import TUI
import Testing

@testable import mailconsole

/// What is asked before anything is changed, and what is sent when it was answered.
@Suite("Nothing is decided by accident")
struct QuestionTests {
  private func form(_ script: ConsoleScript) -> FormDialog? {
    if case .form(let dialog)? = script.model.overlay { dialog } else { nil }
  }

  // MARK: Leaving

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

  // MARK: A go

  @Test("a change waits for the operator's go, and enter alone does not give it")
  func release() {
    var script = ConsoleScript.atRelease()
    script.press("a")
    #expect(script.shows("On tabletop, world tabletop. It has a rollback."))
    script.press("enter")
    #expect(script.sent.isEmpty)
    #expect(!script.isAsking)
    script.press("a", "tab", "enter")
    #expect(script.sent.map(\.command) == [.release("hold")])
    #expect(script.sent.first?.by == "tomas")
    #expect(script.obey() == nil)
    #expect(script.model.run?.state.waitsForRelease("hold") == false)
  }

  @Test("the exact command is shown before the go, quoted as a shell needs it")
  func exactCommand() {
    var script = ConsoleScript.atRelease()
    script.press("a")
    #expect(script.shows("kubectl"))
    script.press("esc")
    #expect(CommandText.render(["a b", "o'neil", "", "x=1"]) == #"'a b' 'o'\''neil' '' x=1"#)
  }

  @Test("a destructive step begins only when its id was typed")
  func destruction() {
    var script = ConsoleScript.atDestruction()
    script.press("a")
    #expect(script.shows("It cannot be undone."))
    script.press("tab", "enter", "enter")
    #expect(script.sent.isEmpty)
    #expect(script.isAsking)
    script.type("delet")
    script.press("enter")
    #expect(script.sent.isEmpty)
    script.type("e")
    script.press("enter")
    #expect(script.sent.map(\.command) == [.release("delete")])
  }

  @Test("pasting the id of a destructive step does not count as typing it")
  func destructionPasted() {
    var script = ConsoleScript.atDestruction()
    script.press("a", "tab")
    script.paste("delete")
    script.press("enter")
    #expect(script.sent.isEmpty)
    #expect(script.isAsking)
  }

  // MARK: Pasted text

  @Test("pasted text never acts as keys, wherever it is pasted")
  func paste() {
    let text = "a\t\rq\r:abort\r" + String(repeating: "y\r", count: 100)
    let scripts = [
      ConsoleScript(), .atRelease(), .atTask(), .atSignOff(), .atDestruction(), .atFailure(),
      .atUnknown(),
    ]
    for script in scripts {
      for keys: [Key] in [[], ["a"], [":"], ["/"], ["?"], ["enter"], ["J"], ["Q"]] {
        var script = script
        script.press(.escape)
        for key in keys { script.press(key) }
        let effects = script.effects.count
        let depth = script.model.breadcrumbs
        script.paste(text)
        #expect(script.effects.count == effects)
        #expect(script.model.exitCode == nil)
        #expect(script.model.breadcrumbs == depth)
      }
    }
  }

  // MARK: Forms

  /// Each form in which something is decided, with what opens it.
  private static let decisions: [(name: String, script: ConsoleScript, keys: [Key])] = [
    ("start", ConsoleScript(), ["enter"]),
    ("sign-off", .atSignOff(), ["a"]),
    ("failure", .atFailure(), ["a"]),
    ("unknown", .atUnknown(), ["a"]),
    ("task", .atTask(), ["a"]),
    ("question", .atTask(), ["j", "a"]),
    ("rewind", .atFailure(), ["g", "w"]),
  ]

  @Test("enter alone decides nothing in any form, filled in or not", arguments: 0..<7)
  func enterAlone(index: Int) {
    let (name, start, keys) = Self.decisions[index]
    var script = start
    for key in keys { script.press(key) }
    #expect(form(script) != nil, "\(name) is a form")
    for _ in 0..<12 { script.press("enter") }
    #expect(script.effects.isEmpty, "\(name)")
    #expect(form(script) != nil, "\(name) stays open")
    // Every text filled in, the decision left as it was.
    script.press("esc")
    for key in keys { script.press(key) }
    for _ in 0..<(form(script)?.form.fields.count ?? 0) {
      if let dialog = form(script), case .text = dialog.form.fields[dialog.form.focus].answer {
        script.type("words")
      }
      script.press("enter")
    }
    #expect(script.effects.isEmpty, "\(name)")
  }

  @Test("escape leaves a form and sends nothing")
  func leavesForm() {
    var script = ConsoleScript.atSignOff()
    script.press("a", "esc")
    #expect(!script.isAsking)
    #expect(script.effects.isEmpty)
    #expect(script.model.notice.plain == "Nothing was sent.")
  }

  @Test("a task is sent with its fields and its note")
  func task() {
    var script = ConsoleScript.atTask()
    script.press("a")
    script.type("password disabled, EX-1")
    script.press("enter", "enter", "space", "enter")
    #expect(
      script.sent.map(\.command)
        == [.done("lock", note: "", fields: ["how": .string("password disabled, EX-1")])]
    )
    #expect(script.obey() == nil)
  }

  @Test("a question is sent with the value chosen")
  func question() {
    var script = ConsoleScript.atTask()
    script.press("j", "a", "space", "space", "enter")
    #expect(script.sent.map(\.command) == [.answer("decide", ["fate": .string("delete")])])
    #expect(script.obey() == nil)
  }

  @Test("a sign-off offers neither those who did the work nor people without the role")
  func signers() throws {
    var script = ConsoleScript.atSignOff()
    script.press("a")
    let field = try #require(form(script)?.form.fields.first { $0.name == "by" })
    guard case .choice(let people, _) = field.answer else {
      Issue.record("who signs off is a choice")
      return
    }
    // E2, E3 and E4 may; tomas (E4) held the mail.
    #expect(people == ["marek", "sofia"])
    #expect(script.shows("Not tomas: nobody signs off their own work."))
  }

  @Test("where nobody may sign off the form says so and sends nothing")
  func nobodySigns() {
    var script = ConsoleScript.atTask()
    script.requestApproval("agree", of: ["E9"], statement: "Go on.")
    script.effects = []
    // The step was asked for out of turn: only the form matters here.
    script.press("a")
    script.press("esc")
    let dialog = Forms.signOff(
      Drill.runbook().steps[4],
      .init(step: "agree", statement: "Go on.", roles: ["E9"], count: 1, at: Drill.start),
      [],
      script.model.run!,
      script.model.context
    )
    #expect(dialog.form.fields.first?.problem == "nobody on this site may sign this off")
  }

  @Test("approving needs a comment and the words that are asked for, typed")
  func approval() {
    var script = ConsoleScript.atSignOff()
    script.press("a", "enter")
    script.type("Read ten of them.")
    script.press("enter")
    script.type("o'neil@example.test")
    script.press("enter", "space", "enter")
    guard case .approve(let step, let comment, let typed, let seen, _)? = script.sent.first?.command
    else {
      Issue.record("no approval was sent")
      return
    }
    #expect(step == "agree")
    #expect(comment == "Read ten of them.")
    #expect(typed == "o'neil@example.test")
    #expect(seen == script.model.run?.head)
    #expect(script.sent.first?.by == "marek")
    #expect(script.obey() == nil)
  }

  @Test("the words to type for a sign-off cannot be pasted")
  func approvalPasted() {
    var script = ConsoleScript.atSignOff()
    script.press("a", "enter")
    script.type("Read ten of them.")
    script.press("enter")
    script.paste("o'neil@example.test")
    script.press("enter", "space", "enter")
    #expect(script.sent.isEmpty)
    #expect(script.isAsking)
  }

  @Test("approving with nothing typed is not sent")
  func approvalUntyped() {
    var script = ConsoleScript.atSignOff()
    script.press("a", "enter")
    script.type("Read ten of them.")
    script.press("enter", "enter", "space", "enter")
    #expect(script.sent.isEmpty)
    #expect(script.isAsking)
  }

  @Test("rejecting needs no typed words and sends the reason")
  func rejection() {
    var script = ConsoleScript.atSignOff()
    script.press("a", "right", "enter")
    script.type("The owner wrote some of it.")
    script.press("enter", "enter", "space", "space", "enter")
    let seen = script.model.run?.head
    #expect(
      script.sent.map(\.command) == [
        .reject("agree", reason: "The owner wrote some of it.", seen: seen)
      ]
    )
    #expect(script.sent.first?.by == "sofia")
    #expect(script.obey() == nil)
  }

  @Test(
    "each decision about a failure is sent with its reason",
    arguments: [
      (1, RunCommand.retry("hold", reason: "disk freed")),
      (2, .skip("hold", reason: "disk freed")),
      (3, .markDone("hold", reason: "disk freed")),
      (4, .acceptFailure("hold", reason: "disk freed")),
      (5, .abort(reason: "disk freed")),
    ]
  )
  func failure(presses: Int, command: RunCommand) {
    var script = ConsoleScript.atFailure()
    script.press("a")
    for _ in 0..<presses { script.press("space") }
    script.press("enter")
    script.type("disk freed")
    script.press("enter")
    #expect(script.sent.map(\.command) == [command])
    #expect(script.obey() == nil)
  }

  @Test(
    "each decision about an unknown outcome is sent with its reason",
    arguments: [
      (1, RunCommand.retry("hold", reason: "looked")),
      (2, .markDone("hold", reason: "looked")),
      (3, .skip("hold", reason: "looked")),
      (4, .abort(reason: "looked")),
    ]
  )
  func unknown(presses: Int, command: RunCommand) {
    var script = ConsoleScript.atUnknown()
    script.press("a")
    for _ in 0..<presses { script.press("space") }
    script.press("enter")
    script.type("looked")
    script.press("enter")
    #expect(script.sent.map(\.command) == [command])
    #expect(script.obey() == nil)
  }

  @Test("abort has no key of its own, asks first and sends the reason")
  func abort() {
    var script = ConsoleScript.atRelease()
    script.command("abort")
    #expect(script.shows("Abort drill-1?"))
    script.press("space", "enter")
    script.type("wrong site")
    script.press("enter")
    #expect(script.sent.map(\.command) == [.abort(reason: "wrong site")])
  }

  @Test("going back asks first, names the step and sends the reason")
  func rewind() {
    var script = ConsoleScript.atRelease()
    script.press("g", "w", "space", "enter")
    script.type("read it again")
    script.press("enter")
    #expect(script.sent.map(\.command) == [.rewind(to: "look", reason: "read it again")])
    #expect(script.obey() == nil)
  }

  @Test("a note is about the step looked at")
  func note() {
    var script = ConsoleScript.atRelease()
    script.press("N")
    script.type("the owner is on holiday")
    script.press("enter")
    #expect(script.sent.map(\.command) == [.note("hold", text: "the owner is on holiday")])
  }

  @Test("p pauses, and goes on when pressed again")
  func pause() {
    var script = ConsoleScript.atRelease()
    script.press("p")
    #expect(script.sent.map(\.command) == [.pause(reason: "asked for")])
    #expect(script.obey() == nil)
    script.press("p")
    #expect(script.sent.last?.command == .continue)
  }

  // MARK: Starting

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
    #expect(form(script)?.form.focus == 0)
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
    #expect(form(script) != nil)
  }

  @Test("a runbook is opened by what the runs are when enter is pressed, not by what they were")
  func othersBeganIt() throws {
    let entry = ShelfEntry(runbook: Drill.runbook(), standing: .reading)
    var model = ConsoleScript(shelf: [entry]).model
    guard case .readShelf? = model.update(.input(.key("enter"))).last else {
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
      .shelf([ShelfEntry(runbook: Drill.runbook(), standing: .run(others))])
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
    let shelf = model.shelf
    #expect(model.update(.shelf(shelf)).isEmpty)
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
    script.press("R", "enter")
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
    _ = script.model.update(.run(.stopped(.diskFull(path: "/state"))))
    #expect(script.shows("The disk is full"))
    script.press("R", "enter")
    guard case .look(let run)? = script.effects.last else {
      Issue.record("the run is not gone on with")
      return
    }
    #expect(run == RunID("drill-1"))
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

  @Test("an act where nobody is waited for says what to look at instead")
  func nothingToAct() {
    var script = ConsoleScript.atRelease()
    script.press("g", "a")
    #expect(!script.isAsking)
    #expect(script.model.notice.plain == "look waits for nobody; look at hold.")
  }

  @Test("a refusal is shown and nothing else changes")
  func refusal() {
    var script = ConsoleScript.atRelease()
    script.effects += script.model.update(.refused("The record is full."))
    #expect(script.shows("The record is full."))
    #expect(script.effects.isEmpty)
  }
}
