import Glibc
import Testing

@testable import Runbooks

@Suite struct FullDiskTests {
  /// Whether this process may mount file systems.
  static let canMount: Bool = {
    var name = Array("/tmp/mailconsole-mount-XXXXXX".utf8CString)
    guard mkdtemp(&name) != nil else { return false }
    defer { rmdir(&name) }
    guard mount("tmpfs", &name, "tmpfs", 0, "size=64k") == 0 else { return false }
    umount(&name)
    return true
  }()

  @Test(
    "when the disk is full nothing more is done, and freeing space lets the run be resumed",
    .enabled(if: canMount)
  )
  func fullDisk() async throws {
    try await Fixtures.withState { store in
      try SystemFiles.makeDirectories(store.state)
      try #require(mount("tmpfs", store.state, "tmpfs", 0, "size=1m") == 0)
      defer { umount2(store.state, Int32(MNT_DETACH)) }
      let ledger = Ledger()
      let steps = (0..<40).map { index in
        Fixtures.step(
          "s\(index)",
          .operation(Fixtures.call("op", "s\(index)")),
          needs: index == 0 ? [] : ["s\(index - 1)"],
          risk: .change
        )
      }
      let runbook = Fixtures.runbook(steps)
      let op = NoEvidence(inner: FakeOperation("op", ledger))
      let clock = ManualRunClock(wall: Fixtures.start)
      let ballast = store.state + "/ballast"
      try await fill(store, runbook, op, clock, ballast)
      let done = ledger.lines.count
      #expect(done < 40)

      SystemFiles.remove(ballast)
      let (engine, run) = try await Fixtures.reopened(store, runbook, [op], clock)
      let recorded = try run.entries().filter { $0.event.type == "step.started" }.count
      #expect(recorded >= done, "nothing happened unannounced")
      let status = try await engine.drive(decider: AgreeableDecider())
      guard case .ended(.completed, _) = status else {
        Issue.record("\(status)")
        return
      }
      #expect(Set(ledger.lines).count == ledger.lines.count, "nothing was done twice")
      try run.close()
      #expect(Verification(of: run.directory) { _ in runbook }.isSound)
    }
  }

  /// Drives the run with no room left on the disk.
  private func fill(
    _ store: RunStore,
    _ runbook: Runbook,
    _ op: any Runbooks.Operation,
    _ clock: ManualRunClock,
    _ ballast: String
  ) async throws {
    let (engine, _) = try await Fixtures.engine(store, runbook, [op], clock: clock)
    let file = try SystemFiles.open(ballast, O_WRONLY | O_CREAT)
    defer { close(file) }
    let block = [UInt8](repeating: 1, count: 4_096)
    while write(file, block, block.count) == block.count {}
    do {
      _ = try await engine.drive()
      Issue.record("the disk should be full")
    } catch {
      #expect("\(error)".contains("disk"), "\(error)")
    }
  }
}
