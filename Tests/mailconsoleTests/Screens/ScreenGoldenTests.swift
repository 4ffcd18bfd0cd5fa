import ClusterOps
import Runbooks
import TUI
import TestSupport
import Testing

@testable import mailconsole

/// What the screens look like.
///
/// Review the files in `Goldens` as pictures.
@Suite("Screens look like their goldens")
struct ScreenGoldenTests {
  struct Format: CustomTestStringConvertible, Sendable {
    var columns: Int
    var rows: Int
    var glyphs = GlyphSet.unicode

    var testDescription: String { "\(columns)x\(rows)" + (glyphs == .ascii ? "-ascii" : "") }

    static let all = [
      Format(columns: 80, rows: 24), Format(columns: 80, rows: 24, glyphs: .ascii),
      Format(columns: 160, rows: 50), Format(columns: 60, rows: 16),
    ]
  }

  /// A picture, and how one comes to it.
  struct Picture: CustomTestStringConvertible, Sendable {
    let name: String
    let make: @Sendable () -> ConsoleScript

    init(_ name: String, _ make: @escaping @Sendable () -> ConsoleScript) {
      self.name = name
      self.make = make
    }

    init(_ name: String, _ script: @escaping @Sendable () -> ConsoleScript, _ keys: Key...) {
      self.name = name
      make = {
        var script = script()
        for key in keys { script.press(key) }
        return script
      }
    }

    var testDescription: String { name }
  }

  static let pictures: [Picture] =
    [
      Picture("runbooks") { ConsoleScript(shelf: shelf) },
      Picture("runbooks-filter", { ConsoleScript(shelf: shelf) }, "/", "f", "i", "r", "e"),
      Picture("runbooks-unusable") {
        var script = ConsoleScript(shelf: shelf)
        script.model.context.unusable = unusable
        return script
      },
      Picture("run-your-go", { .atRelease() }),
      Picture("run-running", { running() }),
      Picture("run-your-turn", { .atTask() }),
      Picture("run-sign-off", { .atSignOff() }),
      Picture("run-failed", { .atFailure() }),
      Picture("run-unknown", { .atUnknown() }),
      Picture("run-completed", { completed() }),
      Picture("run-stopped", { stopped() }),
      Picture("run-command", { .atRelease() }, ":", "p"),
      Picture("step-your-go", { .atRelease() }, "enter"),
      Picture("step-output", { running() }, "enter"),
      Picture("step-failed", { .atFailure() }, "enter"),
      Picture("step-sign-off", { .atSignOff() }, "enter"),
      Picture("runs", { FindingRunsTests.runs() }),
      Picture("plan", { PlanScreenTests.board() }),
      Picture("plan-exit", { PlanScreenTests.board() }, "G"),
      Picture("run-paused", { paused() }),
      Picture("run-guarded", { .guarded() }),
      Picture("run-guardrail-tripped", { .tripped() }),
      Picture("run-guardrail-cleared", { .cleared() }),
      Picture("form-overrule", { .tripped() }, "p"),
      Picture("run-watched", { watched() }),
      Picture("run-aborted", { aborted() }),
      Picture("run-nested", { NestedDrill.underWay() }),
      Picture("form-run", { NestedDrill.script() }, "g", "a"),
      Picture("form-release-run", { NestedDrill.underWay() }, "a"),
      Picture("run-filter", { .atTask() }, "/", "l", "o", "c", "enter"),
      Picture("run-out-of-sight", { .atSignOff(columns: 60, rows: 16) }, "g"),
      Picture("step-answers", { .atSignOff() }, ":", "3", "enter", "enter"),
      Picture("step-signed", { .atDestruction() }, ":", "5", "enter", "enter"),
      Picture("evidence-list", { evidence() }, "g", "v"),
      Picture("evidence-json", { evidenceOpen() }),
      Picture("dialog-go-lacks", { .atDestruction() }, "a", "tab", "enter"),
      Picture("queue-filter", { queue() }, "/", "s", "l", "enter"),
      Picture("journal", { .atSignOff() }, "J"),
      Picture("event", { .atSignOff() }, "J", "G", "enter"),
      Picture("queue", { queue() }),
      Picture("queue-senders", { queue() }, "tab", "tab"),
      Picture("messages", { queue() }, "enter"),
      Picture("message", { message() }),
      Picture("operations") {
        var script = ConsoleScript()
        script.command("operations")
        script.press("/")
        script.type("postfix")
        script.press("enter")
        return script
      },
      Picture("help", { .atRelease() }, "?"),
      Picture("form-start", { ConsoleScript(shelf: shelf) }, "enter"),
      Picture("form-task", { .atTask() }, "a"),
      Picture("form-question", { .atTask() }, "j", "a"),
      Picture("form-sign-off", { .atSignOff() }, "a"),
      Picture("form-sign-off-wrong", { .atSignOff() }, "a", "enter", "enter", "enter", "enter"),
      Picture("form-failure", { .atFailure() }, "a"),
      Picture("form-unknown", { .atUnknown() }, "a"),
      Picture("run-proposed", { proposed() }),
      Picture("form-confirm", { proposed() }, "a"),
      Picture("sign-elsewhere") {
        var script = ConsoleScript.atSignOff(signOffs: .sshSignatures)
        script.press("a", "enter")
        script.type("Read ten.")
        script.press("enter")
        script.type("o'neil@example.test")
        script.press("enter", "space", "space", "space", "enter")
        return script
      },
      Picture("form-rewind", { .atRelease() }, "g", "w"),
      Picture("form-note", { .atRelease() }, "N"),
      Picture("form-abort") {
        var script = ConsoleScript.atRelease()
        script.command("abort")
        return script
      },
      Picture("form-rollback") {
        var script = ConsoleScript.atSignOff()
        script.command("rollback")
        return script
      },
      Picture("run-rolling-back", { .undoing() }),
      Picture("run-undo-failed", { .undoFailed() }),
      Picture("form-undo-failed", { .undoFailed() }, "a"),
      Picture("step-undo-failed", { .undoFailed() }, "enter"),
      Picture("run-rolled-back", { .rolledBack() }),
      Picture("dialog-go", { .atRelease() }, "a"),
      Picture("dialog-go-destructive", { .atDestruction() }, "a", "d", "e", "l"),
      Picture("dialog-leave", { running() }, .control("c")),
      Picture("hostile-run", { Hostile.run() }),
      Picture("hostile-step", { Hostile.run() }, "enter"),
      Picture("hostile-journal", { Hostile.run() }, "J", "G"),
      Picture("hostile-sign-off", { Hostile.signOff() }, "a"),
      Picture("hostile-queue", { Hostile.queue() }),
      Picture("hostile-messages", { Hostile.queue() }, "enter"),
    ] + statusPictures + exercisePictures

  @Test("each screen in each format", arguments: pictures, Format.all)
  func screen(picture: Picture, format: Format) {
    var script = picture.make()
    script.resize(columns: format.columns, rows: format.rows)
    let frame = script.frame(format.glyphs)
    let name = "\(picture.name)-\(format.testDescription)"
    #expect(Golden.difference(frame, from: name) == nil)
    for cell in frame.cells {
      for scalar in cell.text.unicodeScalars {
        #expect(!Hostile.isDangerous(scalar), "\(name) shows U+\(String(scalar.value, radix: 16))")
      }
      if format.glyphs == .ascii {
        let isASCII = cell.text.utf8.allSatisfy { $0 < 0x80 }
        #expect(isASCII, "\(name) shows \(cell.text)")
      }
    }
  }

  @Test("below the least size every screen says what it needs", arguments: pictures)
  func tooSmall(picture: Picture) {
    var script = picture.make()
    for (columns, rows) in [(59, 16), (60, 15), (20, 5)] {
      script.resize(columns: columns, rows: rows)
      let text = script.frame().lines.joined()
      // In a narrow window it is wrapped there.
      #expect(text.contains("need 60x16") && text.contains("have"))
      let says = "need 60x16, have \(columns)x\(rows)"
      if columns >= says.count { #expect(text.contains(says)) }
    }
  }

  @Test(
    "world, site, run and driver are on every screen, however long the run's name is",
    arguments: [80, 60]
  )
  func header(columns: Int) {
    var script = ConsoleScript(columns: columns, rows: 24)
    script.openRun(name: "drill-with-a-long-name-20261122T1336-4bs6")
    let header = script.frame().lines[0]
    for text in ["TABLETOP", "tabletop", "20261122T1336-4bs6", "tomas drives"] {
      #expect(header.contains(text), "\(text) is not in “\(header)”")
    }
  }

  @Test("whether it can be undone stands above the fold of the last question, on every size")
  func undo() {
    for (columns, rows) in [(60, 16), (80, 24), (160, 50)] {
      var script = ConsoleScript.atDestruction(columns: columns, rows: rows)
      script.press("a")
      #expect(script.shows("world tabletop. It cannot be"))
    }
  }

  @Test("no sentence of the help is cut off", arguments: [60, 80, 160])
  func help(columns: Int) {
    var script = ConsoleScript.atRelease(columns: columns, rows: 60)
    script.press("?")
    let rows = script.frame().lines
    #expect(!rows.contains { $0.contains("…") })
  }
}

/// Text that wants to be more than text.
enum Hostile {
  static let text =
    "\u{1B}]0;owned\u{7}\u{1B}[2J\u{1B}[31mred\u{9B}31m \u{202E}evil\u{202C} \u{0} \r\n\t a\u{300}\u{301}\u{302}\u{303} "
    + "日本語 \u{FEFF}\u{200B}\u{2066}x\u{2069} \u{7F}\u{85}"
  static let long = text + String(repeating: "a", count: 10_000) + "@example.test"

  /// Whether a terminal could take it for a command, or hide what stands beside it.
  static func isDangerous(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
      || (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
      || scalar.value == 0x200E || scalar.value == 0x200F || scalar.value == 0x061C
  }

  static func run() -> ConsoleScript {
    var script = ConsoleScript()
    script.openRun()
    script.pass("look", long)
    script.pass("remark", text)
    script.record(.stepReleased(.init(step: "hold", by: "tomas", at: Drill.start)), by: "tomas")
    script.begin("hold", risk: .change)
    _ = script.model.update(
      .run(
        RunID("drill-1"),
        .output(
          OutputPiece(
            step: "hold",
            attempt: 1,
            offset: 0,
            bytes: Array((long + "\n" + text).utf8) + [0xFF, 0xFE]
          )
        )
      )
    )
    script.end(
      "hold",
      text,
      outcome: .failed,
      failure: OperationFailure(.failed, long, advice: text, effect: .none)
    )
    return script
  }

  static func signOff() -> ConsoleScript {
    var script = ConsoleScript.atSignOff()
    script.openRun()
    script = .atTask()
    script.record(
      .manualDone(.init(step: "lock", by: "marek", note: text, fields: [:], at: Drill.start)),
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
      of: ["E2", "E3"],
      statement: "Delete the messages of \(long)",
      confirmation: text
    )
    return script
  }

  static func queue() -> ConsoleScript {
    var script = ConsoleScript()
    script.press("Q")
    let escaped = long.unicodeScalars.map { scalar in
      scalar.isASCII && scalar.value >= 0x20 && scalar != "\"" && scalar != "\\"
        ? String(scalar) : "\\u" + String("000" + String(scalar.value, radix: 16)).suffix(4)
    }.joined()
    var bytes: [UInt8] = []
    for index in 0..<20 {
      let line =
        #"{"queue_name":"deferred","queue_id":"4BADC0FFE\#(index)","arrival_time":1795300000,"#
        + #""message_size":1200,"sender":"\#(escaped)","recipients":[{"address":"\#(escaped)","#
        + #""delay_reason":"\#(escaped)"}]}"# + "\n"
      bytes += Array(line.utf8)
    }
    bytes += [0xFF, 0xFE, 0x0A]
    let listing = QueueListing(bytes, now: 1_795_316_400, localDomain: "example.test")
    _ = script.model.update(.queueRead(listing))
    return script
  }
}
