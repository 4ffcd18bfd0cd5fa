import Foundation
import GRDB
import Glibc
import TestSupport
import Testing

@testable import Runbooks

/// For whom files of the record are made, and that nobody else's umask decides it.
@Suite(.serialized) struct SharingTests {
  @Test(
    "shared is what has the set-group-ID bit, all of the group's rights and none of others",
    arguments: [
      (0o2770, true), (0o2570, true), (0o6770, true), (0o770, false), (0o2700, false),
      (0o2750, false), (0o2760, false), (0o2771, false), (0o2774, false), (0o2777, false),
      (0o700, false), (0o1777, false),
    ]
  )
  func decision(mode: Int, isShared: Bool) {
    let sharing = Sharing(mode: UInt32(0o040000 | mode), group: 7)
    #expect(sharing == (isShared ? .group(7) : .owner))
  }

  private func modes(below path: String) throws -> Set<String> {
    var found: Set<String> = []
    for name in try FileManager.default.subpathsOfDirectory(atPath: path) {
      var status = stat()
      try #require(lstat(path + "/" + name, &status) == 0)
      let kind = status.st_mode & S_IFMT == S_IFDIR ? "d" : "f"
      found.insert(kind + String(status.st_mode & 0o7777, radix: 8))
    }
    return found
  }

  @Test(
    "a run in a shared state directory is 2770 and 0660 throughout, in another 0700 and 0600",
    arguments: [
      (0o2770, ["d2770", "f660"]), (0o700, ["d700", "f600"]), (0o755, ["d700", "f600"]),
    ] as [(Int, Set<String>)]
  )
  func run(mode: Int, expected: Set<String>) async throws {
    let folder = try TestSupport.TemporaryFolder()
    let state = folder.path + "/state"
    try #require(mkdir(state, 0o700) == 0 && chmod(state, mode_t(mode)) == 0)
    let store = RunStore(state: state)
    let run = try store.create(Fixtures.creation(Fixtures.runbook([Fixtures.note("a")])))
    _ = try run.keep(Array("evidence".utf8))
    _ = run.children.prepare(StepID("a"), attempt: 1, command: 1)
    _ = try SecretKey.kept(in: run.directory)
    #expect(try modes(below: state) == expected)
    #expect(SystemFiles.length(of: run.directory.journal + "-shm") != nil)
    try run.close()
    #expect(try modes(below: state) == expected)
    let declaration = LockDeclaration(name: "queue", scope: .node, position: Fixtures.place)
    let locks = try RunLocks.take(
      [SiteLock(declaration, on: Fixtures.site)],
      in: state,
      for: .init(run: RunID("run-1"), by: "ana", since: Fixtures.start),
      boot: "boot"
    )
    guard case .taken = locks else {
      Issue.record("not taken")
      return
    }
    #expect(try modes(below: state) == expected)
  }

  @Test("a state directory that is made is its owner's alone, whatever lies above it")
  func made() throws {
    let folder = try TestSupport.TemporaryFolder()
    let above = folder.path + "/above"
    try #require(mkdir(above, 0o700) == 0 && chmod(above, 0o2770) == 0)
    let store = RunStore(state: above + "/state")
    let run = try store.create(Fixtures.creation(Fixtures.runbook([Fixtures.note("a")])))
    try run.close()
    #expect(Sharing(of: store.state) == .owner)
    #expect(try modes(below: store.state).isSubset(of: ["d700", "d2700", "f600"]))
  }

  @Test(
    "a reader that leaves while a journal is closed keeps it from being sealed for that long only"
  )
  func reader() async throws {
    try await Fixtures.withState { store in
      let run = try store.create(Fixtures.creation(Fixtures.runbook([Fixtures.note("a")])))
      try run.close()
      let path = run.directory.journal
      let writer = try JournalDatabase.openForWriting(path)
      let reader = try JournalDatabase.openForReading(path)
      var tries = 0
      let isOneFile = try JournalDatabase.close(writer) {
        tries += 1
        reader.close()
      }
      #expect(tries == 1)
      #expect(isOneFile && SystemFiles.length(of: path + "-wal") == nil)
    }
  }
}
