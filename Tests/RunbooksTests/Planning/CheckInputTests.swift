import Foundation
import Testing

@testable import Runbooks

/// What a check fills in of the inputs of the runbook to reach for, held against that runbook.
@Suite struct CheckInputTests {
  private static let declaration = OperationDeclaration(
    name: OperationName("postfix.queue"),
    summary: "Reads the queue.",
    parameters: [.init("from", .string, standard: "pod", isVantage: true, help: "where from")],
    results: [
      .init("total", .integer, help: "messages"), .init("sender", .string, help: "who sends most"),
    ],
    risk: .read,
    isRepeatable: true
  )

  private static let runbook = Runbook(
    id: RunbookID("lock-out"),
    kind: .runbook,
    title: "Lock out",
    version: "1.0.0",
    owner: Role("E4"),
    summary: "Locks.",
    inputs: ["sender": .mailbox, "count": .integer, "password": .secret].map {
      InputDeclaration(name: $0.key, form: $0.value, position: place)
    },
    steps: [],
    source: RunbookSource(path: "lock-out.yaml", text: "")
  )
  private static let place = SourcePosition(file: "lock-out.yaml", line: 1, column: 1)

  private func check(_ lines: String) throws -> CheckDefinition {
    let text = """
      apiVersion: mailconsole/v1
      kind: Check
      id: sender
      title: No spam
      group: queue
      check: postfix.queue
      pass: result.total == 0
      remedy: Hold it.
      \(lines)
      """
    return try CheckLibrary.read(text: text, path: "checks/sender.yaml").get()
  }

  private func problems(_ lines: String) throws -> [String] {
    let check = try check(lines)
    return Linter(operations: [Self.declaration])
      .problems(inInputsOf: check, for: check.runbook == nil ? nil : Self.runbook)
      .map(\.description)
  }

  @Test("inputs of the names and types of the runbook are sound")
  func sound() throws {
    #expect(
      try problems(
        "runbook: lock-out\ninputs: {sender: '${result.sender}', count: '${result.total}'}"
      )
      .isEmpty
    )
    #expect(try problems("runbook: lock-out").isEmpty)
  }

  @Test(
    "one that the runbook has not, of another type, secret, or read from nowhere is told",
    arguments: [
      ("inputs: {sendr: '${result.sender}'}", "has no input `sendr`"),
      ("inputs: {count: '${result.sender}'}", "this is"),
      ("inputs: {password: '${result.sender}'}", "is a secret"),
      ("inputs: {sender: '${result.sendr}'}", "unknown result `sendr`"),
      ("inputs: {sender: '${inputs.x}'}", "unknown input `x`"),
    ]
  )
  func mistakes(line: String, words: String) throws {
    let found = try problems("runbook: lock-out\n" + line)
    #expect(found.count == 1 && found[0].contains(words), "\(found)")
  }

  @Test("inputs without a runbook are told")
  func homeless() throws {
    let found = try problems("inputs: {sender: '${result.sender}'}")
    #expect(found.count == 1 && found[0].contains("none is named"), "\(found)")
  }

  @Test(
    "what a screen says of a check knows where it looks from, also where the check does not say"
  )
  func card() throws {
    let card = try check("with: {from: outside}").card([Self.declaration])
    #expect(card.reads == "postfix.queue")
    #expect(card.vantage == "outside")
    #expect(try check("runbook: lock-out").card([Self.declaration]).vantage == "pod")
  }
}
