import Testing

@testable import Runbooks

@Suite("The plan") struct PlanLoaderTests {
  @Test("is read with its waves, tasks, tickets, owners, dependencies and proofs")
  func reads() throws {
    let plan = try PlanLoader.read(text: PlanSamples.text, path: "plan.yaml").get()
    #expect(plan.roles.map(\.role) == [Role("E1"), Role("E2")])
    #expect(plan.waves.map(\.name) == ["Wave 0: Ground", "Wave 1: Mail"])
    #expect(plan.tasks.map(\.id.name) == ["T0.1", "T1.1"])
    #expect(plan.tickets.map(\.id.name) == ["PL-1", "MS-1", "MS-2"])
    let ticket = plan.tickets[1]
    #expect(ticket.task?.id == PlanID("T1.1"))
    #expect(ticket.owner == Role("E2") && ticket.accountable == Role("E1"))
    #expect(ticket.needs.map(\.id.name) == ["PL-1"])
    #expect(ticket.correction == PlanCorrection(was: "Lints.", rows: [21]))
    #expect(
      ticket.proof.map(\.evidence) == [
        .runbook(RunbookID("queue-triage"), step: StepID("review")),
        .signed(Role("E1"), statement: "I have read it."),
      ]
    )
    #expect(plan.tickets[2].task == nil)
    #expect(plan.tickets[2].proof.map(\.evidence) == [.later(reason: "no check reads it")])
    #expect(plan.exit.map(\.id.name) == ["EXIT-1"])
  }

  /// A line of the sample, what stands there instead, where the problem is and what it says.
  static let faults: [(String, String, String, String)] = [
    ("title: A small plan", "tilte: A small plan", "3:1", "Did you mean `title`?"),
    ("title: A small plan", "title: A\ntitle: B", "4:1", "already given on line 3"),
    ("kind: Plan", "kind: Runbook", "2:7", "this must be `Plan`"),
    ("title: Mail node", "titel: Mail node", "12:9", "unknown key `titel` in a ticket"),
    ("title: Mail node", "owner: E1", "12:9", "Write it as R of the raci"),
    ("id: MS-2", "id: MS-1", "37:9", "the id `MS-1` is already taken on line 24"),
    ("id: MS-2", "id: T0.1", "37:9", "the id `T0.1` is already taken on line 9"),
    ("id: EXIT-1", "id: PL-1", "46:5", "the id `PL-1` is already taken on line 11"),
    ("wave: 1", "wave: 0", "19:5", "wave 0 stands after wave 0"),
    ("task: T0.1", "task: T1.1", "13:15", "wave 0 has no task `T1.1`"),
    ("task: T1.1", "task: T1.2", "26:15", "Did you mean `T1.1`?"),
    ("task: T1.1", "", "22:9", "no ticket does the task `T1.1`"),
    ("needs: [PL-1]", "needs: [PL-2]", "30:17", "there is no ticket `PL-2`. Did you mean `PL-1`?"),
    ("needs: [MS-1, PL-1]", "needs: [T0.1]", "42:17", "there is no ticket `T0.1`"),
    ("tickets: [MS-1]", "tickets: [MS-7]", "46:72", "there is no ticket `MS-7`"),
    ("needs: [PL-1]", "needs: [MS-2]", "24:9", "MS-1 → MS-2 → MS-1"),
    ("needs: [PL-1]", "needs: [MS-1]", "24:9", "MS-1 → MS-1"),
    ("raci: {R: E1, A: E2}", "raci: {R: E1}", "14:15", "the raci has no `A`"),
    ("raci: {R: E1, A: E2}", "raci: {R: E1, A: [E2, E1]}", "14:26", "one role is accountable"),
    ("raci: {R: E1, A: E2}", "raci: {R: E1, A: []}", "14:26", "nobody is accountable"),
    ("raci: {R: E1, A: E2}", "raci: {R: [E1, E2], A: E2}", "14:19", "one role is responsible"),
    ("raci: {R: E1, A: E2}", "raci: {R: E2, A: E2}", "14:26", "would sign for their own work"),
    ("raci: {R: E1, A: E2}", "raci: {R: E1, A: E3}", "11:9", "the plan has no role `E3`"),
    ("owner: E1", "owner: E9", "9:9", "the plan has no role `E9`"),
    ("signed: E1", "signed: E4", "24:9", "the plan has no role `E4`"),
    ("proof: [{check: node-ready}]", "proof: []", "18:16", "the list is empty"),
    ("proof: [{check: node-ready}]", "", "11:9", "the ticket has no `proof`"),
    (
      "proof: [{check: node-ready}]", "proof: [{check: a, later: b}]", "18:28",
      "both `check` and `later`"
    ),
    (
      "proof: [{check: node-ready}]", "proof: [{check: a, step: b}]", "18:28",
      "`step` has no meaning beside `check`"
    ),
    (
      "proof: [{check: node-ready}]", "proof: [{signed: E2}]", "18:17",
      "nothing says what is signed"
    ),
    ("proof: [{check: node-ready}]", "proof: [later]", "18:17", "a proof is a mapping"),
    ("corrections: [21]", "corrections: [0]", "33:23", "a whole number from 1 to 99"),
    ("was: Lints.", "", "33:22", "`was` and `corrections` stand together"),
  ]

  @Test("that is wrong is told with its place and how to mend it", arguments: faults)
  func fault(line: String, instead: String, place: String, words: String) throws {
    let range = try #require(PlanSamples.text.firstRange(of: line))
    let text = PlanSamples.text.replacingCharacters(in: range, with: instead)
    let reading = PlanLoader.read(text: text, path: "plan.yaml")
    #expect(reading.value == nil)
    let found = reading.problems.map(\.description)
    #expect(
      found.contains { $0.hasPrefix("plan.yaml:\(place): error: ") && $0.contains(words) },
      "\(found)"
    )
  }
}

extension String {
  /// The text with a part of it exchanged.
  fileprivate func replacingCharacters(in range: Range<Index>, with other: String) -> String {
    String(self[..<range.lowerBound]) + other + String(self[range.upperBound...])
  }
}
