import Foundation
import TestSupport
import Testing

/// The whole plan on the bundled site, as its six people answer it, and what the board says of it.
@Suite("The plan from end to end") struct GoLiveCommandTests {
  private struct Board: Decodable {
    struct Ticket: Decodable {
      let ticket: String
      let state: String
      let blockedBy: [String]
      let signedBy: [String]
    }
    struct Criterion: Decodable {
      let criterion: String
      let isMet: Bool
    }
    let criticalPath: [String]
    let tickets: [Ticket]
    let exitCriteria: [Criterion]
  }

  private func board(_ console: ConsoleBinary, _ site: String? = nil) throws -> (Board, Int) {
    let result = try console.run(["golive", "--json"] + (site.map { ["--site", $0] } ?? []))
    return (try JSONDecoder().decode(Board.self, from: Data(result.output.utf8)), result.status)
  }

  private func answers(_ id: String, _ console: ConsoleBinary) -> String {
    "\(console.root)/sites/tabletop/answers/\(id).yaml"
  }

  /// The bundled site with keys of its six people, made for one test, in an agent.
  private func signed(_ agent: SSHAgent, _ console: ConsoleBinary) throws -> String {
    let site = agent.folder.path + "/site"
    try FileManager.default.copyItem(atPath: console.root + "/sites/tabletop", toPath: site)
    #expect(try agent.addSigners(of: site).count == 6)
    return site
  }

  @Test(
    "six people with a key each walk every wave and ticket to its signature, and the board shows all of it done"
  )
  func whole() throws {
    let agent = try SSHAgent()
    let console = ConsoleBinary(
      state: agent.folder.path + "/state",
      variables: ["SSH_AUTH_SOCK": agent.socket]
    )
    let site = try signed(agent, console)
    let run = try console.run(
      "run",
      "go-live",
      "--site",
      site,
      "--answers",
      "\(site)/answers/go-live.yaml"
    )
    #expect(run.status == 0, "\(run.output)\(run.errors)")
    let verified = try console.run("verify", "--all", "--site", site)
    #expect(verified.status == 0, "\(verified.output)")
    // Every ticket has a sign-off, and each is signed.
    let held = verified.output.matches(of: /signatures that hold: (\d+)/).compactMap { Int($0.1) }
    #expect(held.reduce(0, +) >= 27, "\(verified.output)")
    struct Row: Decodable { let runbook: String, state: String }
    let rows = try JSONDecoder().decode(
      [Row].self,
      from: Data(try console.run("runs", "--json").output.utf8)
    )
    #expect(rows.allSatisfy { $0.state == "completed" })
    var wanted: Set<String> = ["node-drain"]
    for folder in ["tickets", "waves"] {
      let files = try FileManager.default.contentsOfDirectory(
        atPath: "\(console.root)/runbooks/\(folder)"
      )
      wanted.formUnion(files.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) })
    }
    #expect(Set(rows.map(\.runbook)) == wanted)
    // Each once: what was signed is not asked for again.
    #expect(rows.count == wanted.count)

    let (unchecked, status) = try board(console, site)
    #expect(status == 1, "no check was looked at")
    #expect(unchecked.tickets.allSatisfy { $0.state == "done" && !$0.signedBy.isEmpty })
    _ = try console.run("checks", "--site", site)
    let (checked, end) = try board(console, site)
    #expect(checked.exitCriteria.filter { !$0.isMet }.map(\.criterion) == [])
    #expect(end == 0)
    #expect(
      try console.run("golive", "--site", site).output.contains("27/27 tickets  8/8 exit criteria")
    )
  }

  @Test("a ticket that is open or done shows on the board, and what comes after it")
  func partly() throws {
    let places = try Places()
    let console = places.console
    #expect(try board(console).0.criticalPath.first == "P0-2")
    _ = try console.run("run", "p0-1", "--answers", answers("p0-1", console))
    _ = try console.run("run", "ms-1", "--as", "marek", "--plain")
    let (board, status) = try board(console)
    #expect(status == 1)
    let states = Dictionary(uniqueKeysWithValues: board.tickets.map { ($0.ticket, $0.state) })
    #expect(states["P0-1"] == "done")
    #expect(states["MS-1"] == "open")
    #expect(states["MS-2"] == "ready")
    #expect(states["MS-3"] == "blocked")
    let pod = try #require(board.tickets.first { $0.ticket == "MS-3" })
    #expect(pod.blockedBy == ["PL-1", "PL-2", "PL-3", "MS-1", "MS-2"])
  }

  @Test("runs of another site tell nothing, and a library without a plan says so")
  func elsewhere() throws {
    let places = try Places()
    let console = places.console
    _ = try console.run("run", "p0-1", "--answers", answers("p0-1", console))
    let site = places.folder.path + "/other"
    try FileManager.default.copyItem(atPath: console.root + "/sites/tabletop", toPath: site)
    let text = try String(contentsOfFile: site + "/site.yaml", encoding: .utf8)
    try text.replacing("name: tabletop", with: "name: other")
      .write(toFile: site + "/site.yaml", atomically: true, encoding: .utf8)
    let here = try console.run("golive").output
    let there = try console.run("golive", "--site", site).output
    #expect(here.contains("1/27 tickets"))
    #expect(there.contains("0/27 tickets"))
    #expect(try console.run("golive", "--runbooks", places.folder.path).status == 66)
  }
}
