import Runbooks
import TUI
import Testing

@testable import mailconsole

/// Moving between the screens.
@Suite("Keys move between screens and rows")
struct NavigationTests {
  private func selected(_ script: ConsoleScript) -> String? {
    guard let screen = script.model.screen as? RunbooksScreen else { return nil }
    return screen.selected(in: script.model)?.head.id.name
  }

  private func selectedStep(_ script: ConsoleScript) -> StepID? {
    guard let screen = script.model.screen as? RunScreen, let run = script.model.run else {
      return nil
    }
    return screen.selected(in: run)
  }

  @Test("arrows and vi's letters move the pointer, and it stays inside the list")
  func pointer() {
    var script = ConsoleScript()
    #expect(selected(script) == "wave-9-practice")
    script.press("j")
    #expect(selected(script) == "drill")
    script.press("down", "down", "G")
    #expect(selected(script) == "drill")
    script.press("g")
    #expect(selected(script) == "wave-9-practice")
    script.press("k", "up")
    #expect(selected(script) == "wave-9-practice")
    #expect(script.effects.isEmpty)
  }

  @Test("enter looks at a step, escape comes back, one level at a time, and never leaves")
  func levels() {
    var script = ConsoleScript.atRelease()
    script.press("enter")
    guard let step = script.model.screen as? StepScreen else {
      Issue.record("enter on a step shows \(script.model.breadcrumbs)")
      return
    }
    #expect(step.step == "hold")
    script.press("J")
    #expect(script.model.breadcrumbs == ["runbooks", "Fire drill", "hold", "journal"])
    script.press("enter")
    #expect(script.model.breadcrumbs.last?.hasPrefix("event ") == true)
    script.press("esc", "esc", "esc")
    #expect(script.model.breadcrumbs == ["runbooks", "Fire drill"])
    script.press("esc")
    #expect(script.model.breadcrumbs == ["runbooks"])
    script.press("esc", "esc", "h")
    #expect(script.model.breadcrumbs == ["runbooks"])
    #expect(script.model.exitCode == nil)
  }

  @Test("R goes to the runbooks from anywhere")
  func home() {
    var script = ConsoleScript.atRelease()
    script.press("enter", "J", "R")
    #expect(script.model.breadcrumbs == ["runbooks"])
  }

  @Test("a key that does nothing says so and does nothing")
  func unbound() {
    var script = ConsoleScript.atRelease()
    script.press("x")
    #expect(script.model.notice.plain.contains("does nothing here"))
    #expect(script.effects.isEmpty)
  }

  @Test("a filter keeps the rows that contain a text, escape takes it off")
  func filter() {
    var script = ConsoleScript.atRelease()
    script.press("/")
    script.type("delete")
    #expect(script.shows("Delete the held messages"))
    #expect(!script.shows("Read the queue"))
    script.press("enter")
    #expect(!script.isAsking)
    #expect(!script.shows("Read the queue"))
    script.press("esc")
    #expect(script.shows("Read the queue"))
    #expect(script.model.breadcrumbs.count == 2)
  }

  @Test("a filter with ! keeps the rows that do not contain the text")
  func inverseFilter() {
    var script = ConsoleScript.atRelease()
    script.press("/")
    script.type("!delete")
    #expect(!script.shows("6 pending"))
    #expect(script.shows("Read the queue"))
  }

  @Test("a filter is there as it was typed when it is opened again")
  func filterAgain() {
    var script = ConsoleScript.atRelease()
    script.press("/")
    script.type("!delete")
    script.press("enter", "/")
    guard case .prompt(let prompt)? = script.model.overlay else {
      Issue.record("/ opens the filter")
      return
    }
    #expect(prompt.field.text == "!delete")
  }

  @Test("escape while a filter is typed takes it off at once")
  func filterLeft() {
    var script = ConsoleScript.atRelease()
    script.press("/")
    script.type("delete")
    script.press("esc")
    #expect(!script.isAsking)
    #expect(script.shows("Read the queue"))
  }

  @Test("after : a number goes to that step, and no further than there are steps")
  func stepNumber() {
    var script = ConsoleScript.atRelease()
    script.command("5")
    #expect(selectedStep(script) == "agree")
    script.command("99")
    #expect(selectedStep(script) == "agree")
    #expect(script.model.notice.plain == "The run has 8 steps.")
    script.command("0")
    #expect(selectedStep(script) == "agree")
  }

  @Test("after : a command acts by its name, or by a start that only it has")
  func commands() {
    var script = ConsoleScript.atRelease()
    script.command("journal")
    #expect(script.model.breadcrumbs.last == "journal")
    script.command("back")
    script.command("jou")
    #expect(script.model.breadcrumbs.last == "journal")
    script.command("b")
    #expect(script.model.breadcrumbs.last == "Fire drill")
    script.command("explode")
    #expect(script.model.notice.plain.contains("no command “explode”"))
    #expect(script.effects.isEmpty)
  }

  @Test("a command is remembered for the next one")
  func history() {
    var script = ConsoleScript.atRelease()
    script.command("last")
    script.press(":", "up")
    guard case .prompt(let prompt)? = script.model.overlay else {
      Issue.record(": opens the prompt")
      return
    }
    #expect(prompt.field.text == "last")
  }

  @Test("the pointer follows the run until it is moved, and again when asked to")
  func following() {
    var script = ConsoleScript.atRelease()
    #expect(selectedStep(script) == "hold")
    script.record(.stepReleased(.init(step: "hold", by: "tomas", at: Drill.start)), by: "tomas")
    script.pass("hold", risk: .change)
    script.ask("lock", .manual, "Lock it.")
    #expect(selectedStep(script) == "lock")
    script.press("g")
    script.ask("decide", .answer, "What?")
    #expect(selectedStep(script) == "look")
  }

  @Test("the journal stays on its newest event while the pointer is there, and else where it is")
  func journalFollows() {
    var script = ConsoleScript.atRelease()
    script.command("journal")
    let note = { (text: String) in
      RunEvent.noteAdded(.init(step: nil, by: "tomas", text: text, at: Drill.start))
    }
    for number in 1...40 { script.record(note("note \(number).")) }
    #expect(script.shows("note 40."))
    script.press("k")
    script.record(note("note 41."))
    #expect(!script.shows("note 41."))
  }

  @Test("the record of a run that came from its runner is read once the journal is opened")
  func journalIsRead() throws {
    let whole = try #require(ConsoleScript.atRelease().model.run)
    let end = try #require(whole.entries.last)
    var script = ConsoleScript.atRelease()
    let head = ChainHead(sequence: end.sequence, hash: end.hash)
    _ = script.model.update(
      .opened(RunModel(state: whole.state, head: head, entries: []))
    )
    script.effects = []
    script.command("journal")
    #expect(script.shows("Reading the record…"))
    guard case .readRecord(after: 0)? = script.effects.last else {
      Issue.record("\(script.effects)")
      return
    }
    // The record has an event already that this console has not heard of.
    let later = JournalEntry(
      sequence: end.sequence + 1,
      run: end.run,
      actor: "tomas",
      wall: end.wall,
      monotonicNanoseconds: 0,
      boot: "boot",
      event: .noteAdded(.init(step: nil, by: "tomas", text: "later", at: Drill.start)),
      previous: end.hash,
      hash: Digest(of: "later")
    )
    script.effects = script.model.update(.recordRead(RunID("drill-1"), whole.entries + [later]))
    #expect(script.effects.isEmpty)
    #expect(script.model.run?.isRecordRead == true)
    _ = script.model.update(.run(RunID("drill-1"), .recorded(later)))
    #expect(script.model.run?.entries.last == later)
    #expect(script.shows("later"))
  }

  @Test("a pointer that was moved while the record was being read stays where it was put")
  func journalIsReadUnderTheHand() throws {
    let whole = try #require(ConsoleScript.atRelease().model.run)
    let end = try #require(whole.entries.last)
    for (key, sequence): (Key, Int64) in [("g", 1), ("G", end.sequence), ("j", 1)] {
      var script = ConsoleScript.atRelease()
      let head = ChainHead(sequence: end.sequence, hash: end.hash)
      _ = script.model.update(
        .opened(RunModel(state: whole.state, head: head, entries: []))
      )
      script.command("journal")
      script.press(key)
      _ = script.model.update(.recordRead(RunID("drill-1"), whole.entries))
      script.press("enter")
      #expect(script.model.breadcrumbs.last == "event \(sequence)", "after \(key)")
    }
  }

  @Test("every key in every screen is taken, whatever the size of the screen")
  func everyKey() {
    let keys: [Key] =
      "abcdefghijklmnoprstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/:?!".map { .character($0) }
      + [.up, .down, .left, .right, .home, .end, .pageUp, .pageDown, .tab, .backTab, .space]
      + [.backspace, .delete, .insert, .function(1), .control("l"), .control("u"), .unknown]
      + [.escape, .enter]
    for (columns, rows) in [(80, 24), (160, 50), (60, 16), (20, 5), (1, 1)] {
      for start in [ConsoleScript.atRelease(), .atSignOff(), .atFailure()] {
        for key in keys {
          var script = start
          script.resize(columns: columns, rows: rows)
          script.press(key)
          _ = script.frame()
          // None of these begins a step or decides about one.
          let harmless: [RunCommand] = [.pause(reason: "asked for"), .offerDrive, .takeDrive]
          #expect(script.sent.allSatisfy { harmless.contains($0.command) })
          script.press(key, key)
          _ = script.frame(.ascii)
        }
      }
    }
  }
}
