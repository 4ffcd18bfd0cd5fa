import Glibc
import Synchronization
import Testing

@testable import Runbooks

/// What is left of runs that were never made, and what is not touched.
@Suite struct RunStoreTests {
  private static let runbook = Fixtures.runbook([Fixtures.note("read")])

  /// Lays down what a maker that was killed leaves.
  private func abandon(_ store: RunStore, _ name: String, holding files: [String]) throws -> String
  {
    let path = store.runs + "/" + name
    try SystemFiles.makeDirectories(path)
    for file in files { SystemFiles.close(try SystemFiles.open(path + "/" + file, O_CREAT)) }
    return path
  }

  @Test("what a killed maker left is removed before the next run is made, under the same name too")
  func swept() async throws {
    try await Fixtures.withState { store in
      let begun = ["lock", "runbook.yaml", "site.json.new", "journal.sqlite", "journal.sqlite-wal"]
      let left = [
        try abandon(store, ".run-1", holding: begun), try abandon(store, ".run-2", holding: []),
      ]
      try SystemFiles.makeDirectories(left[0] + "/outputs")
      let run = try store.create(Fixtures.creation(Self.runbook))
      for path in left { #expect(SystemFiles.length(of: path) == nil) }
      #expect(try store.list() == [RunID("run-1")])
      #expect(store.sweep() == [], "the run that was made is none of them")
      try run.close()
    }
  }

  @Test(
    "what is left of a run is in nobody's way who makes it again, while others make runs as well"
  )
  func madeAgain() async throws {
    try await Fixtures.withState { store in
      let left = try abandon(store, ".run-1", holding: ["lock", "runbook.yaml"])
      let other = try abandon(store, ".run-2", holding: ["lock"])
      let making = try store.announceMaking()
      let run = try store.create(Fixtures.creation(Self.runbook))
      #expect(SystemFiles.length(of: left) == nil)
      #expect(SystemFiles.length(of: other) != nil, "somebody may be making it")
      #expect(try run.entries().count == 1)
      try run.close()
      SystemFiles.close(making)
    }
  }

  @Test("a sweep in the middle of another's making removes nothing")
  func making() async throws {
    try await Fixtures.withState { store in
      let other = try abandon(store, ".run-2", holding: ["lock"])
      let clock = SweepingClock(store: store)
      let run = try store.create(Fixtures.creation(Self.runbook, run: "run-2x"), clock: clock)
      let found = clock.found.withLock { $0 }
      #expect(found.count > 1 && found.allSatisfy(\.isEmpty), "\(found)")
      #expect(SystemFiles.length(of: other) == nil, "removed before it began")
      #expect(try run.entries().count == 1)
      try run.close()
    }
  }

  @Test("what others hide there, and what somebody holds, is left alone")
  func foreign() async throws {
    try await Fixtures.withState { store in
      let held = try abandon(store, ".run-3", holding: ["lock"])
      let holder = RunLock.Holder(pid: 1, boot: "boot", name: "ana")
      let lock = try RunLock(of: RunDirectory(path: held), for: holder)
      let kept = [
        held, try abandon(store, ".snapshot", holding: ["daily"]),
        try abandon(store, ".git", holding: ["head", "config"]), store.runs + "/.run-4",
      ]
      #expect(symlink(held, store.runs + "/.run-4") == 0)
      SystemFiles.close(try SystemFiles.open(store.runs + "/.file", O_CREAT))
      #expect(store.sweep() == [])
      for path in kept { #expect(SystemFiles.length(of: path) != nil, "\(path)") }
      withExtendedLifetime(lock) {}
    }
  }

  /// Sweeps whenever it is asked: before the run that is made has a lock of its own, and after.
  private final class SweepingClock: RunClock {
    let store: RunStore
    let found = Mutex<[[RunID]]>([])
    private let clock = SystemRunClock()

    init(store: RunStore) { self.store = store }

    var bootID: String {
      sweep()
      return clock.bootID
    }

    func read() -> ClockReading {
      sweep()
      return clock.read()
    }

    private func sweep() {
      let swept = store.sweep()
      found.withLock { $0.append(swept) }
    }

    func sleep(for span: Duration) async { await clock.sleep(for: span) }
  }
}
