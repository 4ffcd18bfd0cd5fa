import Foundation
import TestSupport
import Testing

@testable import Runbooks

/// The tickets as files, read back by a reader that is not ours: python3's csv module.
@Suite("Tickets as a file") struct TicketFileTests {
  private func plan(_ title: String = "Postfix") throws -> Plan {
    let quoted = String(decoding: try JSONEncoder().encode(title), as: UTF8.self)
    let text = PlanSamples.text.replacing("title: Postfix", with: "title: \(quoted)")
    return try PlanLoader.read(text: text, path: "plan.yaml").get()
  }

  /// The records as another program reads them.
  private func records(_ text: String) throws -> [[String]] {
    let script = """
      import csv, io, json, sys
      text = sys.stdin.buffer.read().decode('utf-8')
      print(json.dumps(list(csv.reader(io.StringIO(text, newline=''), strict=True))))
      """
    let result = try Program.run("python3", ["-c", script], input: Data(text.utf8))
    #expect(result.status == 0, "\(result.errors)")
    return try JSONDecoder().decode([[String]].self, from: Data(result.output.utf8))
  }

  @Test("for Jira has epics first, children that name them, and what blocks what")
  func jira() throws {
    let records = try records(plan().tickets(as: .jira))
    #expect(
      records.first == [
        "Issue Type", "Issue ID", "Parent", "Summary", "Description", "Assignee", "Labels",
        "Labels", "Blocks", "Blocks",
      ]
    )
    #expect(records.allSatisfy { $0.count == records[0].count })
    #expect(records.dropFirst().map { $0[0] } == ["Epic", "Epic", "Task", "Task", "Task"])
    #expect(records.dropFirst().map { $0[1] } == ["1", "2", "3", "4", "5"])
    #expect(records.dropFirst().map { $0[2] } == ["", "", "1", "2", "2"])
    #expect(records[3][3] == "PL-1 Mail node")
    #expect(records[3][5...] == ["E1", "wave-0", "T0.1", "4", "5"])
    #expect(records[4][5...] == ["E2", "wave-1", "T1.1", "5", ""])
    #expect(records[5][5...] == ["E2", "wave-1", "", "", ""])
    #expect(
      records[4][4] == """
        Task T1.1: Pod.

        From: a domain
        To: main.cf

        Acceptance criteria:
        * It lints.
        * E1 has read it.

        Depends on: PL-1

        Responsible: E2. Accountable: E1. Consulted: E1.

        The plan said: Lints.
        """
    )
  }

  @Test("for Linear has the columns of its own export, with what blocks it in the description")
  func linear() throws {
    let records = try records(plan().tickets(as: .linear))
    #expect(records.allSatisfy { $0.count == 21 })
    let tickets = records.dropFirst().map { record in
      Dictionary(zip(records[0], record), uniquingKeysWith: { first, _ in first })
    }
    #expect(tickets.map { $0["Title"] } == ["PL-1 Mail node", "MS-1 Postfix", "MS-2 Dovecot"])
    #expect(tickets.map { $0["Labels"] } == ["Wave 0, T0.1", "Wave 1, T1.1", "Wave 1"])
    #expect(tickets.map { $0["Assignee"] } == ["E1", "E2", "E2"])
    #expect(tickets.allSatisfy { $0["Archived"] == "" && $0["Priority"] == "No priority" })
    #expect(tickets[1]["Description"]?.contains("- [ ] E1 has read it.") == true)
    #expect(tickets[2]["Description"]?.contains("Depends on: MS-1, PL-1") == true)
  }

  @Test(
    "keeps commas, quotes and line breaks of a text apart from its own",
    arguments: ["a, b", "say \"so\"", "one\ntwo", "\"", "ü → 🙂"]
  )
  func quoting(title: String) throws {
    for format in [TicketFormat.jira, .linear] {
      let fields = try records(plan(title).tickets(as: format)).flatMap(\.self)
      #expect(fields.contains("MS-1 \(title)"))
    }
  }

  @Test("no field begins like a formula, and no control character is left")
  func formulas() throws {
    for text in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\u{1B}[31m=1"] {
      let field = CSVText.field(text)
      #expect(try records(field) == [[field.dropFirst().dropLast().description]])
      #expect(!["=", "+", "-", "@", "\t", "\r"].contains(field.dropFirst().first), "\(field)")
      #expect(!field.unicodeScalars.contains { $0.properties.generalCategory == .control })
    }
    #expect(CSVText.field("=1+1") == "\"'=1+1\"")
  }

  @Test("a record ends with CR LF, as RFC 4180 has it")
  func lineEnds() {
    #expect(CSVText.text([["a", "b"], ["c", ""]]) == "\"a\",\"b\"\r\n\"c\",\"\"\r\n")
  }

  @Test("Markdown has a table for each wave, and no text breaks out of its cell")
  func markdown() throws {
    let text = try plan("a | b\n<script> \\| c").tickets(as: .markdown)
    #expect(text.contains("## Wave 0: Ground\n"))
    #expect(text.contains("## Exit criteria\n"))
    #expect(text.contains("| MS-1 | T1.1 | a \\| b &lt;script> \\\\\\| c | E2 | E1 | PL-1 |"))
    #expect(!text.contains("<"))
  }
}
