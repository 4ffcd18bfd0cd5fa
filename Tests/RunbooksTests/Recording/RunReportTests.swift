import Testing

@testable import Runbooks

@Suite struct RunReportTests {
  /// The report of the journal that saw every kind of event.
  private func report() throws -> RunReport {
    var entries: [JournalEntry] = []
    var head = Digest(of: "run-1")
    for (index, line) in GoldenJournal.version1.split(separator: "\n").enumerated() {
      let bytes = Array(line.utf8)
      let payload = try RecordCoding.payload(bytes, sequence: Int64(index + 1))
      let previous = ChainHead(sequence: Int64(index), hash: head)
      let row = JournalDatabase.Row(after: previous, payload: payload, bytes: bytes)
      entries.append(row.entry)
      head = row.entry.hash
    }
    var verdict = Verification()
    verdict.soundEvents = Int64(entries.count)
    verdict.notRuledOut = ["the end"]
    return try #require(RunReport(of: GoldenJournalTests.runbook, entries, verdict))
  }

  @Test("everything that did not go the plain way is a deviation, with its event")
  func deviations() throws {
    let found = try report().deviations.map { "\($0.sequence) \($0.kind.rawValue)" }
    #expect(
      found == [
        "5 lost output", "9 clock jump", "10 retry", "23 unknown outcome", "24 settled",
        "25 expiry",
        "26 accepted failure", "27 pause", "31 refusal", "32 rewind", "40 retry", "43 abort",
      ]
    )
  }

  @Test("a skip because a condition is false is the plain way, and stands in the steps")
  func conditions() throws {
    let step = try #require(try report().steps.last)
    #expect(step.state == "skipped")
    #expect(step.summary.contains("1 > 2"))
  }

  @Test("sign-offs, refusals and silence are told apart, and none passes for a signature")
  func signOffs() throws {
    let signOffs = try report().signOffs
    #expect(signOffs.map(\.answer) == [.expired, .refused, .signedOff])
    #expect(signOffs.map(\.by) == [nil, "bo", "bo"])
    #expect(
      signOffs.map(\.assurance) == ["nobody answered", "typed, not signed", "typed, not signed"]
    )
    #expect(signOffs[2].evidence.count == 1)
    #expect(signOffs[1].statement.isEmpty == false)
  }

  @Test("the header says who drove, in turn, and how it ended")
  func header() throws {
    let report = try report()
    #expect(report.header.driving.map(\.by) == ["ana", "bo", "cy"])
    #expect(report.header.outcome == .aborted)
    #expect(report.header.standing == "ended by bo: enough")
    #expect(report.timeline.lines.count == 44)
    #expect(report.verdict.lines.last == "  not ruled out: the end")
  }

  @Test("the time of a step is that of its attempts, or from the question to the answer")
  func durations() throws {
    let steps = try report().steps
    let times = Dictionary(uniqueKeysWithValues: steps.map { ($0.step.name, $0) })
    #expect(times["hold"]?.durationMilliseconds == 5_800)
    #expect(times["hold"]?.attempts == 2)
    #expect(times["why"]?.durationMilliseconds == 2_000)
    #expect(times["sso"]?.durationMilliseconds == nil)
  }

  @Test("entries that do not begin a run make no report")
  func nothing() {
    #expect(RunReport(of: GoldenJournalTests.runbook, [], Verification()) == nil)
  }

  @Test("a failure that the runbook accepts is a deviation too")
  func policy() async throws {
    try await Fixtures.withState { store in
      let runbook = Fixtures.runbook([
        Fixtures.step("op", .operation(Fixtures.call("op")), risk: .change, onFailure: .continue)
      ])
      let failure = OperationFailure(.failed, "no answer", advice: "wait", effect: .none)
      let (engine, run) = try await Fixtures.engine(
        store,
        runbook,
        [FakeOperation("op", Ledger(), .fails(failure))]
      )
      _ = try await engine.drive()
      let report = try #require(RunReport(of: runbook, try run.entries(), Verification()))
      try run.close()
      #expect(report.deviations.map(\.kind) == [.acceptedFailure])
      #expect(report.deviations.first?.text == "no answer")
      #expect(report.steps[0].state == "failed, accepted by policy")
    }
  }
}
