import ClusterOps
import Runbooks
import TUI
import Testing

@testable import mailconsole

/// What somebody needs to see at three in the morning, without asking a second command.
@Suite("The screens say what an operator needs")
struct OperatorNeedsTests {
  // MARK: Evidence

  @Test("what a sign-off binds opens from the dialog, and coming back keeps what was typed")
  func evidenceFromDialog() {
    var script = ConsoleScript.atSignOff()
    script.press("a", "tab")
    script.type("Read ten of them")
    // A letter is text in a text field; ctrl-o opens from everywhere.
    script.type("v")
    #expect(script.isAsking)
    script.press(.control("o"))
    #expect(!script.isAsking)
    guard case .readEvidence(let file)? = script.effects.last else {
      Issue.record("no evidence was asked for")
      return
    }
    #expect(file.name == "queue.json")
    _ = script.model.update(
      .evidenceRead(RunID("drill-1"), file, Array(#"{"total":3000,"share":1.10}"#.utf8))
    )
    #expect(script.shows(#""total": 3000"#))
    #expect(script.shows(#""share": 1.10"#))
    script.press("esc")
    guard case .form(let dialog)? = script.model.overlay else {
      Issue.record("the dialog did not come back")
      return
    }
    #expect(dialog.form.values["comment"] == "Read ten of themv")
  }

  @Test("evidence that cannot be read brings the dialog back and says why")
  func evidenceUnreadable() {
    var script = ConsoleScript.atSignOff()
    script.press("a", "v")
    _ = script.model.update(.refused("The file is damaged."))
    #expect(script.isAsking)
    #expect(script.shows("The file is damaged."))
  }

  @Test("a step with several pieces of evidence lists them, and each opens")
  func evidenceList() {
    var script = ConsoleScript()
    script.openRun()
    script.begin("look")
    let files = ["queue report", "messages"].map {
      EvidenceReference(
        name: $0,
        mediaType: "text/plain",
        blob: BlobReference(digest: Digest(of: $0), length: 12)
      )
    }
    script.end("look", "3000 messages", evidence: files)
    script.press("g", "enter", "v")
    #expect(script.shows("queue report"))
    script.press("j", "enter")
    guard case .readEvidence(let file)? = script.effects.last else {
      Issue.record("no evidence was asked for")
      return
    }
    #expect(file == files[1])
    _ = script.model.update(.evidenceRead(RunID("drill-1"), file, [0, 1, 2, 3]))
    #expect(script.shows("binary, 4 bytes of text/plain"))
  }

  @Test(
    "JSON is laid out by its tokens: no number is rounded, no string touched, lines stay apart",
    arguments: [
      (
        #"{"a":1.10,"b":[1,2],"c":{}}"#,
        "{\n  \"a\": 1.10,\n  \"b\": [\n    1,\n    2\n  ],\n  \"c\": {}\n}"
      ),
      (#"{"s":"a,b:{}\"[ x"}"#, "{\n  \"s\": \"a,b:{}\\\"[ x\"\n}"),
      ("{\"a\":1}\n{\"a\":2}\n", "{\n  \"a\": 1\n}\n{\n  \"a\": 2\n}\n"),
      ("12345678901234567890123", "12345678901234567890123"),
      ("[[],[[]]]", "[\n  [],\n  [\n    []\n  ]\n]"),
    ]
  )
  func layout(json: String, expected: String) {
    #expect(EvidenceText.laidOut(json) == expected)
  }

  // MARK: What people said

  @Test("typed fields, the note, the statement, the comment and what signed stand on the step page")
  func answers() {
    var script = ConsoleScript.atDestruction()
    script.command("3")
    script.press("enter")
    #expect(script.shows("how  EX-1"))
    #expect(script.shows("note       locked"))
    script.press("esc")
    script.command("5")
    script.press("enter")
    #expect(script.shows("sofia (E3) signed off"))
    #expect(script.shows("typed, not signed"))
    #expect(script.shows("statement  Delete the held messages for good."))
    #expect(script.shows("comment    Read ten of them."))
  }

  @Test("the event page tells fields by name and times as times")
  func event() {
    var script = ConsoleScript.atSignOff()
    script.press("J", "/")
    script.type("manual.done")
    script.press("enter", "enter")
    #expect(script.shows("fields.how"))
    #expect(script.shows("EX-1"))
    #expect(script.shows("2026-11-22T03:00:00.000Z") || script.shows("Z"))
    #expect(!script.shows("\(Drill.start.milliseconds)"))
    #expect(!script.shows("{"))
  }

  // MARK: Badges

  @Test("the header says how far the run is, and who paused it; p reads go on")
  func paused() {
    var script = ConsoleScript.atRelease()
    #expect(script.frame().lines[0].contains("2/8"))
    #expect(!script.frame().lines[0].contains("PAUSED"))
    script.record(.runPaused(.init(by: "tomas", reason: "asked for")), by: "tomas")
    for columns in [60, 80, 160] {
      script.resize(columns: columns, rows: 24)
      #expect(script.frame().lines[0].contains("PAUSED by tomas"))
      #expect(script.frame().lines[0].contains("tomas drives"))
    }
    #expect(script.frame().lines[23].contains("p go on"))
    #expect(!script.frame().lines[23].contains("p pause"))
  }

  @Test("a filter in force stands in the crumb line, with what it leaves")
  func filter() {
    var script = ConsoleScript.atRelease()
    script.press("/")
    script.type("lock")
    script.press("enter")
    #expect(script.frame().lines[1].contains("/lock, 1 of 8"))
    script.press("esc")
    #expect(!script.frame().lines[1].contains("/lock"))
  }

  @Test("a watcher is offered nothing, and is told who drives")
  func watcher() {
    for script in [ConsoleScript.atRelease(), .atTask(), .atFailure()] {
      var script = script
      script.model.context = Self.context(as: "marek")
      for keys: [Key] in [[], ["enter"]] {
        for key in keys { script.press(key) }
        #expect(!script.shows("press a"))
        #expect(!script.shows("your go"))
        #expect(!script.shows("Your turn"))
        #expect(script.shows("tomas drives"))
      }
    }
  }

  @Test("who drives and does not hold the role is told whom the step is for")
  func role() {
    var script = ConsoleScript(as: "marek")
    script.openRun()
    script.pass("look", "5000 messages")
    script.pass("remark", "read")
    #expect(script.shows("it is for E4 (tomas)"))
    #expect(!script.shows("press a"))
    script.press("a")
    #expect(script.shows("This is for E4 (tomas)."))
  }

  @Test("after the end nothing waits")
  func ended() {
    var script = ConsoleScript.atTask()
    script.record(.abortRequested(.init(by: "tomas", reason: "enough")), by: "tomas")
    script.record(.runEnded(.init(outcome: .aborted, summary: "enough", at: Drill.start)))
    for _ in 0..<8 {
      #expect(!script.shows("press a"))
      #expect(!script.shows("turn"))
      script.press("j")
    }
    script.command("3")
    script.press("a")
    #expect(!script.isAsking)
    #expect(script.shows("The run is over"))
  }

  // MARK: A go

  private static let counted = Drill.runbook(
    """
    apiVersion: mailconsole/v1
    kind: Runbook
    id: counted
    title: Counted
    version: 1.0.0
    owner: E4
    summary: A go that counts.
    steps:
      - id: look
        title: Read the queue
        do: postfix.queue
      - id: hold
        title: Hold the mail
        go: "Hold ${steps.look.total} messages of ${steps.look.compromised_senders}"
        do: postfix.hold
        with: {senders: "${steps.look.compromised_senders}"}
        needs: [look]
        reversible: no
    """
  )

  @Test("the question names the object and the count, and so does the record of the go")
  func go() {
    var script = ConsoleScript()
    script.openRun(Self.counted)
    #expect(script.shows("no way back after step 2: Hold the mail"))
    script.begin("look")
    script.end(
      "look",
      "3000 messages",
      outputs: [
        "total": .integer(3000), "compromised_senders": .list([.string("alice@example.test")]),
      ]
    )
    let words = "Hold 3,000 messages of alice@example.test"
    #expect(script.shows("no way back after step 2: \(words)"))
    #expect(script.model.run?.state.waitingItems.first?.what.hasSuffix(words) == true)
    script.press("a")
    #expect(script.shows("\(words): go?"))
    script.press("tab", "enter")
    #expect(script.obey() == nil)
    #expect(script.model.run?.entries.last?.event.line == "hold: tomas lets it begin: \(words)")
  }

  @Test("a go without the typed word says what is missing")
  func goWithoutWord() {
    var script = ConsoleScript.atDestruction()
    script.press("a", "tab", "enter")
    #expect(script.shows("Go does nothing yet: type delete first"))
    script.type("d")
    #expect(!script.shows("Go does nothing yet"))
  }

  // MARK: Required

  @Test("a required field is marked and, left empty, refused by form and engine alike")
  func required() {
    var script = ConsoleScript.atTask()
    script.press("a")
    #expect(script.shows("how *  required;"))
    script.press("tab", "tab", "space", "enter")
    #expect(script.sent.isEmpty)
    #expect(script.shows("say something here"))
    guard let state = script.model.run?.state else { return }
    for text in ["", "  "] {
      #expect(throws: CommandRefusal.self) {
        _ = try state.events(
          for: .done("lock", note: "", fields: ["how": .string(text)]),
          by: "tomas",
          at: Drill.start
        )
      }
    }
  }

  @Test("the help of a choice is never cut where its consequence stands", arguments: [60, 80])
  func help(columns: Int) {
    var script = ConsoleScript(columns: columns, rows: 24)
    script.openRun(
      Drill.runbook(
        """
        apiVersion: mailconsole/v1
        kind: Runbook
        id: fate
        title: Fate
        version: 1.0.0
        owner: E4
        summary: A choice.
        steps:
          - id: decide
            title: What becomes of it?
            ask:
              fate: {type: choice, values: [keep, delete], help: "keep: they stay on hold, and can be released one by one. delete: two people agree, then they are gone for good"}
        """
      )
    )
    script.ask("decide", .answer, "What becomes of it?")
    script.press("a")
    #expect(script.frame().lines.contains { $0.contains("for good") })
  }

  // MARK: Forms keep what was typed

  @Test("what was typed is there again after esc and after a refusal, and gone once it arrived")
  func drafts() {
    var script = ConsoleScript.atTask()
    script.press("a")
    script.type("EX-1, locked")
    script.press("esc", "a")
    guard case .form(let dialog)? = script.model.overlay else {
      Issue.record("no form")
      return
    }
    #expect(dialog.form.values["how"] == "EX-1, locked")
    // What decides is always decided anew.
    #expect(dialog.form.values["decision"] == Forms.undecided)
    script.press("tab", "tab", "space", "enter")
    _ = script.model.update(.refused("The line was lost."))
    #expect(script.shows("What you typed is kept."))
    script.press("a")
    guard case .form(let again)? = script.model.overlay else {
      Issue.record("no form")
      return
    }
    #expect(again.form.values["how"] == "EX-1, locked")
    script.press("tab", "tab", "space", "enter")
    #expect(script.obey() == nil)
    #expect(script.model.drafts[script.model.key(of: again)].isEmpty)
  }

  @Test("a secret and a typed confirmation are never put back")
  func draftsOfSecrets() {
    var script = ConsoleScript.atSignOff()
    script.press("a", "tab")
    script.type("Read them")
    script.press("tab")
    script.type("o'neil@example.test")
    script.press("esc", "a")
    guard case .form(let dialog)? = script.model.overlay else {
      Issue.record("no form")
      return
    }
    #expect(dialog.form.values["comment"] == "Read them")
    #expect(dialog.form.values[Forms.typedWords]?.isEmpty == true)
  }

  // MARK: Leaving, queue

  @Test("who leaves is told what goes on, and the whole command to come back")
  func leaving() throws {
    let state = try #require(ConsoleScript.atTask().model.run?.state)
    #expect(LeavingWords.what(state).contains("lock waits for anyone"))
    #expect(
      LeavingWords.back(to: state.run, ["--site", "/etc/mail sites/gaudy", "--as", "tomas"])
        == "Go on with:  mailconsole attach drill-1 --site '/etc/mail sites/gaudy' --as tomas"
    )
    let plain = PlainRun.waiting(
      state.status,
      run: state.run,
      among: state.created?.operators ?? [],
      comeBack: ["--site", "/etc/gaudy"]
    )
    #expect(plain.last == "Go on with:  mailconsole attach drill-1 --site /etc/gaudy")
  }

  @Test("the queue screen names the causes, and a filter says how many messages it leaves")
  func causes() {
    var script = ScreenGoldenTests.queue()
    #expect(script.shows("cause"))
    #expect(script.shows("dead_destination"))
    script.press("/")
    script.type("slow")
    script.press("enter")
    #expect(script.shows("of them match"))
  }

  static func context(as name: String) -> ConsoleContext {
    ConsoleContext(
      site: Drill.site,
      world: .tabletop,
      operatorName: name,
      preview: StepPreview(catalogue: Drill.catalogue, site: Drill.site)
    )
  }
}
