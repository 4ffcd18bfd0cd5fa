import Runbooks
import TUI

@testable import mailconsole

extension ConsoleScript {
  /// A run that is rolled back: `hold` is to be undone, `lock` stands.
  static func rollingBack(columns: Int = 80, rows: Int = 24) -> ConsoleScript {
    var script = atSignOff(columns: columns, rows: rows)
    script.record(
      .rollbackRequested(.init(by: "tomas", reason: "wrong sender", at: Drill.start)),
      by: "tomas"
    )
    if let plan = script.model.run?.state.rollbackPlan(at: Drill.start) {
      script.record(.rollbackBegun(plan))
    }
    script.effects = []
    return script
  }

  /// The undoing of `hold` is under way.
  static func undoing(columns: Int = 80, rows: Int = 24) -> ConsoleScript {
    var script = rollingBack(columns: columns, rows: rows)
    script.record(
      .compensation(
        .started(
          .init(
            step: "hold",
            attempt: 2,
            actions: [PlannedAction(argv: ["postsuper", "-H", "-"])],
            risk: .change,
            isRepeatable: true,
            by: "tomas",
            at: Drill.start
          )
        )
      )
    )
    return script
  }

  /// The undoing of `hold` ended.
  static func undone(_ failure: OperationFailure? = nil) -> ConsoleScript {
    var script = undoing()
    script.record(
      .compensation(
        .ended(
          .init(
            step: "hold",
            attempt: 2,
            outcome: failure == nil ? .passed : .failed,
            summary: failure?.message ?? "3000 messages are released",
            failure: failure,
            at: Drill.start
          )
        )
      )
    )
    script.effects = []
    return script
  }

  /// The undoing of `hold` failed and waits for a decision.
  static func undoFailed() -> ConsoleScript {
    undone(
      OperationFailure(
        .failed,
        "postsuper ended with 1: no space left on the spool",
        advice: "Look at the disk of the spool volume, then try again.",
        effect: .none
      )
    )
  }

  /// A run that was rolled back to its end.
  static func rolledBack() -> ConsoleScript {
    var script = undone()
    if case .end(let outcome, let summary)? = script.model.run?.state.effects(now: Drill.start)
      .first
    {
      script.record(.runEnded(.init(outcome: outcome, summary: summary, at: Drill.start)))
    }
    return script
  }
}
