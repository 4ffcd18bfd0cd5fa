import Testing

@testable import Runbooks

/// Journals of earlier versions must replay for ever: a run may outlive the console that began it.
@Suite struct GoldenJournalTests {
  static let runbook = Fixtures.runbook([
    Fixtures.step("look", .check(Fixtures.check("look"))),
    Fixtures.step(
      "hold",
      .operation(Fixtures.call("hold")),
      needs: ["look"],
      risk: .change,
      retry: RetryPolicy(attempts: 2, backoff: .seconds(10))
    ),
    Fixtures.step("wait", .wait(.span(Fixtures.template("5m"))), needs: ["hold"]),
    Fixtures.step("why", .ask([]), needs: ["hold"]),
    Fixtures.manual("call", needs: ["why"]),
    Fixtures.approve("late", needs: ["call"], expires: .seconds(60)),
    Fixtures.approve("no", needs: ["call"], onReject: .rewind(to: StepID("why"))),
    Fixtures.step("lost", .operation(Fixtures.call("hold")), needs: ["call"], risk: .change),
    Fixtures.step("sso", .note(Fixtures.template("x")), when: "1 > 2"),
  ])

  private func lines(_ journal: String = GoldenJournal.version1) -> [[UInt8]] {
    journal.split(separator: "\n").map { Array($0.utf8) }
  }

  @Test("a journal of form 1 is read, and written again byte for byte")
  func bytes() throws {
    var types: Set<String> = []
    for journal in [GoldenJournal.version1, GoldenJournal.handovers] {
      for (index, line) in lines(journal).enumerated() {
        let payload = try RecordCoding.payload(line, sequence: Int64(index + 1))
        #expect(payload.seq == Int64(index + 1))
        #expect(try RecordCoding.encode(payload) == line)
        types.insert(payload.event.type)
      }
    }
    for line in GoldenJournal.later.split(separator: "\n").map({ Array($0.utf8) }) {
      let payload = try RecordCoding.payload(line, sequence: 1)
      #expect(try RecordCoding.encode(payload) == line)
      types.insert(payload.event.type)
    }
    #expect(types == Set(RunEvent.Kind.allCases.map(\.rawValue)), "every kind of event is there")
  }

  @Test("its chain has the head it had when it was written")
  func chain() throws {
    var head = Digest(of: "run-1")
    for line in lines() { head = JournalDatabase.Row.hash(previous: head, line) }
    #expect(head.hex == GoldenJournal.head)
  }

  @Test("a journal of a run that changed hands has its head and replays")
  func handovers() throws {
    var head = Digest(of: "run-1")
    var state = RunState(of: Self.runbook)
    for (index, line) in lines(GoldenJournal.handovers).enumerated() {
      head = JournalDatabase.Row.hash(previous: head, line)
      try state.apply(try RecordCoding.payload(line, sequence: Int64(index + 1)).event)
    }
    #expect(head.hex == GoldenJournal.handoversHead)
    #expect(state.driver?.by == "dan")
    #expect(state.epoch == 2)
  }

  @Test("it replays to the state it had")
  func replay() throws {
    var state = RunState(of: Self.runbook)
    for (index, line) in lines().enumerated() {
      try state.apply(try RecordCoding.payload(line, sequence: Int64(index + 1)).event)
    }
    for line in GoldenJournal.later.split(separator: "\n").map({ Array($0.utf8) }) {
      try state.apply(try RecordCoding.payload(line, sequence: 45).event)
    }
    #expect(state.status == .ended(.aborted, summary: "ended by bo: enough"))
    #expect(
      state.steps.map { "\($0.step.id): \($0.state.word)" } == [
        "look: warned", "hold: succeeded", "wait: waiting", "why: succeeded", "call: succeeded",
        "late: ready", "no: succeeded", "lost: already done", "sso: skipped",
      ]
    )
  }
}
