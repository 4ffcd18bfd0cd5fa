import Runbooks
import TUI

@testable import mailconsole

extension ConsoleScript {
  /// A run at its first change: `look` is done, `hold` waits for a go.
  static func atRelease(
    columns: Int = 80,
    rows: Int = 24,
    duties: Duties? = nil,
    signOffs: SignaturePolicy? = nil
  ) -> ConsoleScript {
    var script = ConsoleScript(columns: columns, rows: rows)
    script.openRun(duties: duties, signOffs: signOffs)
    script.pass("look", "5000 messages: 3000 compromised_sender, 1200 dead")
    script.pass("remark", "read")
    script.effects = []
    return script
  }

  /// A run at its task and its question.
  static func atTask(
    columns: Int = 80,
    rows: Int = 24,
    signOffs: SignaturePolicy? = nil
  ) -> ConsoleScript {
    var script = atRelease(columns: columns, rows: rows, signOffs: signOffs)
    script.record(.stepReleased(.init(step: "hold", by: "tomas", at: Drill.start)), by: "tomas")
    script.pass("hold", "3000 messages are on hold", risk: .change)
    script.ask("lock", .manual, "Lock the account and end its sessions.")
    script.ask("decide", .answer, "What becomes of the mail?")
    script.effects = []
    return script
  }

  /// A run at the sign-off that must be typed.
  static func atSignOff(
    columns: Int = 80,
    rows: Int = 24,
    signOffs: SignaturePolicy? = nil
  ) -> ConsoleScript {
    var script = atTask(columns: columns, rows: rows, signOffs: signOffs)
    script.record(
      .manualDone(
        .init(
          step: "lock",
          by: "marek",
          note: "locked",
          fields: ["how": .string("EX-1")],
          at: Drill.start
        )
      ),
      by: "marek"
    )
    script.record(
      .inputGiven(
        .init(step: "decide", values: ["fate": .string("delete")], by: "tomas", at: Drill.start)
      ),
      by: "tomas"
    )
    script.requestApproval(
      "agree",
      of: ["E2", "E3", "E4"],
      statement: "Delete the held messages for good.",
      excluded: ["tomas"],
      confirmation: "o'neil@example.test"
    )
    script.effects = []
    return script
  }

  /// A run at its destructive step.
  static func atDestruction(columns: Int = 80, rows: Int = 24) -> ConsoleScript {
    var script = atSignOff(columns: columns, rows: rows)
    script.record(
      .approvalGiven(
        .init(
          step: "agree",
          by: "sofia",
          roles: ["E3"],
          comment: "Read ten of them.",
          statement: "Delete the held messages for good.",
          evidence: [Digest(of: "queue")],
          seen: Digest(of: "head"),
          typed: "o'neil@example.test",
          at: Drill.start
        )
      ),
      by: "sofia"
    )
    script.effects = []
    return script
  }

  /// A run whose `hold` failed and waits for a decision.
  static func atFailure(columns: Int = 80, rows: Int = 24) -> ConsoleScript {
    var script = atRelease(columns: columns, rows: rows)
    script.record(.stepReleased(.init(step: "hold", by: "tomas", at: Drill.start)), by: "tomas")
    script.begin("hold", risk: .change)
    script.end(
      "hold",
      "postsuper failed",
      outcome: .failed,
      failure: OperationFailure(
        .failed,
        "postsuper ended with 1: no space left on the spool",
        advice: "Look at the disk of the spool volume, then try again.",
        effect: .none
      )
    )
    script.effects = []
    return script
  }

  /// A run whose `hold` began and whose end nobody knows.
  static func atUnknown(
    columns: Int = 80,
    rows: Int = 24,
    duties: Duties? = nil
  ) -> ConsoleScript {
    var script = atRelease(columns: columns, rows: rows, duties: duties)
    script.record(.stepReleased(.init(step: "hold", by: "tomas", at: Drill.start)), by: "tomas")
    script.begin("hold", risk: .change)
    script.record(
      .stepUnknown(.init(step: "hold", attempt: 1, reason: "The process that did it is gone."))
    )
    script.record(
      .stepReconciled(
        .init(
          step: "hold",
          attempt: 1,
          settlement: .leftToPeople,
          summary: "It has no probe and must not be repeated on its own.",
          at: Drill.start
        )
      )
    )
    script.effects = []
    return script
  }
}
