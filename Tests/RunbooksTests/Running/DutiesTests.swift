import Testing

@testable import Runbooks

/// Who may drive, and who settles what nobody knows.
@Suite("Duties") struct DutiesTests {
  static let x = StepID("x")

  /// A run whose step has an outcome that is left to people.
  private func unknown(_ duties: Duties?, body: Step? = nil) throws -> RunState {
    let step = body ?? Fixtures.step("x", .operation(Fixtures.call("op")), risk: .change)
    let runbook = Fixtures.runbook([step, Fixtures.approve("ok", needs: ["x"], not: ["x"])])
    let at = Fixtures.start
    let events: [RunEvent] = [
      Fixtures.created(runbook, duties: duties),
      .stepStarted(
        .init(step: Self.x, attempt: 1, risk: .change, isRepeatable: false, by: "dan", at: at)
      ),
      .stepUnknown(.init(step: Self.x, attempt: 1, reason: "lost")),
      .stepReconciled(
        .init(step: Self.x, attempt: 1, settlement: .leftToPeople, summary: "look", at: at)
      ),
    ]
    return try RunState(of: runbook, replaying: events)
  }

  private func say(_ command: RunCommand, _ name: String, _ state: inout RunState) throws {
    for event in try state.events(for: command, by: name, at: Fixtures.start) {
      try state.apply(event)
    }
  }

  @Test("two people settle an unknown outcome: one proposes, another confirms the same")
  func twoPeople() throws {
    var state = try unknown(Duties())
    try say(.markDone(Self.x, reason: "it is in the ledger"), "ana", &state)
    #expect(state[Self.x]?.word == "outcome unknown")
    let waiting = try #require(state.waitingItems.first)
    #expect(waiting.what.contains("ana would mark it done: it is in the ledger"))
    for name in ["ana", "stranger"] {
      #expect(throws: CommandRefusal.self, "\(name)") {
        try say(.confirm(Self.x, .markDone, reason: "so it is"), name, &state)
      }
    }
    #expect(throws: CommandRefusal.self, "it is not what was proposed") {
      try say(.confirm(Self.x, .retry, reason: "so it is"), "bo", &state)
    }
    try say(.confirm(Self.x, .markDone, reason: "so it is"), "bo", &state)
    #expect(state[Self.x]?.word == "succeeded")
    #expect(state.performers(of: Self.x) == ["ana", "bo", "dan"])
  }

  @Test("a new proposal takes the place of the one before, and its author confirms no more")
  func proposals() throws {
    var state = try unknown(Duties())
    try say(.markDone(Self.x, reason: "it is there"), "ana", &state)
    try say(.retry(Self.x, reason: "it is not"), "bo", &state)
    #expect(throws: CommandRefusal.self) {
      try say(.confirm(Self.x, .retry, reason: "no"), "bo", &state)
    }
    try say(.confirm(Self.x, .retry, reason: "gone"), "ana", &state)
    #expect(state[Self.x] == .ready)
  }

  @Test("nobody confirms what was not proposed, and an event that skips the proposal does not fit")
  func skipped() throws {
    var state = try unknown(Duties())
    #expect(throws: CommandRefusal.self) {
      try say(.confirm(Self.x, .skip, reason: "leave it"), "bo", &state)
    }
    let alone = RunEvent.decisionMade(
      .init(step: Self.x, decision: .skip, by: "bo", reason: "leave it", at: Fixtures.start)
    )
    #expect(throws: RunStateError.self) { try state.apply(alone) }
  }

  @Test("a run from before duties, and a site with one operator, are settled by one person")
  func onePerson() throws {
    for duties in [nil, Duties(settling: .onePerson)] {
      var state = try unknown(duties)
      try say(.markDone(Self.x, reason: "I looked"), "ana", &state)
      #expect(state[Self.x]?.word == "succeeded")
    }
    #expect(Duties(of: Fixtures.site).settling == .twoPeople)
  }

  @Test("only the roles of `drivers` drive; others still write notes and sign off")
  func drivers() throws {
    let runbook = Fixtures.runbook([Fixtures.note("x")])
    var state = RunState(of: runbook)
    try state.apply(Fixtures.created(runbook, duties: Duties(drivers: [Role("E1")])))
    let attach = { (name: String) in
      RunEvent.driverAttached(.init(by: name, pid: 1, boot: "b", at: Fixtures.start))
    }
    #expect(throws: RunStateError.self) { try state.apply(attach("bo")) }
    try state.apply(attach("ana"))
    try say(.offerDrive, "ana", &state)
    #expect { try state.events(for: .takeDrive, by: "bo", at: Fixtures.start) } throws: {
      "\($0)".contains("operators.yaml lets E1 drive")
    }
    try say(.note(nil, text: "I only watch"), "bo", &state)
  }

  @Test("an engine refuses a driver without the role before it records anything")
  func attach() async throws {
    try await Fixtures.withState { store in
      let runbook = Fixtures.runbook([Fixtures.note("x")])
      let site = Site(
        name: "lab",
        domain: "example.org",
        mailHost: "mail.example.org",
        addresses: [],
        node: "n1",
        stage: "lab",
        kubernetes: Fixtures.site.kubernetes,
        manifests: nil,
        directory: "/nowhere",
        operators: Fixtures.site.operators,
        drivers: [Role("E9")],
        scenario: nil,
        record: Fixtures.site.record
      )
      let clock = ManualRunClock(wall: Fixtures.start)
      let run = try store.create(
        .init(
          run: RunID("run-1"),
          runbook: runbook,
          site: site,
          mode: .live,
          console: "test",
          by: "ana"
        ),
        clock: clock
      )
      let engine = try RunEngine(
        run,
        entries: try run.entries(),
        Fixtures.setting(runbook, [], clock)
      )
      await #expect(throws: RunEngineError.self) { try await engine.attach() }
      #expect(try run.entries().count == 1)
    }
  }

  private func approval(_ accountable: Role? = nil, inOrder: Bool? = nil) throws -> RunState {
    let runbook = Fixtures.runbook([Fixtures.approve("ok", count: 2)])
    return try RunState(
      of: runbook,
      replaying: [
        Fixtures.created(runbook, duties: Duties()),
        .approvalRequested(
          .init(
            step: StepID("ok"),
            statement: "go on",
            roles: [Role("E1"), Role("E4")],
            count: 2,
            accountable: accountable,
            inOrder: inOrder,
            at: Fixtures.start
          )
        ),
      ]
    )
  }

  private func approve(_ name: String, _ state: inout RunState) throws {
    try say(.approve(StepID("ok"), comment: "", typed: nil, seen: Digest(of: "")), name, &state)
  }

  @Test("in sequence the roles sign one after the other, as they are listed")
  func sequence() throws {
    var state = try approval(inOrder: true)
    #expect { try approve("bo", &state) } throws: { "\($0)".contains("it is the turn of E1") }
    try approve("ana", &state)
    try approve("bo", &state)
    #expect(state[StepID("ok")]?.word == "succeeded")
  }

  @Test("the last sign-off is that of whoever answers for it, if they have not signed")
  func accountable() throws {
    var state = try approval(Role("E1"))
    try approve("bo", &state)
    #expect { try approve("cy", &state) } throws: { "\($0)".contains("E1 answers for it") }
    try approve("ana", &state)
    #expect(state[StepID("ok")]?.word == "succeeded")
  }
}
