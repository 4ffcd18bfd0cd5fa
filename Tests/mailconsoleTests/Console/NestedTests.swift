import Runbooks
import TUI
import Testing

@testable import mailconsole

@Suite("Runs within runs on the screen") struct NestedTests {
  private func sent(_ script: ConsoleScript) -> [RunCommand] {
    script.effects.compactMap { if case .send(let command, by: _) = $0 { command } else { nil } }
  }

  private func looked(_ script: ConsoleScript) -> [RunID] {
    script.effects.compactMap { if case .look(let run) = $0 { run } else { nil } }
  }

  @Test("a on such a step asks which run; enter alone begins none, start begins one")
  func starts() {
    var script = NestedDrill.script()
    script.press("g", "a", .enter)
    #expect(sent(script).isEmpty)
    script.press(.right, .enter)
    #expect(sent(script) == [.startRun(StepID("morning"))])
  }

  @Test("a run of it that is known is offered by its name")
  func takes() {
    var script = NestedDrill.script()
    script.press("g", "a", .right, .right, .enter)
    #expect(sent(script) == [.bindRun(StepID("morning"), RunID("drill-20261130T0800-abcd"))])
  }

  @Test("whoever does the step begins its run, whoever drives the parent")
  func watcher() {
    var script = NestedDrill.script()
    script.model.context = OperatorNeedsTests.context(as: "sofia")
    script.press("g", "j", "a", .right, .enter)
    #expect(sent(script) == [.startRun(StepID("evening"))])
  }

  @Test("enter on the step opens its run, and u leads back up")
  func downAndUp() throws {
    var script = NestedDrill.underWay()
    script.press(.enter)
    #expect(looked(script) == [RunID("drill-20261130T0905-ijkl")])
    let parent = RunParent(
      run: RunID("wave-8-drill-20261130T0900-efgh"),
      step: StepID("morning"),
      root: RunID("wave-8-drill-20261130T0900-efgh")
    )
    script.openRun(name: "drill-20261130T0905-ijkl", parent: parent)
    #expect(script.model.screen.crumb(in: script.model) == "wave-8-drill/morning ▸ Fire drill")
    script.press("u")
    #expect(looked(script) == [parent.run])
  }

  @Test("what comes of a run within is said where the parent is open")
  func isTold() {
    var script = NestedDrill.underWay()
    #expect(script.model.notice.plain == "")
    script.record(
      .nested(
        .ended(
          .init(
            step: StepID("morning"),
            run: RunID("drill-20261130T0905-ijkl"),
            outcome: .failed,
            summary: "the queue grew",
            head: NestedDrill.head,
            ended: Drill.start,
            at: Drill.start
          )
        )
      )
    )
    #expect(script.model.notice.plain.contains("the queue grew"))
  }

  @Test("a on a step in a run of its own lets it go, for a reason that has to be given")
  func letsGo() {
    var script = NestedDrill.underWay()
    script.press("a", .enter, .enter)
    #expect(sent(script).isEmpty, "enter alone decides nothing")
    script.press(.escape, "a", .right, .enter, .enter)
    #expect(sent(script).isEmpty, "it takes a reason")
    script.type("another ticket is meant")
    script.press(.enter)
    #expect(sent(script) == [.releaseRun(StepID("morning"), reason: "another ticket is meant")])
  }

  @Test("whoever watches opens the run, and lets nothing go")
  func watches() {
    var script = NestedDrill.underWay()
    script.model.context = OperatorNeedsTests.context(as: "sofia")
    script.press("g", "a")
    #expect(looked(script) == [RunID("drill-20261130T0905-ijkl")])
  }

  @Test("u in a run that is a part of none says so")
  func noParent() {
    var script = ConsoleScript()
    script.openRun()
    script.press("u")
    #expect(looked(script).isEmpty && script.model.notice.plain.contains("part of no other"))
  }
}
