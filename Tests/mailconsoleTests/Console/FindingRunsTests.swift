import ClusterOps
import Runbooks
import TUI
import Testing

@testable import mailconsole

/// The list of all runs, and the way to what waits in one of them.
@Suite("Runs and what waits in them are found")
struct FindingRunsTests {
  private static func listing(_ name: String, _ status: RunStatus, site: String = "tabletop")
    -> RunListing
  {
    RunListing(
      run: RunID(name),
      runbook: RunbookID("drill"),
      world: .tabletop,
      site: site,
      started: Drill.start,
      status: status,
      isDriven: false,
      last: Drill.start,
      operators: [RunOperator(name: "marek", roles: ["E2"])]
    )
  }

  static func runs() -> ConsoleScript {
    var script = ConsoleScript()
    script.press("X")
    let waiting = WaitingItem(step: "lock", kind: .manual, roles: ["E2"], what: "Lock it")
    _ = script.model.update(
      .runs(
        RunShelf(
          listings: [
            listing("drill-20261122T0310-aaaa", .waiting([waiting])),
            listing("drill-20261121T0310-bbbb", .ended(.completed, summary: "done")),
            listing("drill-20261120T0310-cccc", .running, site: "gaudy"),
          ],
          unreadable: 1,
          read: Drill.start.advanced(by: .seconds(7200))
        )
      )
    )
    return script
  }

  @Test("all runs are listed with state, age and who is waited for; an ended one opens to read")
  func allRuns() {
    var script = Self.runs()
    #expect(script.shows("waits for E2 (marek): lock"))
    #expect(script.shows("120 min") || script.shows("2 h"))
    #expect(script.shows("1 run cannot be read"))
    script.press("j", "enter")
    guard case .read(let run)? = script.effects.last else {
      Issue.record("it was not opened for reading")
      return
    }
    #expect(run == RunID("drill-20261121T0310-bbbb"))
  }

  @Test("a list one comes back to is read anew")
  func freshList() {
    var script = ConsoleScript.atRelease()
    script.press("esc")
    guard case .readShelf? = script.effects.last else {
      Issue.record("the runs were not read anew")
      return
    }
    script = Self.runs()
    script.press("R")
    guard case .readShelf? = script.effects.last else {
      Issue.record("the runs were not read anew")
      return
    }
  }

  @Test("starting a runbook of which an older run has not ended says so")
  func unfinished() {
    let old = Self.listing("drill-20261120T0310-cccc", .running)
    var script = ConsoleScript(
      shelf: [
        ShelfEntry(
          runbook: Drill.runbook(),
          standing: .run(Self.listing("drill-2", .ended(.completed, summary: "done"))),
          unfinished: [old]
        )
      ]
    )
    script.press("enter")
    #expect(script.shows("drill-20261120T0310-cccc has not ended"))
  }

  @Test("n goes to what waits, a waiting step out of sight is said, and f follows again")
  func next() {
    var script = ConsoleScript.atTask(columns: 60, rows: 16)
    script.press("g")
    script.press("n")
    #expect(script.selected == "lock")
    script.press("n")
    #expect(script.selected == "decide")
    script.press("n")
    #expect(script.selected == "lock")
    script.press("/")
    script.type("sign")
    script.press("enter")
    #expect(script.shows("Out of sight: step 3, lock"))
    script.press("n")
    #expect(script.selected == "lock")
    #expect(!script.shows("Out of sight: step 3"))
    script.press("G")
    #expect(script.shows("f follows the run"))
    script.press("f")
    #expect(script.selected == "lock")
  }
}

extension ConsoleScript {
  /// The step under the pointer of the run's screen.
  fileprivate var selected: StepID? {
    guard let screen = model.screen as? RunScreen, let run = model.run else { return nil }
    return screen.selected(in: run)
  }
}
