import Runbooks
import TUI
import Testing

@testable import mailconsole

/// Who may sign off, what they have to type, and what is sent then.
@Suite("The form of a sign-off")
struct SignOffFormTests {
  @Test("a sign-off offers neither those who did the work nor people without the role")
  func signers() throws {
    var script = ConsoleScript.atSignOff()
    script.press("a")
    let field = try #require(script.form?.form.fields.first { $0.name == "by" })
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
}
