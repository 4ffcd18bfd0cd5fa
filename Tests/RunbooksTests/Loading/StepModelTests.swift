import Testing

@testable import Runbooks

@Suite("A step") struct StepModelTests {
  private let steps: [StepID: Step]

  init() throws {
    let runbook = try Samples.loader.read(text: Samples.everyBody, path: "all.yaml").get()
    steps = Dictionary(uniqueKeysWithValues: runbook.steps.map { ($0.id, $0) })
  }

  private func step(_ id: String) throws -> Step { try #require(steps[StepID(id)]) }

  @Test("that checks an operation has its arguments, judgement and conditions")
  func check() throws {
    let look = try step("look")
    guard case .check(let check) = look.body, case .operation(let call) = check.subject else {
      Issue.record("not a check")
      return
    }
    #expect(call.operation == OperationName("postfix.queue"))
    #expect(call.arguments["limit"] == .literal(.integer(5)))
    #expect(call.arguments["within"] == .literal(.string("2h")))
    #expect(check.pass.source == "result.total < 30")
    #expect(check.warn?.source == "result.total < 200")
    #expect(check.freshFor == .seconds(600))
    #expect(look.purpose == "Too many messages wait.")
    #expect(look.risk == .read)
    #expect(look.covers == ["MS-3", "T2.2"])
    #expect(
      look.responsibility
        == Responsibility(
          responsible: Role("E2"),
          accountable: Role("E4"),
          consulted: [Role("E3")],
          informed: [Role("E6")]
        )
    )
    #expect(look.position == SourcePosition(file: "all.yaml", line: 12, column: 5))
  }

  @Test("that checks a command leaves the exit status to its judgement")
  func probe() throws {
    let probe = try step("probe-cmd")
    guard case .check(let check) = probe.body, case .command(let command) = check.subject else {
      Issue.record("not a check of a command")
      return
    }
    #expect(command.arguments.map(\.source) == ["kubectl", "version"])
    #expect(command.expectedExits == [])
    #expect(probe.retry == RetryPolicy(attempts: 3, backoff: .seconds(5), factor: 2))
    #expect(probe.timeout == .seconds(120))
    #expect(probe.title == "Probe cmd")
  }

  @Test("that does an operation has its risk, needs, probe and way back")
  func operation() throws {
    let hold = try step("hold")
    guard case .operation(let call) = hold.body else {
      Issue.record("not an operation")
      return
    }
    #expect(
      call.arguments["sender"]?.references.map(\.reference.description) == [
        "steps.look.top_sender"
      ]
    )
    #expect(hold.risk == .change)
    #expect(hold.needs.map(\.step.name) == ["look", "probe-cmd"])
    #expect(hold.needs.map(\.on) == [.succeeded, .any])
    #expect(hold.when?.source == "steps.look.cause == \"compromise\"")
    #expect(hold.onFailure == .continue)
    #expect(hold.reversibility == .until(.seconds(14_400)))
    #expect(hold.formerIDs == [StepID("stop-sender")])
    #expect(hold.doneWhen?.pass.source == "result.total == 0")
    guard case .operation(let undo) = hold.rollback else {
      Issue.record("no rollback")
      return
    }
    #expect(undo.operation == OperationName("postfix.release"))
  }

  @Test("that runs a command has its exits, outputs and risk")
  func command() throws {
    let cmd = try step("cmd")
    guard case .command(let command) = cmd.body else {
      Issue.record("not a command")
      return
    }
    #expect(command.arguments.count == 7)
    #expect(command.expectedExits == [0, 1])
    #expect(
      cmd.outputs == [
        OutputDeclaration(
          name: "ready",
          origin: .json(path: ["items", "0", "status", "phase"]),
          type: .string
        )
      ]
    )
    #expect(cmd.risk == .read)
  }

  @Test("of a person has its fields and choices")
  func personal() throws {
    guard case .manual(let task) = try step("tell").body,
      case .ask(let asked) = try step("pick").body
    else {
      Issue.record("not personal")
      return
    }
    #expect(task.fields.map(\.name) == ["ticket"])
    #expect(task.fields[0].isRequired)
    #expect(asked[0].form == .choice(["a", "b"]))
  }

  @Test("that asks for a sign-off has all of it")
  func approval() throws {
    guard case .approve(let approval) = try step("approve-delete").body else {
      Issue.record("not an approval")
      return
    }
    #expect(approval.roles == [Role("E3"), Role("E4")])
    #expect(approval.count == 2)
    #expect(approval.evidence == [StepID("look")])
    #expect(approval.notPerformersOf == [StepID("hold")])
    #expect(approval.expires == .seconds(14_400))
    #expect(approval.onReject == .rewind(to: StepID("look")))
    #expect(approval.confirmByTyping?.source == "${steps.look.top_sender}")
  }

  @Test("that waits, gates or shows has its body")
  func rest() throws {
    guard case .wait(.span(let span)) = try step("cool-down").body,
      case .wait(.until(let check, let every, let atMost)) = try step("settle").body,
      case .gate(let gate) = try step("ready").body, case .note(let note) = try step("hint").body
    else {
      Issue.record("another body")
      return
    }
    #expect(span.source == "10m")
    #expect(check.pass.source == "result.total == 0")
    #expect(every == .seconds(10))
    #expect(atMost == .seconds(600))
    #expect(
      gate == Gate(requires: [StepID("look"), StepID("approve-delete")], freshFor: .seconds(3600))
    )
    #expect(note.literal == nil)
  }

  @Test("of an unknown operation counts as destructive")
  func unknown() throws {
    let text = Samples.runbook("  - {id: a, do: post.fix}\n")
    #expect(try Samples.loader.read(text: text, path: "f").get().steps[0].risk == .destructive)
  }

  @Test(
    "takes plain values by YAML 1.2's core schema",
    arguments: [
      ("yes", Value.string("yes")), ("No", .string("No")), ("true", .boolean(true)),
      ("FALSE", .boolean(false)), ("12", .integer(12)), ("+7", .integer(7)), ("-7", .integer(-7)),
      ("0x1F", .integer(31)), ("0o17", .integer(15)), ("0", .integer(0)), ("1.5", .number(1.5)),
      ("-1e3", .number(-1000)), (".5", .number(0.5)), ("1.", .number(1)),
      ("1.2.3", .string("1.2.3")),
      ("2026-11-22", .string("2026-11-22")), ("10m", .string("10m")), ("'12'", .string("12")),
      ("1_000", .string("1_000")), ("+", .string("+")), ("0x", .string("0x")),
      ("0xg", .string("0xg")), ("1e", .string("1e")), ("+0x1", .string("+0x1")),
      ("[1, a]", .list([.integer(1), .string("a")])), ("{k: true}", .record(["k": .boolean(true)])),
      ("'a $${x}'", .string("a ${x}")),
    ]
  )
  func coreSchema(text: String, value: Value) throws {
    let yaml = Samples.runbook("  - id: a\n    do: a.b\n    with:\n      v: \(text)\n")
    let reading = Samples.loader.read(text: yaml, path: "f")
    guard case .operation(let call) = try reading.get().steps[0].body else { return }
    #expect(call.arguments["v"] == .literal(value))
  }
}
