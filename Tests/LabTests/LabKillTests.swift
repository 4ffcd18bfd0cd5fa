import Foundation
import TestSupport
import Testing

/// kill -9 of the engine on the real cluster, held against a ledger that it does not write.
@Suite(.serialized, .enabled(if: Lab.isWanted)) struct LabKillTests {
  /// 50 of them: `MAILCONSOLE_LAB_KILL_ROUNDS=50 make lab-test`.
  private static let rounds =
    ProcessInfo.processInfo.environment["MAILCONSOLE_LAB_KILL_ROUNDS"].flatMap(Int.init) ?? 4

  /// A line when a call of kubectl begins and one when it has ended, whoever dies meanwhile.
  private static let ledger = """
    printf 'start %s %s\\n' "$$" "${*//$'\\n'/ }" >>"$LAB_FOLDER/ledger"
    "$LAB_KUBECTL" "$@"
    status=$?
    printf 'end %s %s\\n' "$$" "$status" >>"$LAB_FOLDER/ledger"
    exit "$status"
    """

  /// The commands of the triage that change the queue, and the step that each belongs to.
  private static let changes = [
    ("hold-sender", "postsuper -h -"), ("delete-held", "postsuper -d -"), ("flush", "postqueue -f"),
  ]

  @Test(
    "after kill -9 at random moments of a triage the record has what was shown and every change, nothing ran twice unsaid, and the queue ends right",
    .timeLimit(.minutes(30))
  )
  func killAnywhere() throws {
    var generator = SeededGenerator(seed: 7)
    var killed = 0
    for round in 0..<Self.rounds {
      // The run has some 42 events; each is as good a moment as any.
      let event = Int.random(in: 0..<40, using: &generator)
      let delay = UInt32.random(in: 0..<300_000, using: &generator)
      if try survivesKill(at: event, after: delay, "round \(round), event \(event)") { killed += 1 }
    }
    #expect(killed > Self.rounds / 2, "only \(killed) runs were still under way when killed")
  }

  /// - Returns: whether the run was under way when it was killed.
  private func survivesKill(
    at event: Int,
    after delay: UInt32,
    _ moment: Comment
  ) throws -> Bool {
    let lab = try Lab(kubectl: Self.ledger)
    try lab.lab("queue", "--clear")
    try lab.lab("queue", "--size", "500")
    // The storm is over when the flush comes.
    try lab.lab("sink", "defer.test", "accept")
    let output = lab.place(of: "shown")
    let common = ["--site", lab.site, "--answers", lab.answers("queue-triage")]
    let process = try lab.console.start(["run", "queue-triage"] + common, output: output)
    process.waitForLines(event, in: output)
    usleep(delay)
    let wasRunning = process.isRunning
    process.send(SIGKILL)
    process.wait()
    try waitForCalls(of: lab)

    let run = try lab.run()
    #expect(try lab.console.run("verify", run).status == 0, "\(moment)")
    let before = try lab.timeline()
    #expect(before.missing(of: lab.read("shown")).isEmpty, "shown and not recorded; \(moment)")
    expectChangesAreAnnounced(in: before, lab, moment)

    let resumed = try lab.console.run(["attach", run] + common)
    #expect(resumed.status == 0, "\(resumed.output)\(resumed.errors); \(moment)")
    let after = try lab.timeline()
    #expect(Array(after.lines.prefix(before.lines.count)) == before.lines, "\(moment)")
    #expect(after.lines.contains { $0.type == "run.ended" }, "\(moment)")
    #expect(after.unsaidRepetitions.isEmpty, "\(moment)")
    expectChangesAreAnnounced(in: after, lab, moment)
    #expect(try lab.console.run("verify", run).status == 0, "\(moment)")

    let left = try lab.queue()
    #expect(left.count == 120, "\(moment)")
    #expect(
      left.allSatisfy { $0.recipients.allSatisfy { $0.address.hasSuffix("@dead.test") } },
      "\(moment)"
    )
    try lab.lab("queue", "--clear")
    return wasRunning
  }

  /// Waits until every call that began has ended: a call outlives the engine that made it.
  private func waitForCalls(of lab: Lab) throws {
    let deadline = Date(timeIntervalSinceNow: 60)
    while Date() < deadline {
      let lines = lab.read("ledger").split(separator: "\n")
      let started = lines.count { $0.hasPrefix("start ") }
      if lines.count - started == started { return }
      usleep(50_000)
    }
    throw Unfinished()
  }

  private struct Unfinished: Error {}

  /// A change that the ledger has was announced, each time.
  private func expectChangesAreAnnounced(
    in timeline: RecordedTimeline,
    _ lab: Lab,
    _ moment: Comment
  ) {
    let calls = lab.read("ledger").split(separator: "\n").filter { $0.hasPrefix("start ") }
    for (step, command) in Self.changes {
      let made = calls.count { $0.hasSuffix("-- " + command) }
      let announced = timeline.types(of: step).count { $0 == "step.started" }
      #expect(made <= announced, "\(step) was performed \(made) times; \(moment)")
    }
  }
}
