import Synchronization
import Testing

@testable import Runbooks

/// Stands before a run's record and fails from the nth write on, as a dead process does.
///
/// A class because the count is shared by everything that writes.
final class FailingRecord: RunRecord {
  enum Point: CaseIterable, Sendable {
    /// The write does not happen.
    case before
    /// The write happens and nobody learns of it.
    case after
  }

  private let run: OpenRun
  private let limit: Int
  private let point: Point
  private let writes = Mutex(0)

  init(_ run: OpenRun, failingAt limit: Int, _ point: Point) {
    self.run = run
    self.limit = limit
    self.point = point
  }

  private var error: JournalError { .inputOutput(path: "journal", detail: "injected") }

  private func guarded<T>(_ write: () throws(JournalError) -> T) throws(JournalError) -> T {
    let count = writes.withLock { count in
      count += 1
      return count
    }
    if count > limit || (count == limit && point == .before) { throw error }
    let result = try write()
    if count == limit { throw error }
    return result
  }

  func append(
    _ events: [RunEvent],
    by actor: String,
    at reading: ClockReading,
    boot: String
  ) throws(JournalError) -> [JournalEntry] {
    try guarded { () throws(JournalError) in
      try run.append(events, by: actor, at: reading, boot: boot)
    }
  }

  func keep(_ bytes: [UInt8]) throws(JournalError) -> BlobReference {
    try guarded { () throws(JournalError) in try run.keep(bytes) }
  }

  func bytes(of digest: Digest) throws(JournalError) -> [UInt8] { try run.bytes(of: digest) }

  func openOutput(of step: StepID, attempt: Int) -> OutputRecorder {
    run.openOutput(of: step, attempt: attempt)
  }

  func salvageOutput(of step: StepID, attempt: Int) throws(JournalError) -> BlobReference? {
    try run.salvageOutput(of: step, attempt: attempt)
  }

  var children: ChildStore { run.children }

  var head: ChainHead { run.head }
}

/// A run whose process died at a write of its record: neither closed nor let go.
struct LostRun {
  let directory: RunDirectory
  /// Whether it died before the run's end.
  let didDie: Bool
  /// The events that were shown.
  let shown: [Int64]

  /// Performs a new run until its record fails.
  init(
    of runbook: Runbook,
    _ operations: [any Operation],
    in store: RunStore,
    _ clock: ManualRunClock,
    failingAt limit: Int,
    _ point: FailingRecord.Point,
    _ decider: any Decider
  ) async throws {
    let run = try store.create(Fixtures.creation(runbook), clock: clock)
    let engine = try RunEngine(
      FailingRecord(run, failingAt: limit, point),
      entries: try run.entries(),
      Fixtures.setting(runbook, operations, clock)
    )
    let updates = engine.updates()
    var didDie = false
    do {
      try await engine.attach()
      _ = try await engine.drive(decider: decider)
    } catch {
      didDie = true
      #expect("\(error)".contains("injected"))
      await #expect(throws: RunEngineError.self) { try await engine.drive() }
      // Let what was under way come to its end, which it cannot record.
      while await !engine.inFlight.isEmpty { await Task.yield() }
    }
    engine.watchers.finish()
    var shown: [Int64] = []
    for await update in updates {
      if case .recorded(let entry) = update { shown.append(entry.sequence) }
    }
    directory = run.directory
    self.didDie = didDie
    self.shown = shown
  }
}

@Suite struct CrashTests {
  private static let runbook = Fixtures.runbook([
    Fixtures.step("once", .operation(Fixtures.call("once", "once")), risk: .change),
    Fixtures.step(
      "again",
      .operation(Fixtures.call("again", "again")),
      needs: ["once"],
      risk: .change
    ),
    Fixtures.step("look", .check(Fixtures.check("look")), needs: ["once"]),
    Fixtures.approve("ok", needs: ["again", "look"]),
    Fixtures.step(
      "last",
      .operation(Fixtures.call("once", "last")),
      needs: ["ok"],
      risk: .change
    ),
  ])

  private static func operations(_ ledger: Ledger) -> [any Operation] {
    [
      FakeOperation("once", ledger, output: Array("working\n".utf8)),
      FakeOperation("again", repeatable: true, ledger),
      FakeOperation("look", risk: .read, ledger),
    ]
  }

  @Test(
    "killed at any write: nothing is lost, unannounced, or done twice unless repeatable",
    arguments: FailingRecord.Point.allCases
  )
  func everyWrite(point: FailingRecord.Point) async throws {
    var limit = 1
    while try await crash(at: limit, point) { limit += 1 }
    #expect(limit > 12, "the whole run was crossed")
  }

  /// - Returns: whether the engine failed before the run's end.
  private func crash(at limit: Int, _ point: FailingRecord.Point) async throws -> Bool {
    try await Fixtures.withState { store in
      let ledger = Ledger()
      let clock = ManualRunClock(wall: Fixtures.start)
      let lost = try await LostRun(
        of: Self.runbook,
        Self.operations(ledger),
        in: store,
        clock,
        failingAt: limit,
        point,
        AgreeableDecider()
      )
      let done = ledger.lines

      let before = try JournalReader(lost.directory).entries()
      #expect(lost.shown.allSatisfy { $0 <= before.count })
      let started = before.compactMap {
        if case .stepStarted(let event) = $0.event { event.step.name } else { nil }
      }
      for line in done { #expect(started.contains(line), "\(line) happened unannounced") }

      let (engine, resumed) = try await Fixtures.reopened(
        store,
        Self.runbook,
        Self.operations(ledger),
        clock
      )
      let twice = RunState(of: Self.runbook, site: Fixtures.site.record)
      #expect(try twice.replaying(try resumed.entries()) == (await engine.state))
      // A person who says `done` to an unknown outcome without looking would be a
      // mistake; here they look into the ledger.
      let status = try await engine.drive(decider: LookingDecider(ledger: ledger))
      guard case .ended(.completed, _) = status else {
        Issue.record("crash at write \(limit) (\(point)): \(status)")
        return lost.didDie
      }
      let lines = ledger.lines
      #expect(lines.filter { $0 == "once" }.count == 1, "crash at write \(limit)")
      #expect(lines.filter { $0 == "last" }.count == 1, "crash at write \(limit)")
      if lines.filter({ $0 == "again" }).count > 1 {
        let settled = try resumed.entries().contains {
          if case .stepReconciled(let event) = $0.event {
            event.step.name == "again" && event.settlement == .safeToRepeat
          } else {
            false
          }
        }
        #expect(settled, "repetition is said in the record")
      }
      try resumed.close()
      let verdict = Verification(of: lost.directory) { _ in Self.runbook }
      #expect(verdict.isSound, "\(verdict.findings)")
      return lost.didDie
    }
  }

  /// Looks at the outside world before answering for an unknown outcome.
  private struct LookingDecider: Decider {
    let ledger: Ledger

    func decide(_ item: WaitingItem, in state: RunState, head: ChainHead) async -> Decision? {
      guard item.kind == .unknown else {
        return await AgreeableDecider().decide(item, in: state, head: head)
      }
      if let confirmation = Decision.confirmation(of: item.step, in: state) { return confirmation }
      let happened = ledger.lines.contains(item.step.name)
      return Decision(
        happened
          ? .markDone(item.step, reason: "it is in the ledger")
          : .retry(item.step, reason: "it is not in the ledger"),
        by: "bo"
      )
    }
  }

  @Test("a step without an end is unknown on resume; its probe settles it")
  func probe() async throws {
    try await Fixtures.withState { store in
      let ledger = Ledger()
      let runbook = Fixtures.runbook([
        Fixtures.step(
          "x",
          .operation(Fixtures.call("op")),
          risk: .change,
          doneWhen: Fixtures.check("look")
        )
      ])
      let clock = ManualRunClock(wall: Fixtures.start)
      var run: OpenRun? = try store.create(Fixtures.creation(runbook), clock: clock)
      _ = try run?.append(
        [
          .stepStarted(
            .init(
              step: StepID("x"),
              attempt: 1,
              risk: .change,
              isRepeatable: false,
              by: "ana",
              at: Fixtures.start
            )
          )
        ],
        by: "ana",
        at: clock.read(),
        boot: "boot-0"
      )
      let recorder = run?.openOutput(of: StepID("x"), attempt: 1)
      await recorder?.write(Array("half of it".utf8))
      run = nil
      let (engine, resumed) = try await Fixtures.reopened(
        store,
        runbook,
        [FakeOperation("op", ledger), FakeOperation("look", risk: .read, ledger)],
        clock
      )
      #expect(try await engine.drive() == .ended(.completed, summary: "1 of 1 steps done"))
      #expect(ledger.lines == ["look"])
      let types = try resumed.entries().map(\.event.type)
      #expect(
        types == [
          "run.created", "step.started", "driver.attached", "step.output", "step.unknown",
          "step.reconciled", "run.ended",
        ]
      )
    }
  }
}

extension RunState {
  /// This state after a journal's entries.
  func replaying(_ entries: [JournalEntry]) throws -> RunState {
    var state = self
    for entry in entries { try state.apply(entry.event) }
    return state
  }
}
