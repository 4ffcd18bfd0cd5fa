import Foundation
import Testing

@testable import Runbooks

/// Checks that are written on their own.
@Suite struct CheckLibraryTests {
  private static let declaration = OperationDeclaration(
    name: OperationName("postfix.queue"),
    summary: "Reads the queue.",
    parameters: [.init("from", .string, isVantage: true, help: "where from")],
    results: [.init("total", .integer, help: "messages")],
    risk: .read,
    isRepeatable: true
  )
  private static let flush = OperationDeclaration(
    name: OperationName("postfix.flush"),
    summary: "Flushes.",
    parameters: [],
    results: [.init("count", .integer, help: "messages")],
    risk: .change,
    isRepeatable: true
  )

  private static let text = """
    apiVersion: mailconsole/v1
    kind: Check
    id: queue-size
    title: The queue is short
    group: queue
    check: postfix.queue
    pass: result.total < 500
    warn: result.total < 2000
    remedy: Find the causes.
    runbook: queue-triage
    explains: [queue-age]
    timeout: 5s
    fresh_for: 1m
    """

  private func problems(_ text: String) -> [String] {
    let reading = CheckLibrary.read(text: text, path: "checks/queue-size.yaml")
    let linter = Linter(operations: [Self.declaration, Self.flush])
    return (reading.problems + (reading.value.map { linter.problems(in: $0) } ?? []))
      .map(\.description)
  }

  @Test("a check says what is read, how it is judged, and what to do")
  func reads() throws {
    let check = try CheckLibrary.read(text: Self.text, path: "checks/queue-size.yaml").get()
    #expect(check.id == CheckID("queue-size"))
    #expect(check.group == "queue")
    #expect(check.runbook == RunbookID("queue-triage"))
    #expect(check.explains == [CheckID("queue-age")])
    #expect(check.timeout == .seconds(5))
    #expect(check.check.freshFor == .seconds(60))
    #expect(problems(Self.text).isEmpty)
  }

  @Test(
    "what is wrong is told where it stands, with how to mend it",
    arguments: [
      ("pass: result.total < 500", "pass: result.totl < 500", "7:"),
      ("pass: result.total < 500", "pass: result.total", "true or false"),
      ("check: postfix.queue", "check: postfix.flush", "a check only reads"),
      ("check: postfix.queue", "check: postfix.quene", "postfix.quene"),
      ("kind: Check", "kind: Runbook", "Check"), ("remedy: Find the causes.", "", "remedy"),
      ("timeout: 5s", "timeout: soon", "timeout: soon".isEmpty ? "" : "12:"),
      ("id: queue-size", "id: queue-length", "Name the file queue-length.yaml"),
      ("group: queue", "group: queue\nsteps: []", "write a runbook for more"),
      ("check: postfix.queue", "check: postfix.queue\nwith: {from: outsied}", "no vantage"),
      ("pass: result.total < 500", "pass: inputs.x < 500", "`x`"),
      ("check: postfix.queue", "check: {run: [true]}\nwith: {a: b}", "no arguments by name"),
    ]
  )
  func mistakes(line: String, instead: String, words: String) {
    let found = problems(Self.text.replacing(line, with: instead))
    #expect(found.contains { $0.contains(words) }, "\(found)")
  }

  @Test("a runbook to reach for and a check to explain have to be there")
  func references() throws {
    let folder = FileManager.default.temporaryDirectory.path + "/checks-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try Self.text.write(
      toFile: folder + "/queue-size.yaml",
      atomically: true,
      encoding: .utf8
    )
    let library = CheckLibrary(directory: folder)
    let linter = Linter(operations: [Self.declaration])
    let found = library.problems(by: linter, runbooks: []).map(\.description)
    #expect(found.count == 2)
    #expect(found.contains { $0.contains("no runbook `queue-triage`") })
    #expect(found.contains { $0.contains("no check `queue-age`") })
    #expect(CheckLibrary(directory: folder + "/none").problems.isEmpty)
  }
}
