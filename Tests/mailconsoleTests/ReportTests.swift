import Foundation
import TestSupport
import Testing

@testable import Runbooks
@testable import mailconsole

/// Reports of a run whose every text was written by somebody who means harm.
@Suite struct ReportTests {
  private static let evil =
    "<script>alert('1')</script> | **bold** [x](javascript:y) ![](http://e.example) `c` \"q\" &lt;"
  private static let odd = "# first\n| a | b |\r\n1. ESC \u{1B}[2J bidi \u{202E}cba bar |\u{301}"

  private static let place = SourcePosition(file: "test.yaml", line: 1, column: 1)

  private static func step(_ id: String, _ body: StepBody, covers: [String] = []) -> Step {
    Step(
      id: StepID(id),
      title: id == "hold" ? evil : id,
      body: body,
      risk: .change,
      covers: covers,
      position: place
    )
  }

  private static func document() throws -> (ReportDocument, RunReport) {
    func text(_ text: String) throws -> Template { try Template(parsing: text, at: place) }
    let call = OperationCall(operation: OperationName("op"), arguments: [:], position: place)
    let approval = Approval(roles: [Role("E4")], statement: try text("go"))
    let runbook = Runbook(
      id: RunbookID("trial"),
      kind: .runbook,
      title: evil,
      version: "1.0.0",
      owner: Role("E1"),
      summary: "",
      inputs: [],
      steps: [
        step("hold", .operation(call), covers: ["T6.3", "SRE|4"]),
        step("ok", .approve(approval), covers: ["T6.3"]),
        step("call", .manual(ManualTask(instructions: try text("call")))),
      ],
      source: RunbookSource(path: "test.yaml", text: "x")
    )
    let events = try events(runbook)
    var entries: [JournalEntry] = []
    var head = Digest(of: "run-1")
    for (index, event) in events.enumerated() {
      let hash = Digest(of: "\(index)")
      entries.append(
        JournalEntry(
          sequence: Int64(index + 1),
          run: RunID("run-1"),
          actor: "ana|bo",
          wall: Moment(seconds: 1_795_316_400 + index),
          monotonicNanoseconds: 0,
          boot: "b",
          event: event,
          previous: head,
          hash: hash
        )
      )
      head = hash
    }
    var verdict = Verification()
    verdict.soundEvents = Int64(entries.count)
    verdict.head = ChainHead(sequence: Int64(entries.count), hash: head)
    verdict.remarks = [evil]
    verdict.notRuledOut = ["Events cut off at the end."]
    let report = try #require(RunReport(of: runbook, entries, verdict))
    return (ReportDocument(report), report)
  }

  private static func events(_ runbook: Runbook) throws -> [RunEvent] {
    func at(_ seconds: Int) -> Moment { Moment(seconds: 1_795_316_400 + seconds) }
    let hold = StepID("hold")
    let file = EvidenceReference(
      name: "queue|<b>",
      mediaType: "text/plain",
      blob: BlobReference(digest: Digest(of: "queue"), length: 5)
    )
    func started(_ attempt: Int) -> RunEvent {
      .stepStarted(
        .init(
          step: hold,
          attempt: attempt,
          actions: [PlannedAction(argv: ["postsuper", "-h", "<id>|\u{1B}]0;t\u{7}"])],
          risk: .change,
          isRepeatable: false,
          by: "ana",
          at: at(attempt)
        )
      )
    }
    return [
      .runCreated(
        .init(
          run: RunID("run-1"),
          runbook: runbook.id,
          title: runbook.title,
          version: "1.0.0",
          text: runbook.source.digest,
          mode: .live,
          site: "lab|<i>",
          siteRecord: Digest(of: "s"),
          inputs: ["sender": .string(odd)],
          console: "0.1.0",
          operators: ["ana", "bo", "cy"].map { RunOperator(name: $0, roles: [Role("E4")]) },
          allowedSigners: nil,
          world: nil,
          by: "ana",
          at: at(0)
        )
      ),
      .driverAttached(.init(by: "ana", pid: 1, boot: "b", at: at(0))),
      started(1),
      .stepEnded(
        .init(
          step: hold,
          attempt: 1,
          outcome: .failed,
          summary: odd,
          failure: OperationFailure(.failed, odd, advice: evil, effect: .none),
          durationMilliseconds: 1_250,
          at: at(2)
        )
      ),
      .decisionMade(.init(step: hold, decision: .retry, by: "ana", reason: evil, at: at(3))),
      started(2),
      .stepEnded(
        .init(
          step: hold,
          attempt: 2,
          outcome: .passed,
          summary: "3,000 messages held | all",
          evidence: [file],
          durationMilliseconds: 61_000,
          at: at(64)
        )
      ),
      .approvalRequested(
        .init(
          step: StepID("ok"),
          statement: odd,
          roles: [Role("E4")],
          count: 1,
          evidence: [file],
          confirmation: "eve@example.org",
          at: at(65)
        )
      ),
      .approvalGiven(
        .init(
          step: StepID("ok"),
          by: "bo",
          roles: [Role("E4")],
          comment: evil,
          statement: odd,
          evidence: [file.blob.digest],
          seen: Digest(of: "h"),
          typed: "eve@example.org",
          at: at(95)
        )
      ),
      .personAsked(.init(step: StepID("call"), task: .manual, text: odd, at: at(96))),
      .manualDone(.init(step: StepID("call"), by: "cy", note: odd, fields: [:], at: at(3_996))),
      .clockJumped(.init(milliseconds: -3_600_000)),
      .runEnded(.init(outcome: .completed, summary: "3 of 3 steps done", at: at(4_000))),
    ]
  }

  @Test("the Markdown of a hostile run is tables and text, and nothing else")
  func markdown() throws {
    let text = ReportMarkdown.text(try Self.document().0)
    if let difference = Golden.difference(text, from: "report-markdown") {
      Issue.record("\(difference)")
    }
    #expect(!text.contains("<"))
    #expect(isHarmless(text))
    var columns: Int?
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      guard line.unicodeScalars.first == "|" else {
        columns = nil
        continue
      }
      // A row has as many unescaped bars as the head of its table.
      let scalars = Array(line.unicodeScalars)
      let bars = scalars.indices.count { index in
        let slashes = scalars[..<index].reversed().prefix { $0 == "\\" }.count
        return scalars[index] == "|" && slashes % 2 == 0
      }
      #expect(columns == nil || columns == bars, "\(line)")
      columns = bars
    }
  }

  @Test("the HTML of a hostile run holds no tag but ours, and loads and runs nothing")
  func html() throws {
    let text = ReportHTML.text(try Self.document().0)
    if let difference = Golden.difference(text, from: "report-html") {
      Issue.record("\(difference)")
    }
    let tags = Set(
      text.split(separator: "<").dropFirst().map { tag in
        String(tag.drop { $0 == "/" }.prefix { $0.isLetter || $0.isNumber || $0 == "!" })
      }
    )
    let ours: Set = [
      "!DOCTYPE", "html", "head", "meta", "title", "style", "body", "h1", "h2", "table", "thead",
      "tbody", "tr", "th", "td", "ul", "li", "br", "p",
    ]
    #expect(tags.isSubset(of: ours), "\(tags.subtracting(ours))")
    #expect(!text.contains("src=") && !text.contains("href="))
    #expect(isHarmless(text))
  }

  @Test("the JSON of a report is one document with everything as it was recorded")
  func json() throws {
    let report = try Self.document().1
    let text = JSONText.encode(report)
    #expect(isHarmless(text))
    let plain = try JSONSerialization.jsonObject(with: try JSONEncoder().encode(report))
    let shown = try JSONSerialization.jsonObject(with: Data(text.utf8))
    #expect(plain as? NSDictionary == shown as? NSDictionary)
    for key in [
      "coverage", "deviations", "evidence", "header", "signOffs", "steps", "timeline", "verdict",
    ] { #expect(text.contains("\n  \"\(key)\" :"), "\(key)") }
    #expect(text.contains("typed, not signed"))
  }

  @Test("spans are read at a glance")
  func durations() {
    #expect(
      [0, 125, 61_000, 7_500_000].map(ReportDocument.duration) == [
        "0.000 s", "0.125 s", "1 min 1 s", "2 h 5 min",
      ]
    )
  }

  /// Whether a terminal would only print it.
  private func isHarmless(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy {
      $0 == "\n" || ![.control, .format].contains($0.properties.generalCategory)
    }
  }
}
