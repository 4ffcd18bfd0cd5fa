import ClusterOps
import Runbooks
import TUI
import TestSupport
import Testing

@testable import mailconsole

/// How the console comes to the pictures.
extension ScreenGoldenTests {
  /// An unknown outcome about which one of two people has spoken.
  static func proposed() -> ConsoleScript {
    var script = ConsoleScript.atUnknown(duties: Duties())
    script.press("a", "space", "space", "enter")
    script.type("3000 are on hold")
    script.press("enter")
    script.obey()
    return script
  }

  static var unusable: [UnusableRunbook] {
    let problem = { (line: Int, message: String) in
      RunbookProblem(
        message,
        fix: "Mend it.",
        at: SourcePosition(
          file: "/share/runbooks/operations/queue-triage.yaml",
          line: line,
          column: 9
        )
      )
    }
    return UnusableRunbook.all(
      in: "/share/runbooks",
      [
        problem(54, "unknown operation `k8s.evictable`"),
        problem(15, "unknown key `lock`\u{1b}[31m"),
      ]
    )
  }

  static var shelf: [ShelfEntry] {
    let listing = RunListing(
      run: RunID("drill-20261122T0310-k3f9qa"),
      runbook: RunbookID("drill"),
      world: .tabletop,
      site: "tabletop",
      started: Drill.start,
      status: .waiting([
        WaitingItem(step: "agree", kind: .approval, roles: ["E2", "E3", "E4"], what: "Agree")
      ]),
      isDriven: false
    )
    return [
      ShelfEntry(runbook: Drill.wave),
      ShelfEntry(runbook: Drill.runbook(), standing: .run(listing)),
    ]
  }

  static func running() -> ConsoleScript {
    var script = ConsoleScript.atRelease()
    script.record(.stepReleased(.init(step: "hold", by: "tomas", at: Drill.start)), by: "tomas")
    script.begin("hold", risk: .change)
    var offset = 0
    for line in 1...40 {
      let text = "postsuper: \(line)A7C1 is on hold, of a rather long line of output\n"
      _ = script.model.update(
        .run(
          RunID("drill-1"),
          .output(OutputPiece(step: "hold", attempt: 1, offset: offset, bytes: Array(text.utf8)))
        )
      )
      offset += text.utf8.count
    }
    return script
  }

  static func completed() -> ConsoleScript {
    var script = ConsoleScript.atDestruction()
    script.record(.stepReleased(.init(step: "delete", by: "tomas", at: Drill.start)), by: "tomas")
    script.pass("delete", "3000 messages are gone", risk: .destructive)
    script.requestApproval("sign-off", of: ["E2", "E3"], statement: "The drill was done.")
    script.record(
      .approvalGiven(
        .init(
          step: "sign-off",
          by: "marek",
          roles: ["E2"],
          comment: "seen",
          statement: "The drill was done.",
          evidence: [Digest(of: "queue")],
          seen: Digest(of: "head"),
          typed: nil,
          at: Drill.start
        )
      ),
      by: "marek"
    )
    script.record(
      .runEnded(
        .init(outcome: .completed, summary: "all 8 steps are done", at: Drill.start)
      )
    )
    return script
  }

  static func paused() -> ConsoleScript {
    var script = ConsoleScript.atRelease()
    script.record(.runPaused(.init(by: "sofia", reason: "asked for")), by: "sofia")
    return script
  }

  static func watched() -> ConsoleScript {
    var script = ConsoleScript.atTask()
    script.model.context = OperatorNeedsTests.context(as: "marek")
    return script
  }

  static func aborted() -> ConsoleScript {
    var script = ConsoleScript.atTask()
    script.record(.abortRequested(.init(by: "tomas", reason: "enough")), by: "tomas")
    script.record(.runEnded(.init(outcome: .aborted, summary: "enough", at: Drill.start)))
    return script
  }

  static func evidence() -> ConsoleScript {
    var script = ConsoleScript()
    script.openRun()
    script.begin("look")
    let files = [("queue report", "application/json"), ("messages", "text/plain")].map {
      EvidenceReference(
        name: $0.0,
        mediaType: $0.1,
        blob: BlobReference(digest: Digest(of: $0.0), length: 980_641)
      )
    }
    script.end("look", "5000 messages", evidence: files)
    return script
  }

  static func evidenceOpen() -> ConsoleScript {
    var script = ConsoleScript.atSignOff()
    script.press("a", "v")
    guard case .readEvidence(let file)? = script.effects.last else { return script }
    let json =
      #"{"total":5000,"causes":[{"kind":"compromised_sender","subject":"alice@example.test"}]}"#
    _ = script.model.update(.evidenceRead(RunID("drill-1"), file, Array(json.utf8)))
    return script
  }

  static func stopped() -> ConsoleScript {
    var script = ConsoleScript.atRelease()
    _ = script.model.update(
      .run(RunID("drill-1"), .stopped(.diskFull(path: "/state/runs/drill-1")))
    )
    return script
  }

  static func queue() -> ConsoleScript {
    var script = ConsoleScript()
    script.press("Q")
    var text = ""
    for index in 0..<60 {
      let sender = index % 3 == 0 ? "MAILER-DAEMON" : "alice@example.test"
      let host = index % 2 == 0 ? "dead.test" : "slow.test"
      let reason =
        index % 2 == 0
        ? "connect to dead.test[192.0.2.1]:25: Connection timed out"
        : "host mx.slow.test[192.0.2.9] said: 451 4.7.1 Too many messages, slow down"
      text +=
        #"{"queue_name":"\#(index % 5 == 0 ? "hold" : "deferred")","queue_id":"4AD0B\#(100 + index)C1","#
        + #""arrival_time":\#(1_795_316_400 - index * 3600),"message_size":\#(900 + index * 400),"#
        + #""sender":"\#(sender)","recipients":[{"address":"u\#(index)@\#(host)","#
        + #""delay_reason":"\#(reason)"}]}"# + "\n"
    }
    let listing = QueueListing(Array(text.utf8), now: 1_795_316_400, localDomain: "example.test")
    _ = script.model.update(.queueRead(listing))
    return script
  }

  static func message() -> ConsoleScript {
    var script = queue()
    script.press("enter", "enter")
    let text = """
      *** ENVELOPE RECORDS deferred/4/4AD0B100C1 ***
      message_arrival_time: Sun Nov 22 03:10:00 2026
      sender: alice@example.test
      recipient: u0@dead.test
      *** MESSAGE CONTENTS deferred/4/4AD0B100C1 ***
      Subject: Invoice
      X-Long: \(String(repeating: "0123456789 ", count: 30))

      See the attachment.
      """
    _ = script.model.update(.messageRead(title: "4AD0B100C1", text: Array(text.utf8)))
    return script
  }
}
