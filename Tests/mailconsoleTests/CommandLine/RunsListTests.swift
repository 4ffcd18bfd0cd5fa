import Foundation
import TestSupport
import Testing

/// What `runs` tells people and programs.
@Suite("The list of runs") struct RunsListTests {
  private struct Row: Decodable {
    struct Waiting: Decodable {
      let step: String
      let kind: String
      let roles: [String]
      let people: [String]
    }

    let run: String
    let state: String
    let by: String?
    let began: String?
    let last: String?
    let waitsFor: [Waiting]
  }

  private func rows(_ places: Places) throws -> [Row] {
    try JSONDecoder().decode(
      [Row].self,
      from: Data(try places.console.run("runs", "--json").output.utf8)
    )
  }

  @Test("a run that waits says in JSON for what, for whom, since when, and whose it is")
  func waits() throws {
    let places = try Places()
    _ = try places.console.run("run", "queue-triage", "--as", "tomas", "--plain")
    let row = try #require(try rows(places).first)
    #expect(row.state == "waiting")
    #expect(row.by == "tomas")
    #expect(row.waitsFor.contains { $0.step == "hold-sender" && $0.kind == "release" })
    let stamp = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/
    #expect(try row.began.map { try stamp.wholeMatch(in: $0) != nil } == true)
    #expect(row.last ?? "" >= row.began ?? "~")
    let line = try places.console.run("runs").output
    #expect(line.contains(row.last?.prefix(16).replacing("T", with: " ") ?? "?"), "\(line)")
  }
}
