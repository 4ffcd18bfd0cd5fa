import Foundation
import TestSupport
import Testing

/// `mailconsole checks` on the bundled site, whose queue is full for three reasons.
@Suite struct ChecksCommandTests {
  private struct Row: Decodable {
    let check: String
    let verdict: String
    let summary: String
    let advice: String?
    let explainedBy: String?
    let since: String
    let at: String
  }

  private let state: TemporaryFolder
  private let console: ConsoleBinary

  init() throws {
    state = try TemporaryFolder()
    console = ConsoleBinary(state: state.path + "/state")
  }

  private func rows(_ arguments: String...) throws -> [Row] {
    let result = try console.run(["checks", "--json"] + arguments)
    return try JSONDecoder().decode([Row].self, from: Data(result.output.utf8))
  }

  @Test("a failure ends with 1, and is told with its remedy and the runbook to reach for")
  func failure() throws {
    let result = try console.run("checks", "queue", "logins")
    #expect(result.status == 1)
    let lines = result.output.split(separator: "\n").map(String.init)
    #expect(lines[0].hasPrefix("tabletop: 6 checks: "))
    let place = try #require(
      lines.firstIndex { $0.contains("FAIL") && $0.contains("queue-sender") }
    )
    #expect(lines[place...].prefix(4).contains { $0.contains("close the account") })
    let command = "mailconsole run compromised-account --input account=alice@example.test"
    #expect(lines[place...].prefix(4).contains { $0.contains(command) })
    #expect(result.output.contains("explained by queue-sender"))
  }

  @Test("what passes ends with 0, and a warning is none of a failure")
  func passing() throws {
    #expect(try console.run("checks", "postfix-config", "rollout").status == 0)
    let warned = try console.run("checks", "manifests")
    #expect(warned.status == 0)
    #expect(warned.output.contains("warn"))
  }

  @Test("the last results are kept: they are shown without looking, and a difference is told once")
  func kept() throws {
    let first = try rows("queue-size")
    let last = try rows("--last", "queue-size")
    #expect(last.map(\.at) == first.map(\.at))
    let again = try rows("queue-size")
    #expect(again.map(\.since) == first.map(\.since))
    #expect(again.map(\.at) != first.map(\.at))
    let same = try console.run("checks", "--diff", "queue-size")
    #expect(same.output.contains("nothing is other than it was last time"))
    #expect(same.status == 1)
  }

  @Test("a failing check that explains another is named in its row")
  func explained() throws {
    let rows = try rows("queue")
    #expect(rows.first { $0.check == "queue-size" }?.explainedBy == "queue-sender")
    #expect(rows.first { $0.check == "queue-sender" }?.explainedBy == nil)
    #expect(rows.first { $0.check == "queue-age" }?.verdict == "pass")
  }

  @Test("the file for Prometheus has a verdict, a time and a duration of each check")
  func prometheus() throws {
    let file = state.path + "/mail.prom"
    _ = try console.run("checks", "rollout", "queue-size", "--prometheus", file)
    let lines = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n")
    let label = #"{site="tabletop",group="queue",check="queue-size"}"#
    #expect(lines.contains("mailconsole_check_verdict\(label) 3"))
    #expect(lines.filter { !$0.hasPrefix("#") }.count == 6)
    #expect(lines.filter { $0.hasPrefix("# TYPE") }.count == 3)
  }

  @Test("a name that is no check is told, with the one that was meant")
  func unknown() throws {
    let result = try console.run("checks", "queue-sze")
    #expect(result.status == 66)
    #expect(result.errors.contains("Did you mean queue-size?"))
    #expect(try console.run("checks", "--world", "plan").status == 64)
  }

  @Test("one broken check keeps all from being used: a missing one would look like one that passes")
  func broken() throws {
    _ = try state.write("apiVersion: mailconsole/v1\nkind: Check\n", to: "runbooks/checks/x.yaml")
    let result = try console.run("checks", "--runbooks", state.path + "/runbooks")
    #expect(result.status == 65)
    #expect(result.errors.contains("x.yaml:"))
    #expect(try console.run("lint", state.path + "/runbooks").status == 1)
  }
}
