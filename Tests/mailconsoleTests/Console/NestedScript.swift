import Runbooks
import TUI

@testable import mailconsole

/// A wave whose steps are done by runs of their own.
enum NestedDrill {
  static let wave = Drill.runbook(
    """
    apiVersion: mailconsole/v1
    kind: Wave
    id: wave-8-drill
    title: Two drills
    version: 1.0.0
    owner: E4
    summary: Two runs within one.
    steps:
      - id: morning
        title: The drill of the morning
        purpose: Everybody on call does it once.
        runbook: drill
        fresh_for: 8h
        raci: {R: E4}
      - id: evening
        title: The drill of the evening
        runbook: drill
        raci: {R: E3}
      - id: close
        title: Both were done
        note: Both drills were done.
        needs: [morning, evening]
    """
  )

  static let head = ChainHead(sequence: 12, hash: Digest(of: "head"))

  static func script(columns: Int = 80, rows: Int = 24, as name: String = "tomas") -> ConsoleScript
  {
    var script = ConsoleScript(
      columns: columns,
      rows: rows,
      as: name,
      shelf: [
        ShelfEntry(runbook: wave),
        ShelfEntry(
          runbook: Drill.runbook(),
          standing: .run(
            RunListing(
              run: RunID("drill-20261130T0800-abcd"),
              runbook: RunbookID("drill"),
              world: .tabletop,
              site: Drill.site.name,
              started: Drill.start,
              status: .waiting([]),
              isDriven: true,
              driver: "sofia"
            )
          )
        ),
      ]
    )
    script.openRun(wave, name: "wave-8-drill-20261130T0900-efgh")
    for step in ["morning", "evening"] {
      script.record(
        .personAsked(
          .init(step: StepID(step), task: .runbook, text: "Run the runbook drill.", at: Drill.start)
        )
      )
    }
    return script
  }

  /// The run of the morning is under way.
  static func underWay() -> ConsoleScript {
    var script = script()
    let run = RunID("drill-20261130T0905-ijkl")
    script.record(
      .nested(
        .bound(
          .init(
            step: StepID("morning"),
            attempt: 1,
            run: run,
            runbook: RunbookID("drill"),
            way: .started,
            by: "tomas",
            at: Drill.start
          )
        )
      ),
      by: "tomas"
    )
    script.record(
      .nested(.made(.init(step: StepID("morning"), run: run, head: head, at: Drill.start)))
    )
    script.press("g")
    return script
  }
}
