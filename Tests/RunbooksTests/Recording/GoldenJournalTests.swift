import TestSupport
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

  /// Every golden journal, and every golden line that belongs to none.
  private static let all = [
    GoldenJournal.version1, GoldenJournal.handovers, GoldenJournal.later, GoldenJournal.people,
    GoldenJournal.children, GoldenJournal.secrets, GoldenJournal.rollbacks,
    GoldenJournal.withdrawals, GoldenJournal.signedHeads, GoldenSignedJournal.lines,
    GoldenWords.lines,
  ]

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
    for line in Self.all.flatMap({ lines($0) }) {
      let payload = try RecordCoding.payload(line, sequence: 1)
      #expect(try RecordCoding.encode(payload) == line)
      types.insert(payload.event.type)
    }
    #expect(types == Set(RunEvent.Kind.allCases.map(\.rawValue)), "every kind of event is there")
  }

  @Test("every field of every event, and every word for one, has a line")
  func everyField() throws {
    var survey = EventSurvey()
    for journal in Self.all {
      for line in lines(journal) {
        survey.look(at: try RecordCoding.payload(line, sequence: 1).event)
      }
    }
    #expect(survey.unset == [])
    #expect(survey.unsaid == [])
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

  @Test("commands that were adopted and locks that were waited for replay")
  func children() throws {
    let beginning = try #require(lines().first)
    var state = RunState(of: Self.runbook)
    try state.apply(try RecordCoding.payload(beginning, sequence: 1).event)
    var waits: [Bool] = []
    for line in lines(GoldenJournal.children) {
      try state.apply(try RecordCoding.payload(line, sequence: 2).event)
      waits.append(state.lockWait != nil)
    }
    #expect(waits == [false, true] + Array(repeating: false, count: 7))
    #expect(state[StepID("look")]?.word == "succeeded")
    #expect(state.epoch == 2)
  }

  @Test("a journal of a run that was rolled back has its head and replays")
  func rollbacks() throws {
    let runbook = Fixtures.runbook([
      Undoing.step("hold", rollback: Undoing.undo("hold")),
      Undoing.step("lock", needs: ["hold"], rollback: Undoing.byHand("unlock it")),
      Undoing.step("tell", needs: ["lock"], rollback: nil),
    ])
    var head = Digest(of: "run-1")
    var state = RunState(of: runbook)
    for (index, line) in lines(GoldenJournal.rollbacks).enumerated() {
      head = JournalDatabase.Row.hash(previous: head, line)
      try state.apply(try RecordCoding.payload(line, sequence: Int64(index + 1)).event)
    }
    #expect(head.hex == GoldenJournal.rollbacksHead)
    #expect(
      state.status
        == .ended(
          .aborted,
          summary: "rolled back by ana: wrong sender; 2 of 2 undone; stands: tell"
        )
    )
    #expect(state.attemptCount(of: StepID("hold")) == 3)
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
