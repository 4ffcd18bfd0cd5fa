import Testing

@testable import Runbooks

@Suite("Lint") struct LinterTests {
  /// `inputs.namespace` is read, so that only the fault under test is found; line 13 ends it.
  private static let look = """
      - {id: look, check: postfix.queue, with: {namespace: "${inputs.namespace}"}, pass: result.total < 30}
      - {id: note, note: "${default(inputs.ticket, '')}"}

    """

  private static let yes = """
      - {id: yes, approve: {of: [E3], statement: Delete.}, needs: [look]}

    """

  struct Fault: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let steps: String
    let place: String
    let words: String

    init(_ what: String, _ steps: String, at place: String, _ words: String) {
      testDescription = what
      self.steps = steps
      self.place = place
      self.words = words
    }
  }

  static let faults: [Fault] = [
    Fault(
      "an unknown operation",
      "  - {id: a, do: postfix.hodl, with: {sender: x}}\n",
      at: "14:17",
      "Did you mean `postfix.hold`"
    ),
    Fault(
      "an unknown argument",
      "  - {id: a, do: postfix.hold, with: {sender: x, sendr: y}, reversible: no}\n",
      at: "14:17",
      "no parameter `sendr`. Did you mean `sender`"
    ),
    Fault(
      "a sequence with too few roles",
      "  - {id: a, approve: {of: [E3], count: 2, order: sequence, statement: Go.}}\n",
      at: "14:5",
      "has 1 roles for 2 sign-offs"
    ),
    Fault(
      "an accountable role that may not sign",
      "  - {id: a, approve: {of: [E3], statement: Go.}, raci: {A: E4}}\n",
      at: "14:5",
      "E4 answers for the sign-off and may not sign it"
    ),
    Fault(
      "one sign-off that only the accountable role can give",
      "  - {id: a, approve: {of: [E3, E4], statement: Go.}, raci: {A: E4}}\n",
      at: "14:5",
      "nobody else can sign"
    ),
    Fault(
      "a missing argument",
      "  - {id: a, do: postfix.hold, reversible: no}\n",
      at: "14:17",
      "needs `sender`"
    ),
    Fault(
      "a mistyped literal",
      "  - {id: a, do: postfix.hold, with: {sender: 5}, reversible: no}\n",
      at: "14:17",
      "is a string, this is an integer. Put it in quotes"
    ),
    Fault(
      "a mistyped template",
      "  - {id: a, do: postfix.hold, with: {sender: '${steps.look.total}'}, reversible: no, needs: [look]}\n",
      at: "14:46",
      "is a string, this is an integer"
    ),
    Fault(
      "a mistyped element",
      "  - {id: a, check: postfix.queue, with: {namespace: m, senders: [a, 1]}, pass: true}\n",
      at: "14:20",
      "is a list of string"
    ),
    Fault(
      "no duration",
      "  - {id: a, check: postfix.queue, with: {namespace: m, within: 5w}, pass: true}\n",
      at: "14:20",
      "is a duration"
    ),
    Fault(
      "a judgement that is no truth",
      "  - {id: a, check: {run: [ls]}, pass: result.exit}\n",
      at: "14:39",
      "must be true or false"
    ),
    Fault(
      "an unknown result",
      "  - {id: a, check: {run: [ls]}, pass: result.exti == 0}\n",
      at: "14:39",
      "Did you mean `exit`"
    ),
    Fault(
      "a mistyped comparison",
      "  - {id: a, check: {run: [ls]}, pass: result.exit == 'x'}\n",
      at: "14:39",
      "never equals"
    ),
    Fault(
      "an unknown input",
      "  - {id: a, note: '${inputs.namspace}'}\n",
      at: "14:22",
      "Did you mean `namespace`"
    ),
    Fault(
      "an unset input",
      "  - {id: a, note: '${inputs.ticket}'}\n",
      at: "14:22",
      "may have no value"
    ),
    Fault(
      "an unknown site key",
      "  - {id: a, note: '${site.doman}'}\n",
      at: "14:22",
      "Did you mean `domain`"
    ),
    Fault(
      "a site key that may be absent",
      "  - {id: a, note: '${site.manifests}'}\n",
      at: "14:22",
      "site.yaml may leave it out"
    ),
    Fault(
      "a step that is not upstream",
      "  - {id: a, note: '${steps.look.total}'}\n",
      at: "14:22",
      "Add `look` to the needs"
    ),
    Fault(
      "an unknown step",
      "  - {id: a, note: '${steps.lok.total}'}\n",
      at: "14:22",
      "Did you mean `look`"
    ),
    Fault(
      "an unknown output",
      "  - {id: a, note: '${steps.look.totl}', needs: [look]}\n",
      at: "14:22",
      "Did you mean `total`"
    ),
    Fault(
      "the output of a step that may have failed",
      "  - {id: a, note: '${steps.look.total}', needs: [{step: look, on: any}]}\n",
      at: "14:22",
      "need not have succeeded"
    ),
    Fault(
      "the output of a conditional step",
      "  - {id: b, ask: {n: {type: integer}}, when: steps.look.total > 1, needs: [look]}\n"
        + "  - {id: a, note: '${steps.b.n}', needs: [b]}\n",
      at: "15:22",
      "its condition holds"
    ),
    Fault(
      "the output of a step that may be done",
      "  - {id: b, run: [ls], risk: read, outputs: {o: {from: stdout, type: string}},"
        + " done_when: {check: {run: [ls]}, pass: result.exit == 0}}\n"
        + "  - {id: a, note: '${steps.b.o}', needs: [b]}\n",
      at: "15:22",
      "already done"
    ),
    Fault(
      "an optional answer",
      "  - {id: b, ask: {n: {type: integer, required: false}}}\n"
        + "  - {id: a, note: '${steps.b.n}', needs: [b]}\n",
      at: "15:22",
      "nobody has to give it"
    ),
    Fault(
      "a misspelt state",
      "  - {id: a, note: x, when: steps.look.state == 'faild', needs: [look]}\n",
      at: "14:48",
      "Did you mean `failed`"
    ),
    Fault(
      "a choice that is never given",
      "  - {id: b, ask: {n: {type: choice, values: [up, down]}}}\n"
        + "  - {id: a, note: x, when: steps.b.n == 'upp', needs: [b]}\n",
      at: "15:41",
      "Did you mean `up`"
    ),
    Fault(
      "a rollback that reads its own step",
      "  - {id: a, do: postfix.hold, with: {sender: x},"
        + " rollback: {manual: '${steps.a.count}'}}\n",
      at: "14:72",
      "may have failed"
    ),
    Fault(
      "an unapproved destruction",
      "  - {id: a, do: postfix.delete, with: {sender: x}, reversible: no, go: Delete., needs: [look]}\n",
      at: "14:5",
      "no approval stands before it"
    ),
    Fault(
      "a destruction after an approval of any end",
      yes + "  - {id: a, do: postfix.delete, with: {sender: x}, reversible: no, go: Delete.,"
        + " needs: [{step: yes, on: any}]}\n",
      at: "15:5",
      "no approval stands before it"
    ),
    Fault(
      "a destructive rollback",
      "  - {id: a, do: postfix.hold, with: {sender: x},"
        + " rollback: {do: postfix.delete, with: {sender: x}}}\n",
      at: "14:5",
      "the rollback of `a`"
    ),
    Fault(
      "a change without a way back",
      "  - {id: a, do: postfix.hold, with: {sender: x}}\n",
      at: "14:5",
      "no way back"
    ),
    Fault(
      "a way back that is none",
      "  - {id: a, do: postfix.hold, with: {sender: x}, reversible: no, rollback: {manual: x}}\n",
      at: "14:5",
      "Remove one of the two"
    ),
    Fault(
      "a check that changes",
      "  - {id: a, check: postfix.hold, with: {sender: x}, pass: true}\n",
      at: "14:20",
      "a check only reads"
    ),
    Fault(
      "a probe that changes",
      "  - {id: a, manual: x, done_when: {check: postfix.hold, with: {sender: x}, pass: true}}\n",
      at: "14:43",
      "a check only reads"
    ),
    Fault(
      "a repeated operation that must not be",
      "  - {id: a, do: postfix.release, with: {sender: x}, reversible: no,"
        + " retry: {attempts: 2, backoff: 1s}}\n",
      at: "14:5",
      "must not be repeated"
    ),
    Fault(
      "evidence that is not upstream",
      "  - {id: a, approve: {of: [E1], statement: x, evidence: [look]}}\n",
      at: "14:5",
      "Add `look` to the needs of `a`"
    ),
    Fault(
      "a gate on a note",
      "  - {id: a, gate: {requires: [note]}, needs: [note]}\n",
      at: "14:5",
      "`note` is a `note` step"
    ),
    Fault(
      "a gate on what is not upstream",
      "  - {id: a, gate: {requires: [look]}}\n",
      at: "14:5",
      "Add `look`"
    ),
    Fault("a cover twice", "  - {id: a, note: x, covers: [MS-3, MS-3]}\n", at: "14:5", "twice"),
    Fault(
      "an output called state",
      "  - {id: a, ask: {state: {type: string}}}\n",
      at: "14:26",
      "Give it another name"
    ),
    Fault(
      "a wait that is no time",
      "  - {id: a, wait: '${steps.look.total}', needs: [look]}\n",
      at: "14:19",
      "needs a duration"
    ),
    Fault(
      "a default of another type",
      "  - {id: a, ask: {n: {type: integer, default: '${site.domain}'}}}\n",
      at: "14:22",
      "is a string, not an integer"
    ),
  ]

  private func problems(_ steps: String) throws -> [RunbookProblem] {
    let runbook = try Samples.loader.read(text: Samples.runbook(steps), path: "f").get()
    return Linter(operations: Samples.operations).problems(in: runbook)
  }

  @Test("finds", arguments: faults)
  func finds(fault: Fault) throws {
    let found = try problems(Self.look + fault.steps)
    #expect(found.count == 1, "\(found)")
    #expect(found.first?.description.hasPrefix("f:\(fault.place): error: ") == true, "\(found)")
    #expect(found.first?.description.contains(fault.words) == true, "\(found)")
  }

  @Test(
    "passes",
    arguments: [
      "  - {id: a, note: '${steps.look.total}', needs: [look]}\n",
      "  - {id: a, note: '${default(steps.look.total, 0)}', needs: [{step: look, on: failed}]}\n",
      "  - {id: a, note: x, when: steps.look.state == 'failed', needs: [{step: look, on: any}]}\n",
      "  - {id: a, wait: '${steps.look.age}', needs: [look]}\n",
      "  - {id: b, note: x, needs: [look]}\n  - {id: a, note: '${steps.look.total}', needs: [b]}\n",
      yes
        + "  - {id: a, do: postfix.delete, with: {sender: x}, reversible: no, go: Delete., needs: [yes]}\n",
      "  - {id: a, do: postfix.hold, with: {sender: x}, rollback: {manual: '${default(steps.a.count, 0)}'}}\n",
      "  - {id: a, do: postfix.hold, with: {sender: '${steps.look.top.name}'}, reversible: no, needs: [look]}\n",
      "  - {id: a, check: {run: [echo, '${steps.look.ids}']}, pass: \"contains(result.stdout, 'x')\", needs: [look]}\n",
      yes + "  - {id: a, gate: {requires: [look, yes]}, needs: [yes]}\n",
      "  - {id: a, check: postfix.queue, with: {namespace: m, within: 2h, ratio: 1, senders: ['${site.domain}']}, pass: true}\n",
    ]
  )
  func passes(steps: String) throws {
    #expect(try problems(Self.look + steps) == [])
  }

  @Test("warns of an input that nothing reads and of a repeated command")
  func warnings() throws {
    let found = try problems(
      "  - {id: a, run: [ls], risk: change, reversible: no, retry: {attempts: 2, backoff: 1s}}\n"
    )
    #expect(found.map(\.severity) == [.warning, .warning, .warning])
    #expect(found.map(\.position.line) == [9, 10, 12])
  }

  @Test(
    "warns of a destructive step whose go names nothing, and finds a go that reads what is unset"
  )
  func go() throws {
    let delete =
      "  - {id: a, do: postfix.delete, with: {sender: x}, reversible: no, needs: [yes]}\n"
    let found = try problems(Self.look + Self.yes + delete)
    #expect(found.map(\.severity) == [.warning])
    #expect(found.first?.message.contains("names neither what it destroys nor how much") == true)
    let unset = try problems(
      Self.look
        + "  - {id: a, do: postfix.hold, with: {sender: x}, reversible: no, go: 'Hold ${steps.b.total}'}\n"
    )
    #expect(unset.map(\.severity) == [.error])
    let misplaced = Samples.loader.read(
      text: Samples.runbook(Self.look + "  - {id: a, note: x, go: 'Hold'}\n"),
      path: "f"
    )
    #expect(misplaced.value == nil)
  }

  @Test("finds what is wrong with the runbook of every body")
  func everyBody() throws {
    let runbook = try Samples.loader.read(text: Samples.everyBody, path: "f").get()
    let found = Linter(operations: Samples.operations).problems(in: runbook)
    #expect(found.map(\.severity) == [.warning])
  }

  @Test("accepts no step of a wave or ticket on trust; runbooks of the night need no signature")
  func trust() throws {
    let steps =
      Self.look + "  - {id: act, manual: Do it., needs: [look]}\n"
      + "  - {id: yes, approve: {of: [E3], statement: Done.}, needs: [look]}\n"
    for (kind, found) in [("Runbook", []), ("Wave", ["act"]), ("Ticket", ["act"])] {
      let text = Samples.runbook(steps).replacing("kind: Runbook", with: "kind: \(kind)")
      let runbook = try Samples.loader.read(text: text, path: "f").get()
      let problems = Linter(operations: Samples.operations).problems(in: runbook)
      #expect(
        problems.map(\.message)
          == found.map { "`\($0)` is accepted on trust: nobody signs after it" }
      )
    }
  }
}
