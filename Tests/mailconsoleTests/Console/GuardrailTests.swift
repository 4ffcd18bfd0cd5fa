import Runbooks
import TUI
import Testing

@testable import mailconsole

/// Guardrails as whoever drives sees and answers them.
@Suite("Guardrails on the screen") struct GuardrailTests {
  @Test(
    "stand in the header all the while, short where there is no room",
    arguments: [160, 80, 60]
  )
  func header(columns: Int) {
    var script = ConsoleScript.guarded(columns: columns)
    #expect(script.frame().lines[0].contains("guard 2 ok"))
    script.press("enter")
    #expect(script.frame().lines[0].contains("guard 2 ok"), "on every screen of the run")
    let tripped = ConsoleScript.tripped(columns: columns).frame()
    #expect(tripped.lines[0].contains("guard ✗"))
    #expect(tripped.lines[0].contains("tomas drives"))
    #expect(columns < 80 || tripped.lines[0].contains("guard ✗ queue-size"))
    let ascii = ConsoleScript.tripped(columns: columns).frame(.ascii).lines[0]
    #expect(ascii.contains("guard x"))
  }

  @Test("p asks why before a run goes on over one that fails; once it has cleared p is enough")
  func overrule() {
    var script = ConsoleScript.tripped()
    script.press("p")
    #expect(script.isAsking)
    #expect(script.sent.isEmpty)
    script.press("space", "enter")
    script.type("we know")
    script.press("enter")
    #expect(script.sent.map(\.command) == [.overrule(reason: "we know")])
    #expect(script.obey() == nil)
    #expect(script.model.run?.state.pause == nil)
    #expect(script.shows("guard ✗ queue-size overruled"))

    var cleared = ConsoleScript.cleared()
    #expect(cleared.shows("has cleared since"))
    cleared.press("p")
    #expect(cleared.sent.map(\.command) == [.continue])
    #expect(cleared.obey() == nil)
    #expect(cleared.shows("guard 2 ok"))
  }

  @Test("the plain twin tells the verdict, what fails and what to do")
  func plain() {
    let script = ConsoleScript.tripped()
    let text = script.model.screen.plain(script.model).joined(separator: "\n")
    for words in [
      "guard x queue-size", "The guardrail queue-size fails: 2400 messages",
      "Reach for the runbook queue-triage.", ":rollback undoes hold.",
    ] {
      #expect(text.contains(words), "\(words)")
    }
  }

  @Test("one that could not be found out is shown, and a run without guardrails shows nothing")
  func others() {
    var script = ConsoleScript.guarded()
    script.record(
      .guardrailRead(
        .init(
          guardrail: GuardrailID(CheckID("node-ready")),
          verdict: .undetermined,
          summary: "no route",
          at: Drill.start
        )
      )
    )
    #expect(script.shows("guard ? node-ready"))
    #expect(script.model.run?.state.pause == nil)
    #expect(!ConsoleScript.atRelease().shows("guard"))
  }
}
