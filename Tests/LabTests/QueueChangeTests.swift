import Foundation
import TestSupport
import Testing

/// What the operations on selected messages do to a real Postfix, read by plain `postqueue -j`.
@Suite(.serialized, .enabled(if: Lab.isWanted)) struct QueueChangeTests {
  /// Performs one operation as a run of its own.
  private func perform(_ operation: String, domain: String, in lab: Lab) throws -> String {
    let id = "lab-" + operation.split(separator: ".")[1]
    _ = try lab.write(
      """
      apiVersion: mailconsole/v1
      kind: Runbook
      id: \(id)
      title: One operation
      version: 1.0.0
      owner: E4
      summary: Performs one operation on the mail for one domain.
      steps:
        - id: act
          title: Act
          do: \(operation)
          with: {domain: \(domain)}
          reversible: no

      """,
      to: "runbooks/operations/\(id).yaml"
    )
    let run = try lab.console.run(
      "run",
      id,
      "--runbooks",
      lab.place(of: "runbooks"),
      "--site",
      lab.site,
      "--as",
      "tomas",
      "--unattended"
    )
    #expect(run.status == 0, "\(run.output)\(run.errors)")
    return run.output
  }

  private func ids(_ domain: String, _ queue: [Lab.Message]) -> Set<String> {
    Set(queue.filter { $0.recipients.contains { $0.address.hasSuffix("@" + domain) } }.map(\.id))
  }

  @Test(
    "held messages are released, requeued ones are kept under new ids, and a flush tries exactly those that are meant",
    .timeLimit(.minutes(10))
  )
  func changes() throws {
    let lab = try Lab()
    try lab.lab("queue", "--clear")
    try lab.lab("queue", "--size", "100")
    let whole = try lab.queue()
    let dead = ids("dead.test", whole)
    let deferred = ids("defer.test", whole)
    try #require(!dead.isEmpty && !deferred.isEmpty && dead.isDisjoint(with: deferred))

    let held = try perform("postfix.hold", domain: "dead.test", in: lab)
    #expect(held.contains("\(dead.count) messages to dead.test put on hold"), "\(held)")
    #expect(Set(try lab.queue().filter { $0.queue == "hold" }.map(\.id)) == dead)

    let released = try perform("postfix.release", domain: "dead.test", in: lab)
    #expect(released.contains("\(dead.count) messages to dead.test released"), "\(released)")
    let after = try lab.queue()
    #expect(!after.contains { $0.queue == "hold" })
    #expect(ids("dead.test", after) == dead)

    let requeued = try perform("postfix.requeue", domain: "dead.test", in: lab)
    #expect(requeued.contains("\(dead.count) messages to dead.test requeued"), "\(requeued)")
    // They come back through maildrop, which pickup(8) looks at once a minute.
    let again = try settled(lab) { queue in
      let there = queue.filter { ids("dead.test", [$0]).count == 1 }
      return there.count == dead.count && there.allSatisfy { $0.queue == "deferred" }
    }
    #expect(ids("dead.test", again).isDisjoint(with: dead), "a requeued message has a new id")
    #expect(again.count == whole.count)
    #expect(ids("defer.test", again) == deferred, "the others are as they were")

    // Both receivers would take mail now; only the one that is meant is tried.
    try lab.lab("sink", "defer.test", "accept")
    let flushed = try perform("postfix.flush", domain: "defer.test", in: lab)
    #expect(flushed.contains("\(deferred.count) message"), "\(flushed)")
    let left = try settled(lab) { ids("defer.test", $0).isEmpty }
    #expect(left.count == whole.count - deferred.count)
    #expect(ids("dead.test", left).count == dead.count)
    #expect(try lab.console.run("verify", "--all").status == 0)
    try lab.lab("queue", "--clear")
  }

  /// The queue once it is as expected, or as it is after two minutes.
  private func settled(_ lab: Lab, _ isAsExpected: ([Lab.Message]) -> Bool) throws -> [Lab.Message]
  {
    let deadline = Date(timeIntervalSinceNow: 120)
    var queue = try lab.queue()
    while !isAsExpected(queue), Date() < deadline {
      usleep(500_000)
      queue = try lab.queue()
    }
    return queue
  }
}
