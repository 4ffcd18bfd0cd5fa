import TestSupport
import Testing

@testable import Runbooks

@Suite struct FullDiskTests {
  /// Twelve steps that act, one after the other.
  private static let runbook = Fixtures.runbook(
    (0..<12).map { index in
      Fixtures.step(
        "s\(index)",
        .operation(Fixtures.call("op", "s\(index)")),
        needs: index == 0 ? [] : ["s\(index - 1)"],
        risk: .change
      )
    }
  )

  /// A state directory on a small file system of its own.
  private func withSmallDisk(_ body: (RunStore, SmallDisk) async throws -> Void) async throws {
    try await Fixtures.withState { store in
      try SystemFiles.makeDirectories(store.state)
      let disk = try SmallDisk(at: store.state, size: "2m")
      try await body(store, disk)
    }
  }

  @Test(
    "a step that fills the disk has its end recorded, the run is paused, and goes on once there is room",
    .enabled(if: SmallDisk.isPossible)
  )
  func reserve() async throws {
    try await withSmallDisk { store, disk in
      let ledger = Ledger()
      let op = Filling(inner: FakeOperation("op", ledger), at: "s3") { disk.fill() }
      let (engine, run) = try await Fixtures.engine(store, Self.runbook, [op])
      #expect(SystemFiles.length(of: run.directory.reserve) == 256 << 10)
      guard case .paused(RunEngine.name, let reason) = try await engine.drive() else {
        Issue.record("\(await engine.state.status)")
        return
      }
      #expect(reason.contains("the disk of the state directory is full"))
      #expect(ledger.lines == ["s0", "s1", "s2", "s3"], "nothing more is begun")
      #expect(await engine.state[StepID("s3")]?.word == "succeeded")
      #expect(
        try run.entries().suffix(2).map(\.event.type) == ["step.ended", "run.paused"]
      )
      await #expect(throws: RunEngineError.self, "the disk is still full") {
        try await engine.submit(.continue, by: "ana")
      }

      disk.clear()
      try await engine.submit(.continue, by: "ana")
      #expect(SystemFiles.length(of: run.directory.reserve) == 256 << 10, "it is made again")
      let status = try await engine.drive()
      #expect(status == .ended(.completed, summary: "12 of 12 steps done"))
      #expect(ledger.lines.count == 12)
      try run.close()
      #expect(SystemFiles.length(of: run.directory.reserve) == nil)
      #expect(Verification(of: run.directory) { _ in Self.runbook }.isSound)
    }
  }

  @Test(
    "a run that is opened on a full disk is paused before anything is begun",
    .enabled(if: SmallDisk.isPossible)
  )
  func opened() async throws {
    try await withSmallDisk { store, disk in
      let ledger = Ledger()
      let op = FakeOperation("op", ledger)
      let clock = ManualRunClock(wall: Fixtures.start)
      try store.create(Fixtures.creation(Self.runbook), clock: clock).close()
      // Room for the log that a driver opens, and no more.
      disk.fill(leaving: 128 << 10)
      let (engine, run) = try await Fixtures.reopened(store, Self.runbook, [op], clock)
      guard case .paused(RunEngine.name, _) = try await engine.drive() else {
        Issue.record("\(await engine.state.status)")
        return
      }
      #expect(ledger.lines == [])
      disk.clear()
      try await engine.submit(.continue, by: "ana")
      #expect(try await engine.drive() == .ended(.completed, summary: "12 of 12 steps done"))
      try run.close()
    }
  }

  @Test(
    "when the reserve is gone as well nothing more is done, and freeing space lets the run be resumed",
    .enabled(if: SmallDisk.isPossible)
  )
  func withoutReserve() async throws {
    try await withSmallDisk { store, disk in
      let ledger = Ledger()
      let reserve = store.runs + "/run-1/reserve"
      let op = Filling(inner: FakeOperation("op", ledger), at: "s3") {
        SystemFiles.remove(reserve)
        disk.fill()
      }
      let clock = ManualRunClock(wall: Fixtures.start)
      do {
        let (engine, _) = try await Fixtures.engine(store, Self.runbook, [op], clock: clock)
        _ = try await engine.drive()
        Issue.record("the disk should be full")
      } catch {
        #expect("\(error)".contains("The disk is full"), "\(error)")
      }
      #expect(ledger.lines == ["s0", "s1", "s2", "s3"])

      disk.clear()
      let (engine, run) = try await Fixtures.reopened(store, Self.runbook, [op.inner], clock)
      let status = try await engine.drive(decider: AgreeableDecider())
      #expect(status == .ended(.completed, summary: "12 of 12 steps done"))
      #expect(Set(ledger.lines).count == ledger.lines.count, "nothing was done twice")
      #expect(try run.entries().contains { $0.event.type == "step.unknown" })
      try run.close()
      #expect(Verification(of: run.directory) { _ in Self.runbook }.isSound)
    }
  }

  @Test(
    "a run that is let go on a disk without any room loses nothing, and is not sealed",
    .enabled(if: SmallDisk.isPossible)
  )
  func closing() async throws {
    try await withSmallDisk { store, disk in
      let clock = ManualRunClock(wall: Fixtures.start)
      let op = FakeOperation("op", Ledger())
      let (engine, run) = try await Fixtures.engine(store, Self.runbook, [op], clock: clock)
      #expect(try await engine.drive() == .ended(.completed, summary: "12 of 12 steps done"))
      SystemFiles.remove(run.directory.reserve)
      disk.fill()
      let before = try run.entries()
      try run.close()
      #expect(SystemFiles.length(of: run.directory.journal + "-wal") ?? 0 > 0)
      #expect(try JournalReader(run.directory).entries() == before)
      disk.clear()
      #expect(Verification(of: run.directory) { _ in Self.runbook }.isSound)
    }
  }

  /// An operation during one of whose calls something happens to the disk.
  private struct Filling: Runbooks.Operation {
    let inner: FakeOperation
    let at: String
    let act: @Sendable () -> Void

    init(inner: FakeOperation, at: String, act: @escaping @Sendable () -> Void) {
      self.inner = inner
      self.at = at
      self.act = act
    }

    var declaration: OperationDeclaration { inner.declaration }

    func plan(
      _ arguments: Arguments,
      for site: Site
    ) throws(OperationFailure) -> [PlannedAction] { try inner.plan(arguments, for: site) }

    func perform(
      _ arguments: Arguments,
      in context: OperationContext
    ) async throws(OperationFailure) -> OperationResult {
      if arguments["text"]?.text == at { act() }
      return try await inner.perform(arguments, in: context)
    }
  }
}
