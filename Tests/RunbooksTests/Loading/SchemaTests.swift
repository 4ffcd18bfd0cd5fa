import Foundation
import Testing

@testable import Runbooks

@Suite("The JSON Schema") struct SchemaTests {
  private var folder: URL {
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appending(path: "runbooks")
  }

  @Test(
    "in the repository is the one the loader's table gives (UPDATE_GOLDEN=1 writes it)",
    arguments: [
      ("runbook", RunbookLoader.schema), ("check", CheckLibrary.schema),
      ("plan", PlanLoader.schema), ("exercise", ExerciseLoader.schema),
    ]
  )
  func upToDate(what: String, schema: String) throws {
    let file = folder.appending(path: "\(what).schema.json")
    if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
      try Data(schema.utf8).write(to: file)
    }
    #expect(try String(contentsOf: file, encoding: .utf8) == schema)
  }

  @Test("is JSON, and describes every key of a step")
  func isJSON() throws {
    let json = try JSONSerialization.jsonObject(with: Data(RunbookLoader.schema.utf8))
    let root = try #require(json as? [String: Any])
    let properties = try #require(root["properties"] as? [String: Any])
    let steps = try #require(properties["steps"] as? [String: Any])
    let items = try #require(steps["items"] as? [String: Any])
    let keys = try #require(items["properties"] as? [String: [String: Any]])
    #expect(Set(keys.keys) == Set(StepFields.table.rows.map(\.key)))
    #expect(keys.values.allSatisfy { $0["description"] is String })
  }

  @Test("and the loader know the same keys, each with a line of help")
  func help() {
    for row in RunbookFields.table.rows + StepFields.table.rows + SiteFields.table.rows
      + CheckFields.table.rows + PlanFields.table.rows + PlanWaveFields.table.rows
      + PlanTaskFields.table.rows + PlanTicketFields.table.rows + ExitFields.table.rows
      + RACIFields.table.rows + ProofFields.table.rows
    {
      #expect(row.help.hasSuffix("."), "\(row.key)")
    }
    for key in StepFields.table.later.keys { #expect(StepFields.table.row(key) == nil) }
  }
}
