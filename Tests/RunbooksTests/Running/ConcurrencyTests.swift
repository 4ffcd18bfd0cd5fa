import Synchronization
import Testing

@testable import Runbooks

/// Holds operations until enough of them are under way together.
///
/// An actor because those who wait come from different tasks.
actor Meeting {
  private let size: Int
  private var waiting: [CheckedContinuation<Void, Never>] = []
  private(set) var most = 0

  init(of size: Int) { self.size = size }

  func join() async {
    most = max(most, waiting.count + 1)
    if waiting.count + 1 == size {
      let all = waiting
      waiting = []
      for one in all { one.resume() }
    } else {
      await withCheckedContinuation { waiting.append($0) }
    }
  }
}

/// An operation that ends only when others are under way with it.
private struct MeetingOperation: Operation {
  let meeting: Meeting
  let declaration = OperationDeclaration(
    name: OperationName("meet"),
    summary: "Meets others.",
    parameters: [],
    results: [],
    risk: .read,
    isRepeatable: true
  )

  func plan(_ arguments: Arguments, for site: Site) throws(OperationFailure) -> [PlannedAction] {
    []
  }

  func perform(
    _ arguments: Arguments,
    in context: OperationContext
  ) async throws(OperationFailure) -> OperationResult {
    await meeting.join()
    return OperationResult(values: [:], summary: "met")
  }
}

/// A clock that counts who sleeps by it, and whose sleepers sleep until they are woken.
///
/// A class because the engine and the test share the count.
private final class CountingClock: RunClock {
  let bootID = "boot-0"
  let sleeps = Mutex(0)

  func read() -> ClockReading { ClockReading(wall: Fixtures.start, monotonicNanoseconds: 0) }

  func sleep(for span: Duration) async {
    sleeps.withLock { $0 += 1 }
    try? await Task.sleep(for: .seconds(60), clock: .continuous)
  }
}

@Suite struct ConcurrencyTests {
  @Test("an engine that waits for a moment and hears of something goes back to sleep")
  func sleepsAgain() async throws {
    try await Fixtures.withState { store in
      let clock = CountingClock()
      let runbook = Fixtures.runbook([Fixtures.approve("ok", expires: .seconds(3_600))])
      let (engine, _) = try await Fixtures.engine(store, runbook, clock: clock)
      let driving = Task { try await engine.drive(waitsForPeople: true) }
      for count in 1...3 {
        while clock.sleeps.withLock({ $0 }) < count { await Task.yield() }
        try await engine.submit(.note(nil, text: "hello"), by: "ana")
      }
      // Long enough for thousands of turns of an engine that wakes itself up.
      try await Task.sleep(for: .milliseconds(200))
      #expect(clock.sleeps.withLock { $0 } <= 8)
      try await engine.submit(.abort(reason: "enough"), by: "ana")
      _ = try await driving.value
    }
  }

  @Test("steps that need nothing of each other run together, four at a time")
  func together() async throws {
    try await Fixtures.withState { store in
      let meeting = Meeting(of: 4)
      let runbook = Fixtures.runbook(
        (0..<8).map { Fixtures.step("s\($0)", .operation(Fixtures.call("meet"))) }
      )
      let (engine, _) = try await Fixtures.engine(
        store,
        runbook,
        [MeetingOperation(meeting: meeting)]
      )
      #expect(try await engine.drive() == .ended(.completed, summary: "8 of 8 steps done"))
      #expect(await meeting.most == 4)
    }
  }

  @Test("letting go lets the step under way end and starts no other")
  func lettingGo() async throws {
    try await Fixtures.withState { store in
      let meeting = Meeting(of: 2)
      let runbook = Fixtures.runbook([
        Fixtures.step("x", .operation(Fixtures.call("meet"))), Fixtures.note("next", needs: ["x"]),
      ])
      let (engine, run) = try await Fixtures.engine(
        store,
        runbook,
        [MeetingOperation(meeting: meeting)]
      )
      let driving = Task { try await engine.drive() }
      while await meeting.most == 0 { await Task.yield() }
      let leaving = Task { try await engine.letGo(reason: "the terminal is gone") }
      while await !engine.isLettingGo { await Task.yield() }
      await meeting.join()
      try await leaving.value
      #expect(try await driving.value == .running)
      #expect(
        try run.entries().map(\.event.type).suffix(3) == [
          "step.started", "step.ended", "driver.detached",
        ]
      )
      #expect(await engine.state[StepID("next")] == .ready)
    }
  }

  @Test("who waits for people goes on when they have decided")
  func attended() async throws {
    try await Fixtures.withState { store in
      let (engine, _) = try await Fixtures.engine(
        store,
        Fixtures.runbook([Fixtures.manual("m"), Fixtures.note("n", needs: ["m"])])
      )
      let updates = engine.updates()
      let driving = Task { try await engine.drive(waitsForPeople: true) }
      for await update in updates {
        guard case .recorded(let entry) = update, case .personAsked = entry.event else { continue }
        try await engine.submit(.done(StepID("m"), note: "", fields: [:]), by: "bo")
      }
      #expect(try await driving.value == .ended(.completed, summary: "2 of 2 steps done"))
    }
  }
}
