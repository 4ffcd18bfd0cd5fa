import ClusterOps
import Foundation
import TestSupport
import Testing

@testable import Runbooks
@testable import mailconsole

/// The plan that is shipped, as `mailconsole lint` and `mailconsole tickets` have it.
@Suite("The shipped plan") struct TicketsCommandTests {
  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  private func plan() throws -> Plan {
    try #require(PlanLoader.read(library: Self.root.appendingPathComponent("runbooks").path)).get()
  }

  private func runbooks() -> [Runbook] {
    RunbookLibrary(
      directory: Self.root.appendingPathComponent("runbooks").path,
      loader: RunbookLoader(operations: OperationCatalogue.standard().declarations)
    ).runbooks
  }

  @Test("has every task, ticket and exit criterion of the plan, and the four the plan lacks")
  func whole() throws {
    let plan = try plan()
    let perWave = [2, 3, 3, 4, 3, 3, 3, 2]
    #expect(
      plan.tasks.map(\.id.name)
        == perWave.enumerated().flatMap { wave, count in (1...count).map { "T\(wave).\($0)" } }
    )
    let backlog = [
      ("P0", 2), ("PL", 3), ("MS", 4), ("SEC", 4), ("APP", 3), ("SRE", 4), ("QA", 3),
    ].flatMap { area, count in (1...count).map { "\(area)-\($0)" } }
    #expect(backlog.count == 23)
    #expect(
      Set(plan.tickets.map(\.id.name)) == Set(backlog + ["POL-1", "GL-1", "GL-2", "SEC-5"])
    )
    #expect(plan.exit.map(\.id.name) == (1...8).map { "EXIT-\($0)" })
  }

  @Test("says where it departs from the plan, for each of the rows of plan-corrections.md")
  func corrections() throws {
    let page = try String(
      contentsOf: Self.root.appendingPathComponent("docs/plan-corrections.md"),
      encoding: .utf8
    )
    let rows = Set(page.matches(of: #/(?m)^\| (\d+) \|/#).compactMap { Int($0.output.1) })
    let plan = try plan()
    let told =
      plan.tasks.compactMap(\.correction) + plan.tickets.compactMap(\.correction)
      + plan.exit.compactMap(\.correction)
    #expect(rows == Set(1...24))
    #expect(Set(told.flatMap(\.rows)) == rows)
  }

  @Test("docs/coverage.md has for every line of it what proves it (UPDATE_GOLDEN=1 writes it)")
  func coverage() throws {
    let page = Self.root.appendingPathComponent("docs/coverage.md")
    let text = CoveragePage.text(of: try plan(), PlanCoverage(runbooks: runbooks()))
    if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] != nil {
      try text.write(to: page, atomically: true, encoding: .utf8)
    }
    #expect(try String(contentsOf: page, encoding: .utf8) == text)
  }

  @Test("as Markdown is a table for each wave")
  func markdown() throws {
    let text = try plan().tickets(as: .markdown)
    #expect(Golden.difference(text, from: "tickets-markdown") == nil)
  }

  @Test("lints clean: every line of it is proved by what is shipped")
  func lint() throws {
    let result = try Places().console.run("lint")
    #expect(result.status == 0, "\(result.output)")
    #expect(!result.output.contains("plan.yaml"), "\(result.output)")
  }

  @Test("is linted on its own with the library that it stands in")
  func lintAlone() throws {
    let places = try Places()
    try places.writeRunbook("    covers: [MS-9]")
    let sample = try String(
      contentsOf: Self.root.appendingPathComponent("runbooks/plan.yaml"),
      encoding: .utf8
    )
    try places.folder.write(sample, to: "runbooks/plan.yaml")
    let whole = try places.console.run("lint", places.runbooks)
    #expect(whole.status == 1)
    #expect(whole.output.contains("read-queue.yaml"), "\(whole.output)")
    #expect(whole.output.contains("the plan has no `MS-9` for the step `look` to prove"))
    // None of the shipped checks is there.
    let alone = try places.console.run("lint", places.runbooks + "/plan.yaml")
    #expect(alone.status == 1)
    #expect(alone.output.contains("there is no check `reverse`"), "\(alone.output)")
    #expect(!alone.output.contains("read-queue.yaml"))
  }

  @Test("is written whole to a file or a pipe", arguments: TicketFormat.allCases)
  func written(format: TicketFormat) throws {
    let places = try Places()
    let text = try plan().tickets(as: format)
    let file = places.folder.path + "/tickets"
    let written = try places.console.run(
      "tickets",
      "--format",
      format.rawValue,
      "--output",
      file
    )
    #expect(written.status == 0, "\(written.errors)")
    #expect(written.output == "")
    #expect(try Data(contentsOf: URL(fileURLWithPath: file)) == Data(text.utf8))
    let piped = try places.console.run("tickets", "--format", format.rawValue)
    #expect(piped.output == text)
  }

  @Test("python's csv module reads every ticket back", arguments: [TicketFormat.jira, .linear])
  func readBack(format: TicketFormat) throws {
    let plan = try plan()
    let script = """
      import csv, io, json, sys
      text = sys.stdin.buffer.read().decode('utf-8')
      print(json.dumps(list(csv.DictReader(io.StringIO(text, newline=''), strict=True))))
      """
    let result = try Program.run(
      "python3",
      ["-c", script],
      input: Data(plan.tickets(as: format).utf8)
    )
    let all = try JSONDecoder().decode([[String: String]].self, from: Data(result.output.utf8))
    let column = format == .jira ? "Summary" : "Title"
    let tickets = all.filter { $0["Issue Type"] != "Epic" }
    #expect(tickets.map { $0[column] } == plan.tickets.map { "\($0.id) \($0.title)" })
    for (ticket, record) in zip(plan.tickets, tickets) {
      for sentence in ticket.acceptance {
        #expect(record["Description"]?.contains(sentence) == true, "\(ticket.id): \(sentence)")
      }
      for need in ticket.needs {
        #expect(record["Description"]?.contains(need.id.name) == true, "\(ticket.id): \(need.id)")
      }
      #expect(record["Assignee"] == ticket.owner.name)
    }
  }

  @Test("a library without a plan, a broken one and an unknown format are told apart")
  func refusals() throws {
    let places = try Places()
    try places.writeRunbook()
    let none = try places.console.run("tickets", "--format", "jira", "--runbooks", places.runbooks)
    #expect(none.status == 66)
    #expect(none.errors.contains("There is no plan.yaml in "))
    try places.folder.write("kind: Plan\n", to: "runbooks/plan.yaml")
    let broken = try places.console.run(
      "tickets",
      "--format",
      "jira",
      "--runbooks",
      places.runbooks
    )
    #expect(broken.status == 65)
    #expect(broken.errors.contains("plan.yaml:1:1: error: the plan has no `apiVersion`"))
    #expect(broken.output == "")
    #expect(try places.console.run("tickets", "--format", "xml").status == 64)
    #expect(try places.console.run("tickets").status == 64)
  }
}
