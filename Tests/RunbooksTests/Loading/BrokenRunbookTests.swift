import Testing

@testable import Runbooks

/// A runbook's text, and the place and the words of a problem it must give.
struct Broken: CustomTestStringConvertible, Sendable {
  let what: String
  let text: String
  let place: String
  let words: String

  var testDescription: String { what }

  /// A runbook whose steps begin on line 12.
  static func steps(_ what: String, _ steps: String, at place: String, _ words: String) -> Broken {
    Broken(what: what, text: Samples.runbook(steps), place: place, words: words)
  }

  static func whole(_ what: String, _ text: String, at place: String, _ words: String) -> Broken {
    Broken(what: what, text: text, place: place, words: words)
  }

  /// The sample head with one line replaced.
  static func head(
    _ line: String,
    by other: String,
    at place: String,
    _ words: String
  ) -> Broken {
    let text = Samples.runbook("  - {id: a, note: Hello.}\n")
      .split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0 == line ? other : String($0) }.joined(separator: "\n")
    return Broken(what: other, text: text, place: place, words: words)
  }
}

@Suite("A broken runbook") struct BrokenRunbookTests {
  static let table: [Broken] = [
    .whole("an empty file", "", at: "1:1", "the file is empty"),
    .whole("a file of comments", "# nothing\n", at: "2:1", "the file is empty"),
    .whole("a list", "- a\n", at: "1:1", "a runbook is a mapping"),
    .whole("two documents", "a: 1\n---\nb: 2\n", at: "2:1", "second document"),
    .whole("a tab", "a:\n\tb: 1\n", at: "2:1", "tab"),
    .whole("an open quote", "a: 'x\n", at: "2:1", "quote is never closed"),
    .whole("an open bracket", "a: [1, 2\nb: 3\n", at: "2:2", "closing bracket"),
    .whole("two colons", "a: b: c\n", at: "1:5", "in single quotes: `a: 'b: c'`"),
    .whole("an at sign", "a: @b\n", at: "1:4", "cannot begin with `@`"),
    .whole("an anchor", "a: &x 1\n", at: "1:4", "anchors and aliases"),
    .whole("a tag", "a: !!str 1\n", at: "1:4", "tags are not read"),
    .whole("a merge key", "a: {<<: 1}\n", at: "1:5", "merge keys"),
    .whole("a key twice", "id: a\nid: b\n", at: "2:1", "already given on line 1"),
    .whole("a list as a key", "[a]: 1\n", at: "1:1", "single word"),
    .head("title: Queue triage", by: "tilte: Queue triage", at: "4:1", "Did you mean `title`?"),
    .head("title: Queue triage", by: "title: 5", at: "4:8", "not read as a text"),
    .head("title: Queue triage", by: "title: ~", at: "4:8", "has no value"),
    .head("title: Queue triage", by: "title:", at: "4:7", "has no value"),
    .head("title: Queue triage", by: "title: ' '", at: "4:8", "blank"),
    .head("title: Queue triage", by: "title: [a]", at: "4:8", "this is a list"),
    .head("version: 1.0.0", by: "version: 1.0", at: "5:10", "not read as a text"),
    .head("version: 1.0.0", by: "version: v1", at: "5:10", "version of three numbers"),
    .head("owner: E4", by: "# owner", at: "1:1", "the runbook has no `owner`"),
    .head("kind: Runbook", by: "kind: Runbok", at: "2:7", "Did you mean `Runbook`"),
    .head("kind: Runbook", by: "kind: Exercise", at: "6:1", "Write `facilitator`"),
    .head(
      "apiVersion: mailconsole/v1",
      by: "apiVersion: v2",
      at: "1:13",
      "must be `mailconsole/v1`"
    ),
    .head(
      "id: queue-triage",
      by: "id: queue-triage\nlocks: [{name: a, scope: world}]",
      at: "4:26",
      "cluster"
    ),
    .head("id: queue-triage", by: "id: Queue_Triage", at: "3:5", "id of small letters"),
    .head(
      "  ticket: {type: string, required: false}",
      by: "  ticket: {type: strin}",
      at: "10:18",
      "Did you mean `string`"
    ),
    .head(
      "  ticket: {type: string, required: false}",
      by: "  ticket: {type: choice}",
      at: "10:11",
      "a choice needs `values`"
    ),
    .head(
      "  ticket: {type: string, required: false}",
      by: "  ticket: {type: integer, default: x}",
      at: "10:36",
      "the default is no whole number"
    ),
    .head(
      "  ticket: {type: string, required: false}",
      by: "  Ticket: {type: string}",
      at: "10:3",
      "cannot name"
    ),
    .steps("no steps", "  []\n", at: "12:3", "the list is empty"),
    .steps("a step without a body", "  - id: a\n", at: "12:5", "does nothing"),
    .steps("two bodies", "  - id: a\n    note: x\n    manual: y\n", at: "14:5", "both `note`"),
    .steps("a step that is text", "  - look\n", at: "12:5", "a step is a mapping"),
    .steps("no id", "  - note: x\n", at: "12:5", "the step has no `id`"),
    .steps(
      "a key of another body",
      "  - id: a\n    note: x\n    pass: 'true'\n",
      at: "14:5",
      "no meaning beside `note`"
    ),
    .steps(
      "a later key",
      "  - id: a\n    note: x\n    mode: {}\n",
      at: "14:5",
      "not supported yet"
    ),
    .steps("an unknown key", "  - id: a\n    note: x\n    neds: []\n", at: "14:5", "`needs`"),
    .steps(
      "a check without pass",
      "  - id: a\n    check: postfix.queue\n",
      at: "13:12",
      "no `pass`"
    ),
    .steps(
      "a command without risk",
      "  - id: a\n    run: [ls]\n",
      at: "13:10",
      "has no `risk`"
    ),
    .steps("a command as text", "  - id: a\n    run: ls -l\n", at: "13:10", "a list is expected"),
    .steps(
      "an operation without a dot",
      "  - id: a\n    do: hold\n",
      at: "13:9",
      "name of an operation"
    ),
    .steps(
      "a lowered risk",
      "  - id: a\n    do: postfix.hold\n    risk: read\n",
      at: "14:11",
      "is change, the step says"
    ),
    .steps(
      "a check that changes",
      "  - id: a\n    check: {run: [ls]}\n    pass: true\n    risk: change\n",
      at: "15:11",
      "a check only reads"
    ),
    .steps(
      "an expression with a slip",
      "  - id: a\n    check: {run: [ls]}\n    pass: result.exit = 0\n",
      at: "14:23",
      "=="
    ),
    .steps(
      "a slip in a quoted expression",
      "  - id: a\n    check: {run: [ls]}\n    pass: \"result.exit = 0\"\n",
      at: "14:24",
      "=="
    ),
    .steps(
      "a slip in a folded template",
      "  - id: a\n    note: >-\n      One line\n      and ${oops} here.\n",
      at: "15:13",
      "not a name"
    ),
    .steps(
      "a slip in a literal template",
      "  - id: a\n    note: |\n      One\n\n        and ${oops}.\n",
      at: "16:15",
      "not a name"
    ),
    .steps(
      "a slip after an escape",
      "  - id: a\n    note: \"caf\\u00e9 \\\" ${oops}\"\n",
      at: "13:27",
      "not a name"
    ),
    .steps(
      "a slip after a doubled quote",
      "  - id: a\n    note: 'it''s ${oops}'\n",
      at: "13:20",
      "not a name"
    ),
    .steps("no unit", "  - id: a\n    wait: 10\n", at: "13:11", "not read as a text"),
    .steps("no duration", "  - id: a\n    wait: soon\n", at: "13:11", "not a duration"),
    .steps(
      "a zero timeout",
      "  - id: a\n    run: [ls]\n    risk: read\n    timeout: 0s\n",
      at: "15:14",
      "a duration is expected"
    ),
    .steps(
      "an exit status of 300",
      "  - id: a\n    run: [ls]\n    risk: read\n    expect_exit: [300]\n",
      at: "15:19",
      "from 0 to 255"
    ),
    .steps(
      "an output from nowhere",
      "  - id: a\n    run: [ls]\n    risk: read\n    outputs: {x: {from: yaml, type: string}}\n",
      at: "15:25",
      "no place"
    ),
    .steps(
      "a typed standard output",
      "  - id: a\n    run: [ls]\n    risk: read\n    outputs: {x: {from: stdout, type: integer}}\n",
      at: "15:39",
      "standard output is a string"
    ),
    .steps(
      "nobody approves",
      "  - id: a\n    approve: {of: [], statement: x}\n",
      at: "13:19",
      "empty"
    ),
    .steps(
      "a rejection that is unknown",
      "  - id: a\n    approve: {of: [E1], statement: x, on_reject: abrt}\n",
      at: "13:50",
      "Did you mean `abort`"
    ),
    .steps("a null argument", "  - id: a\n    do: a.b\n    with: {x: }\n", at: "14:15", "no value"),
    .steps(
      "an octal argument",
      "  - id: a\n    do: a.b\n    with: {x: 010}\n",
      at: "14:15",
      "disagree"
    ),
    .steps(
      "an unknown need",
      "  - id: look\n    note: x\n  - id: b\n    note: x\n    needs: [lok]\n",
      at: "16:13",
      "Did you mean `look`"
    ),
    .steps(
      "a renamed need",
      "  - id: look\n    note: x\n    was: [see]\n  - id: b\n    note: x\n    needs: [see]\n",
      at: "17:13",
      "called `look` now"
    ),
    .steps(
      "an id twice",
      "  - id: a\n    note: x\n  - id: a\n    note: x\n",
      at: "14:5",
      "already taken on line 12"
    ),
    .steps(
      "a cycle",
      "  - {id: a, note: x, needs: [c]}\n  - {id: b, note: x, needs: [a]}\n"
        + "  - {id: c, note: x, needs: [b]}\n",
      at: "13:30",
      "a → c → b → a"
    ),
    .steps("a step that needs itself", "  - {id: a, note: x, needs: [a]}\n", at: "12:30", "itself"),
    .steps(
      "success and failure",
      "  - {id: a, manual: x}\n  - {id: b, note: x, needs: [a, {step: a, on: failed}]}\n",
      at: "13:33",
      "can never run"
    ),
    .steps(
      "the failure of a step that aborts",
      "  - {id: a, manual: x, on_failure: abort}\n"
        + "  - {id: b, note: x, needs: [{step: a, on: failed}]}\n",
      at: "13:30",
      "can never run"
    ),
  ]

  @Test("says where, what and how to mend it", arguments: table)
  func says(broken: Broken) throws {
    let reading = Samples.loader.read(text: broken.text, path: "f.yaml")
    #expect(reading.value == nil)
    let all = reading.problems.map(\.description).joined(separator: "\n")
    let wanted = reading.problems.filter {
      $0.description.hasPrefix("f.yaml:\(broken.place): error: ")
        && $0.description.contains(broken.words)
    }
    #expect(wanted.count == 1, "\(all)")
    for problem in reading.problems {
      #expect(problem.fix.hasSuffix(".") || problem.fix.hasSuffix("?"), "\(problem)")
      #expect(!problem.message.hasSuffix("."), "\(problem)")
    }
  }

  @Test("with a misspelt key says nothing of the key it lacks for that")
  func misspelt() {
    let text = Samples.everyBody.replacing("title: Queue", with: "tilte: Queue")
    let problems = Samples.loader.read(text: text, path: "f").problems
    #expect(problems.map(\.message) == ["unknown key `tilte` in a runbook"])
  }

  @Test("says everything at once, in the order of the file")
  func everything() {
    let text = Samples.runbook(
      """
        - id: Look
          check: postfix.queue
          pas: x
        - id: b
          run: ls
          timeout: 5
          needs: [c]
      """
    )
    let places = Samples.loader.read(text: text, path: "f").problems.map {
      "\($0.position.line):\($0.position.column)"
    }
    #expect(places == ["12:9", "13:12", "14:5", "16:10", "17:14"])
  }

  @Test("with true or false for reversible is read, with a hint")
  func hint() throws {
    let text = Samples.runbook(
      "  - {id: a, run: [ls], risk: change, reversible: false}\n"
    )
    let reading = Samples.loader.read(text: text, path: "f")
    #expect(try reading.get().steps[0].reversibility == .no)
    #expect(reading.problems.map(\.severity) == [.warning])
  }

  @Test("that is a folder or is missing says so")
  func unreadable() {
    for path in ["/", "/nowhere/x.yaml", "/dev/zero"] {
      let reading = Samples.loader.read(path: path)
      #expect(reading.value == nil)
      #expect(reading.problems.count == 1)
    }
  }
}
