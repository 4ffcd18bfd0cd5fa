import ClusterOps
import Runbooks
import TUI
import Testing

@testable import mailconsole

/// What holds for every screen, whichever it is.
@Suite("Screens")
struct ScreenTests {
  @Test("each has keys of its own: no two share a context, and none binds keys of another")
  func contexts() {
    let types = Screen.allCases.map { $0.type }
    #expect(Set(types.map { $0.keys.name }).count == types.count)
    for type in types {
      #expect(type.bindings.allSatisfy { $0.context == type.keys || $0.context == .global })
    }
  }

  @Test("what comes late of a run that was left changes nothing in the one that is open")
  func lateNews() throws {
    var script = ConsoleScript.atRelease()
    let left = RunID("drill-0")
    let entries = try #require(script.model.run?.entries)
    let file = EvidenceReference(
      name: "queue.json",
      mediaType: "application/json",
      blob: BlobReference(digest: Digest(of: "x"), length: 1)
    )
    let before = script.model.breadcrumbs
    _ = script.model.update(.run(left, .stopped(.diskFull(path: "/state"))))
    _ = script.model.update(.runnerEnded(left))
    _ = script.model.update(.recordRead(left, entries))
    _ = script.model.update(.evidenceRead(left, file, [0x78]))
    #expect(script.model.run?.stopped == nil)
    #expect(script.model.run?.hasRunner == true)
    #expect(script.model.run?.entries == entries)
    #expect(script.model.breadcrumbs == before)
    // The same of the open one does.
    _ = script.model.update(.run(RunID("drill-1"), .stopped(.diskFull(path: "/state"))))
    #expect(script.model.run?.stopped != nil)
  }

  @Test("the key of the screen that is shown reads it anew, and puts no second one over it")
  func sameAgain() {
    var script = ConsoleScript()
    script.press("Q")
    script.effects = []
    script.press("Q")
    #expect(script.model.breadcrumbs == ["runbooks", "queue"])
    guard case .readQueue? = script.effects.last else {
      Issue.record("\(script.effects)")
      return
    }
  }

  /// A screen, how one comes to it, and what its text says.
  struct Twin: CustomTestStringConvertible, Sendable {
    let name: String
    let words: [String]
    let script: @Sendable () -> ConsoleScript

    var testDescription: String { name }

    init(_ name: String, _ words: [String], _ script: @escaping @Sendable () -> ConsoleScript) {
      self.name = name
      self.words = words
      self.script = script
    }
  }

  static let twins: [Twin] = [
    Twin("runbooks", ["wave-9-practice", "never run here"]) { ConsoleScript() },
    Twin("run", ["drill-1", "your go", "press a"]) { .atRelease() },
    Twin("step", ["risk change", "exact command"]) {
      var script = ConsoleScript.atRelease()
      script.press("enter")
      return script
    },
    Twin("journal", ["run.created", "driver.attached"]) {
      var script = ConsoleScript.atRelease()
      script.press("J")
      return script
    },
    Twin("runs", ["drill"]) { FindingRunsTests.runs() },
    Twin("queue", ["messages", "by reason"]) { ScreenGoldenTests.queue() },
    Twin("evidence", ["queue report"]) {
      var script = ScreenGoldenTests.evidence()
      script.press("g", "v")
      return script
    },
    Twin("operations", ["postfix.queue", "read"]) {
      var script = ConsoleScript()
      script.command("operations")
      return script
    },
    Twin("exercise", ["22:20 next", "A block list takes note", "open until", "idle 2 min"]) {
      ExerciseFixture.night().led()
    },
    Twin("inbox", ["call 22:08 from the director", "answered", "lift it now"]) {
      var fixture = ExerciseFixture.night()
      fixture.answer("queue-alarm", "I look at it.", by: "tomas")
      var script = fixture.played()
      script.press("M")
      return script
    },
  ]

  @Test(":text shows the screen as whole lines of text, and esc goes back", arguments: twins)
  func twin(_ twin: Twin) {
    var script = twin.script()
    let before = script.model.breadcrumbs
    script.command("text")
    guard let page = script.model.screen as? TextScreen else {
      Issue.record("\(script.model.breadcrumbs)")
      return
    }
    let text = page.plain(script.model).joined(separator: "\n")
    for word in twin.words { #expect(text.contains(word), "\(text)") }
    script.press("esc")
    #expect(script.model.breadcrumbs == before)
  }

  @Test(":operations lists the catalogue, / filters it, and enter shows parameters and defaults")
  func operations() {
    var script = ConsoleScript()
    script.command("operations")
    #expect(script.model.breadcrumbs == ["runbooks", "operations"])
    script.press("/")
    script.type("postfix.queue")
    script.press("enter")
    #expect(script.shows("postfix.queue"))
    #expect(!script.shows("redis."))
    script.press("enter")
    #expect(script.shows("compromise_min") && script.shows("default 100"))
    script.press("G")
    #expect(script.shows("malformed"))
    script.press("esc")
    #expect(script.model.screen is OperationsScreen)
  }

  @Test(
    "the last line of the help is reached with G at every size",
    arguments: [(60, 16), (80, 24), (160, 50), (72, 19)]
  )
  func endOfHelp(columns: Int, rows: Int) {
    var script = ConsoleScript(columns: columns, rows: rows)
    script.press("?", "G")
    // What comes last has no key of its own: it is listed after those that have.
    #expect(script.shows(":operations"))
    #expect(script.shows("shows one in full.") || script.shows("full."))
  }

  @Test("? says how one comes to the operations")
  func help() {
    var script = ConsoleScript(columns: 160, rows: 50)
    script.press("?", "G")
    #expect(script.shows("List the operations a step can name"))
  }
}
