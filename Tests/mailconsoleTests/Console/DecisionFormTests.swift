import Runbooks
import TUI
import Testing

@testable import mailconsole

/// What people decide when a step failed, or when nobody knows what became of it.
@Suite("The forms about failures and unknown outcomes")
struct DecisionFormTests {
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

  @Test("a proposal about an unknown outcome is confirmed by another person, who need not drive")
  func confirmation() {
    var script = ConsoleScript.atUnknown(duties: Duties())
    script.press("a")
    #expect(script.shows("another one confirms"))
    script.press("space", "space", "enter")
    script.type("3000 are on hold")
    script.press("enter")
    #expect(script.obey() == nil)
    #expect(script.shows("tomas would mark it done: 3000 are on hold"))
    script.press("a")
    #expect(script.shows("Who looked as well?"))
    #expect(!script.shows("(•) tomas"))
    script.press("enter")
    script.type("I count them too")
    script.press("enter", "space", "enter")
    #expect(script.sent.last?.command == .confirm("hold", .markDone, reason: "I count them too"))
    #expect(script.sent.last?.by == "erin")
    #expect(script.obey() == nil)
    #expect(script.model.run?.state["hold"]?.word == "succeeded")
  }

  @Test("where confirmations are signed, the dialog looks for keys and signs what it showed")
  func signedConfirmation() {
    var script = ConsoleScript.atUnknown(duties: Duties(confirmations: .sshSignatures))
    script.press("a", "space", "space", "enter")
    script.type("3000 are on hold")
    script.press("enter")
    #expect(script.obey() == nil)
    script.press("a")
    #expect(script.shows("Looking for your key in the ssh-agent"))
    let seen = script.model.run?.head
    script.press("enter")
    script.type("I count them too")
    script.press("enter", "space", "enter")
    #expect(
      script.sent.last?.command
        == .confirm("hold", .markDone, reason: "I count them too", seen: seen)
    )
    #expect(script.sent.last?.by == "erin")
    #expect(script.shows("Signing"))
    #expect(script.obey() != nil, "without a signature it is refused")

    script.press("a", "enter")
    script.type("I count them too")
    script.press("enter", "space", "space", "enter")
    #expect(script.shows("Challenge:"))
    #expect(script.shows("decision: confirm markDone"))
  }
}
