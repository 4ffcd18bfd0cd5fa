import Runbooks
import TUI
import Testing

@testable import mailconsole

/// What is asked before anything is changed, and what is sent when it was answered.
@Suite("Nothing is decided by accident")
struct QuestionTests {
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
    #expect(script.sent.map(\.command) == [.release("hold", seen: script.commands(of: "hold"))])
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
    #expect(
      script.sent.map(\.command) == [.release("delete", seen: script.commands(of: "delete"))]
    )
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
    #expect(script.form != nil, "\(name) is a form")
    for _ in 0..<12 { script.press("enter") }
    #expect(script.effects.isEmpty, "\(name)")
    #expect(script.form != nil, "\(name) stays open")
    // Every text filled in, the decision left as it was.
    script.press("esc")
    for key in keys { script.press(key) }
    for _ in 0..<(script.form?.form.fields.count ?? 0) {
      if let dialog = script.form, case .text = dialog.form.fields[dialog.form.focus].answer {
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

extension ConsoleScript {
  /// The form that is open.
  var form: FormDialog? { if case .form(let dialog)? = model.overlay { dialog } else { nil } }
}
