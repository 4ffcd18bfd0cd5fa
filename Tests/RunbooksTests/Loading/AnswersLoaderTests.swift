import Testing

@testable import Runbooks

@Suite("Answers") struct AnswersLoaderTests {
  private let text = """
    apiVersion: mailconsole/v1
    kind: Answers
    operator: erin
    inputs: {namespace: post}
    steps:
      tell: {fields: {ticket: "4711"}, done: {note: Raised.}}
      pick: {fields: {reason: a}}
      approve-delete:
        approve:
          - {by: bo, comment: Seen., confirm: spam@x.test}
          - {by: cy}
      hold: {on_failure: retry, on_unknown: mark_done, by: bo, reason: It held.}
      cmd: {on_failure: abort}

    """

  @Test("have what is said at every step, the operator speaking where nobody is named")
  func whole() throws {
    let runbook = try Samples.loader.read(text: Samples.everyBody, path: "f").get()
    let answers = try AnswersLoader.read(text: text, path: "answers.yaml", for: runbook).get()
    #expect(answers.operator == "erin")
    #expect(answers.inputs == ["namespace": .string("post")])
    let tell = try #require(answers.steps[StepID("tell")])
    #expect(tell.fields == ["ticket": .string("4711")])
    #expect(tell.done == .init(by: "erin", note: "Raised."))
    let approve = try #require(answers.steps[StepID("approve-delete")])
    #expect(approve.approvals.map(\.by) == ["bo", "cy"])
    #expect(approve.approvals[0].confirm == "spam@x.test")
    let hold = try #require(answers.steps[StepID("hold")])
    #expect(
      hold.onFailure == .init(decision: .retry, by: "bo", reason: "It held.", confirmedBy: nil)
    )
    #expect(hold.onUnknown?.decision == .markDone)
    #expect(answers.steps[StepID("cmd")]?.onFailure?.by == "erin")
  }

  @Test(
    "that do not fit the runbook say where",
    arguments: [
      ("  tell:", "  tel:", "6:3", "Did you mean `tell`"),
      ("namespace: post", "name: post", "4:10", "does not ask for `name`"),
      ("reason: a}", "reason: c}", "7:19", "not one of the choices"),
      ("cmd: {on_failure: abort}", "cmd: {approve: {}}", "13:3", "asks for no sign-off"),
      ("on_failure: abort", "on_failure: abrt", "13:21", "Did you mean `abort`"),
      ("on_failure: abort", "reason: x", "13:8", "belong to"),
      (
        "on_failure: abort", "confirmed_by: bo, on_failure: abort", "13:8",
        "belongs to `on_unknown`"
      ),
      ("cmd: {on_failure: abort}", "cmd: {undo: {on_failure: skip}}", "13:3", "has no rollback"),
      (
        "hold: {on_failure: retry", "hold: {undo: {done: {}}, on_failure: retry", "12:3",
        "nobody undoes step `hold` by hand"
      ),
      (
        "hold: {on_failure: retry", "hold: {undo: {on_failure: roll_back}, on_failure: retry",
        "12:16", "is not rolled back"
      ),
      (
        "hold: {on_failure: retry", "hold: {undo: {reason: x}, on_failure: retry", "12:16",
        "belong to"
      ),
      ("operator: erin", "operator: [erin]", "3:11", "this is a list"),
    ]
  )
  func misfits(part: String, other: String, place: String, words: String) throws {
    let runbook = try Samples.loader.read(text: Samples.everyBody, path: "f").get()
    let broken = text.replacing(part, with: other)
    let problems = AnswersLoader.read(text: broken, path: "a", for: runbook).problems
    #expect(problems.count == 1, "\(problems)")
    #expect(problems.first?.description.hasPrefix("a:\(place): error") == true, "\(problems)")
    #expect(problems.first?.description.contains(words) == true, "\(problems)")
  }
}

@Suite("An input") struct InputFormTests {
  typealias Form = InputDeclaration.Form

  @Test(
    "reads what people type",
    arguments: [
      (Form.string, " a b ", Value.string("a b")), (.integer, "12", .integer(12)),
      (.boolean, "Yes", .boolean(true)), (.boolean, "false", .boolean(false)),
      (.duration, "1h30m", .duration(.seconds(5400))), (.choice(["a", "b"]), "b", .string("b")),
      (.domainName, "mail.Example.org", .string("mail.Example.org")),
      (.address, "2001:db8::1", .string("2001:db8::1")),
      (.mailbox, "a.b+c@example.org", .string("a.b+c@example.org")),
    ]
  )
  func reads(form: Form, text: String, value: Value) throws {
    #expect(try form.read(text) == value)
  }

  @Test(
    "refuses what is not of its form",
    arguments: [
      (Form.integer, "1.5"), (.integer, ""), (.boolean, "maybe"), (.duration, "5"),
      (.choice(["spam", "loop"]), "span"), (.domainName, "mail"), (.domainName, "-a.org"),
      (.domainName, "a..org"), (.domainName, "a_b.org"), (.domainName, "10.0.0.1"),
      (.address, "10.0.0"), (.address, "fe80::1%eth0"), (.mailbox, "a@b@c.org"),
      (.mailbox, "a b@c.org"), (.mailbox, ".a@c.org"), (.string, "a\0b"),
      (.domainName, String(repeating: "a.", count: 130) + "org"),
    ]
  )
  func refuses(form: Form, text: String) {
    #expect(throws: InputRefusal.self) { try form.read(text) }
  }
}
