import Foundation
import Runbooks

@testable import mailconsole

/// Runs of the drill with guardrails.
extension ConsoleScript {
  /// The drill as it would stand in the repository's own library, with two of its checks.
  static let guardedDrill: Runbook = {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
    return Drill.runbook(
      Drill.yaml.replacingOccurrences(
        of: "steps:\n",
        with: "guardrails: [{use: queue-size, every: 2m}, {use: node-ready, every: 5m}]\nsteps:\n"
      ),
      path: root + "/runbooks/operations/drill.yaml"
    )
  }()

  /// At the go for the first change, with both guardrails read.
  static func guarded(columns: Int = 80, rows: Int = 24) -> ConsoleScript {
    var script = ConsoleScript(columns: columns, rows: rows, shelf: [])
    script.openRun(guardedDrill)
    script.read("queue-size", .pass, "120 messages")
    script.read("node-ready", .pass, "mail-node is ready")
    script.pass("look", "5000 messages: 3000 of one sender")
    return script
  }

  /// Past the first change, when the queue has grown.
  static func tripped(columns: Int = 80, rows: Int = 24) -> ConsoleScript {
    var script = guarded(columns: columns, rows: rows)
    script.record(.stepReleased(.init(step: "hold", by: "tomas", at: Drill.start)), by: "tomas")
    script.pass("hold", "3000 messages are on hold", risk: .change)
    script.read(
      "queue-size",
      .fail,
      "2400 messages (`result.total < 500` does not hold)",
      advice: "Find the causes before anything is deleted or flushed. Reach for the runbook "
        + "queue-triage."
    )
    return script
  }

  static func cleared() -> ConsoleScript {
    var script = tripped()
    script.read("queue-size", .pass, "140 messages")
    return script
  }

  private mutating func read(
    _ check: String,
    _ verdict: CheckVerdict,
    _ summary: String,
    advice: String? = nil
  ) {
    record(
      .guardrailRead(
        .init(
          guardrail: GuardrailID(CheckID(check)),
          verdict: verdict,
          summary: summary,
          advice: advice,
          at: Drill.start
        )
      )
    )
  }
}
