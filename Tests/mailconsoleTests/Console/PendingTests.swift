import Runbooks
import TUI
import Testing

@testable import mailconsole

/// What is waited for: said with a clock, and left by esc or ctrl-c.
@Suite("What is waited for") struct PendingTests {
  private let start = ContinuousClock.now

  private func leaves(_ script: ConsoleScript) -> Bool {
    script.effects.contains { if case .leaveWork = $0 { true } else { false } }
  }

  @Test("a runner that does not answer is said after a second, with its process and a clock")
  func silent() {
    var script = ConsoleScript.atRelease()
    let work = PendingWork(kind: .answer, since: start, process: 4242)
    _ = script.model.update(.began(1, work))
    #expect(!script.shows("does not answer"))
    _ = script.model.update(.tick(start + .seconds(3)))
    #expect(script.shows("The runner (process 4242) does not answer yet: 3s, esc stops waiting"))
    _ = script.model.update(.finished(1))
    #expect(!script.shows("does not answer"))
    #expect(script.model.clock == nil)
  }

  @Test(
    "esc and ^C leave what is waited for and nothing else",
    arguments: [Key.escape, .control("c")]
  )
  func leaving(key: Key) {
    var script = ConsoleScript.atRelease()
    let before = script.model.screensShown.count
    _ = script.model.update(.began(1, PendingWork(kind: .opening("drill-2"), since: start)))
    _ = script.model.update(.tick(start + .seconds(1)))
    #expect(script.shows("Opening drill-2: 1s, esc leaves it"))
    script.press(key)
    #expect(leaves(script))
    #expect(script.model.exitCode == nil)
    #expect(!script.isAsking)
    #expect(script.model.screensShown.count == before)
  }

  @Test("SIGINT leaves it too")
  func signal() {
    var script = ConsoleScript.atRelease()
    let signing = PendingWork(kind: .signature(by: "sofia", key: nil), since: start)
    _ = script.model.update(.began(1, signing))
    script.effects += script.model.update(.input(.signal(.interrupt)))
    #expect(leaves(script))
    #expect(script.model.exitCode == nil)
  }

  @Test("while a key signs, its name and a clock are shown and no second signature is asked for")
  func signing() {
    var script = ConsoleScript.atSignOff(signOffs: .sshSignatures)
    let kind = PendingWork.Kind.signature(by: "sofia", key: "SHA256:3sK7N64rr3zJX5T3sK7N64rr3zJX5T")
    _ = script.model.update(.began(1, PendingWork(kind: kind, since: start)))
    _ = script.model.update(.tick(start + .seconds(12)))
    #expect(
      script.shows(
        "Touch your key if it blinks: sofia, SHA256:3sK7N64r; 12s, esc leaves it"
      )
    )
    script.press("a")
    #expect(!script.isAsking)
    _ = script.model.update(.finished(1))
    script.press("a")
    #expect(script.isAsking)
  }

  @Test("output that did not all arrive is asked for once, when its step ends")
  func reread() {
    var script = ConsoleScript.atRelease()
    script.record(.stepReleased(.init(step: "hold", by: "tomas", at: Drill.start)), by: "tomas")
    script.begin("hold", risk: .change)
    let piece = OutputPiece(step: "hold", attempt: 1, offset: 5, bytes: Array("late\n".utf8))
    script.effects += script.model.update(.run(RunID("drill-1"), .output(piece)))
    #expect(script.effects.allSatisfy { if case .readOutput = $0 { false } else { true } })
    let output = BlobReference(digest: Digest(of: "output"), length: 10)
    script.record(
      .stepEnded(
        .init(
          step: "hold",
          attempt: 1,
          outcome: .passed,
          summary: "held",
          output: output,
          durationMilliseconds: 1,
          at: Drill.start
        )
      )
    )
    let asked = script.effects.compactMap { if case .readOutput(let it) = $0 { it } else { nil } }
    #expect(asked == [UnreadOutput("hold", 1, output)])
    let read = KeptOutput(offset: 0, bytes: Array("soon\nlate\n".utf8))
    _ = script.model.update(.outputRead(RunID("drill-1"), asked[0], read))
    let log = script.model.run?.logs["hold"]
    #expect(log?[0] == "soon")
    #expect(log?.count == 2)
  }
}

@Suite("A signature that is awaited in another console")
struct SigningElsewhereTests {
  @Test("is shown where the step is, until it is over")
  func isShown() {
    var script = ConsoleScript.atSignOff(signOffs: .sshSignatures)
    func shows(_ script: ConsoleScript) -> Bool {
      script.frame(.unicode).cells.map(\.text).joined()
        .contains("key of sofia is asked to sign it now, in another console")
    }
    let run = script.model.run?.id ?? RunID("")
    func notice(isOver: Bool) -> ConsoleEvent {
      .run(run, .signing(SigningNotice(step: StepID("agree"), by: "sofia", isOver: isOver)))
    }
    #expect(!shows(script))
    _ = script.model.update(notice(isOver: false))
    #expect(shows(script))
    #expect(script.model.screen.plain(script.model).contains { $0.contains("key of sofia") })
    _ = script.model.update(notice(isOver: true))
    #expect(!shows(script))
  }
}
