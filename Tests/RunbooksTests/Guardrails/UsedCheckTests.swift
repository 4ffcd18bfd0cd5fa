import Foundation
import TestSupport
import Testing

@testable import Runbooks

/// Checks that runbooks mean by `use: ID`.
@Suite("A check that is used") struct UsedCheckTests {
  private static let check = """
    apiVersion: mailconsole/v1
    kind: Check
    id: queue-size
    title: The queue is short
    group: queue
    check: postfix.queue
    with: {namespace: mail}
    pass: result.total < 500
    warn: result.total < 2000
    remedy: Find the causes.
    runbook: queue-triage
    timeout: 5s
    fresh_for: 1m

    """

  /// What reading and linting the steps finds, in a library with that check and another file.
  private func read(
    _ steps: String,
    top: String = "",
    check: String = Self.check,
    other: String = "",
    pinned: Bool = false
  ) throws -> (runbook: Runbook?, problems: [String]) {
    let folder = try TestSupport.TemporaryFolder()
    let base = pinned ? "run" : "lib"
    try folder.write(check, to: "lib/checks/queue-size.yaml")
    if !other.isEmpty { try folder.write(other, to: "lib/checks/flush.yaml") }
    if pinned { try folder.write(check, to: "checks/queue-size.yaml") }
    let text = Samples.head + top + "steps:\n" + steps
    let path = try folder.write(text, to: "\(base)/operations/a.yaml")
    let reading = RunbookLoader(operations: Samples.operations, readsPinned: pinned)
      .read(path: path)
    let lint = reading.value.map { Linter(operations: Samples.operations).problems(in: $0) } ?? []
    let problems = (reading.problems + lint).filter { $0.severity == .error }.map {
      $0.description.replacing(folder.path + "/", with: "")
    }
    return (reading.value, problems)
  }

  @Test("means its operation, judgement, time, freshness and remedy; a step may set other bounds")
  func step() throws {
    let (runbook, problems) = try read(
      """
        - id: size
          use: queue-size
        - id: patient
          use: queue-size
          timeout: 1m
          fresh_for: 10m
          needs: [size]
      """
    )
    #expect(problems.isEmpty)
    let steps = try #require(runbook).steps
    guard case .check(let check) = steps[0].body, case .check(let patient) = steps[1].body else {
      Issue.record("a step that uses a check is a check")
      return
    }
    #expect(check.pass.source == "result.total < 500")
    #expect(check.warn?.source == "result.total < 2000")
    #expect(check.freshFor == .seconds(60))
    #expect(steps[0].timeout == .seconds(5))
    #expect(steps[0].risk == .read)
    #expect(steps[0].body.keyword == "use")
    #expect(check.use?.advice == "Find the causes. Reach for the runbook queue-triage.")
    #expect(patient.freshFor == .seconds(600))
    #expect(patient.use?.timeout == .seconds(60))
    #expect(runbook?.source.checks == [CheckText(id: CheckID("queue-size"), text: Self.check)])
  }

  @Test("stands in gates, probes, waits and guardrails as well, and is pinned once")
  func everywhere() throws {
    let (runbook, problems) = try read(
      """
        - {id: look, use: queue-size}
        - id: hold
          do: postfix.hold
          with: {sender: a}
          reversible: no
          done_when: {use: queue-size}
          guardrails: [{use: queue-size, every: 30s}]
        - id: quiet
          wait: {until: {use: queue-size}, every: 10s, at_most: 1m}
        - id: proof
          gate: {requires: [look], use: [queue-size]}
          needs: [look]
      """,
      top: "guardrails: [{use: queue-size, every: 2m}]\n"
    )
    #expect(problems.isEmpty, "\(problems)")
    let read = try #require(runbook)
    #expect(read.usedChecks.count == 6)
    #expect(read.source.checks.count == 1)
    #expect(read.guardrails.map(\.every) == [.seconds(120)])
    #expect(read.steps[1].guardrails.map(\.id) == [CheckID("queue-size")])
  }

  @Test(
    "what is wrong is told where the runbook uses it",
    arguments: [
      (
        "  - {id: a, use: queue-sise}\n", "", "lib/operations/a.yaml:12:18",
        "Did you mean `queue-size`?"
      ),
      ("  - {id: a, use: Queue}\n", "", "lib/operations/a.yaml:12:18", "small letters"),
      ("  - {id: a, use: queue-size, pass: 'true'}\n", "", "lib/operations/a.yaml:12:30", "`pass`"),
      ("  - {id: a, gate: {}}\n", "", "lib/operations/a.yaml:12:19", "demands nothing"),
      ("  - {id: a, gate: {use: [nothing]}}\n", "", "12:26", "unknown check `nothing`"),
      (
        "  - {id: a, note: x}\n", "guardrails: [{use: quene-size, every: 1m}]\n", "11:20",
        "Did you mean `queue-size`?"
      ),
      (
        "  - {id: a, note: x}\n", "guardrails: [{use: queue-size, every: 4s}]\n", "11:39",
        "5s at most"
      ),
      (
        "  - {id: a, note: x}\n",
        "guardrails: [{use: queue-size, every: 1m}, {use: queue-size, every: 2m}]\n", "11:44",
        "twice"
      ),
      (
        "  - {id: a, note: x}\n", "guardrails: [{use: flush, every: 1m}]\n", "11:20",
        "`postfix.hold` is change, and a check only reads"
      ),
      (
        "  - {id: a, note: x}\n", "guardrails: [{use: queue-size}]\n", "11:14",
        "the guardrail has no `every`"
      ),
    ]
  )
  func mistakes(steps: String, top: String, place: String, words: String) throws {
    let flush = Self.check.replacing("queue-size", with: "flush")
      .replacing("postfix.queue", with: "postfix.hold")
    let problems = try read(steps, top: top, other: flush).problems
    #expect(problems.contains { $0.contains(place) && $0.contains(words) }, "\(problems)")
  }

  @Test("a check with errors keeps the runbooks from being used that use it, and no others")
  func broken() throws {
    for (line, words) in [
      ("pass: result.total < 500", "cannot be used: lib/checks/queue-size.yaml:8:"),
      ("remedy: Find the causes.", "cannot be used: lib/checks/queue-size.yaml:1:1"),
    ] {
      let check = Self.check.replacing(line, with: line.hasPrefix("pass") ? "pass: result.x" : "")
      let problems = try read("  - {id: a, use: queue-size}\n", check: check).problems
      #expect(
        problems.contains { $0.contains(words) && $0.contains(":12:18: error") },
        "\(problems)"
      )
      #expect(try read("  - {id: a, note: x}\n", check: check).problems.isEmpty)
    }
  }

  @Test("a pinned text has its checks beside it, and none above it is taken")
  func pinned() throws {
    let problems = try read("  - {id: a, use: queue-size}\n", pinned: true).problems
    #expect(problems.contains { $0.contains("unknown check") }, "\(problems)")
  }
}
