import GRDB
import Glibc
import Testing

@testable import Runbooks

/// Two copies of a journal that went on apart, and what becomes of them when they are merged.
@Suite struct ForkTests {
  private static let runbook = Fixtures.runbook([Fixtures.manual("a")])

  /// Two copies of one run of three events, each with three more of its own; both closed.
  private func forked(_ store: RunStore) throws -> (ours: RunDirectory, theirs: RunDirectory) {
    let run = try store.create(Fixtures.creation(Self.runbook))
    try append(["1", "2"], to: run)
    try run.close()
    let other = RunStore(state: store.state + "/copy")
    let ours = run.directory
    let theirs = try #require(other.directory(of: RunID("run-1")))
    try copy(ours.path, to: theirs.path)
    for (store, words) in [(store, ["a", "b", "c"]), (other, ["x", "y", "z"])] {
      // The first copy's lock is held by the value above; the files are what counts here.
      let directory = try #require(store.directory(of: RunID("run-1")))
      let journal = try Journal(of: RunID("run-1"), in: directory)
      for word in words { _ = try journal.append([note(word)], by: "ana", at: .at(3), boot: "b") }
      try journal.close()
    }
    return (ours, theirs)
  }

  private func note(_ text: String) -> RunEvent {
    .noteAdded(.init(step: nil, by: "ana", text: text, at: Fixtures.start))
  }

  private func append(_ words: [String], to run: OpenRun) throws {
    for word in words { _ = try run.append([note(word)], by: "ana", at: .at(2), boot: "b") }
  }

  private func copy(_ path: String, to target: String) throws {
    try SystemFiles.makeDirectories(target)
    for name in try SystemFiles.names(in: path) {
      let (from, to) = (path + "/" + name, target + "/" + name)
      var status = stat()
      lstat(from, &status)
      if status.st_mode & S_IFMT == S_IFDIR {
        try copy(from, to: to)
      } else {
        try SystemFiles.replace(to, in: target, with: try SystemFiles.contents(of: from))
      }
    }
  }

  private func verify(_ directory: RunDirectory, outside: ChainHead? = nil) -> Verification {
    var heads = OutsideHeads()
    if let outside { heads.heads[.file("/elsewhere")] = [Fixtures.kept(outside)] }
    return Verification(of: directory, outside: heads) { _ in Self.runbook }
  }

  /// Changes the rows of a journal as somebody with an editor of databases would, triggers and all.
  private func edit(_ directory: RunDirectory, _ edit: (Database) throws -> Void) throws {
    let queue = try DatabaseQueue(path: directory.journal)
    try queue.write { database in
      for name in ["changed", "deleted"] {
        try database.execute(sql: "DROP TRIGGER event_is_never_\(name)")
      }
      try edit(database)
      for trigger in JournalDatabase.schema.dropFirst() { try database.execute(sql: trigger) }
    }
    try queue.close()
    try HeadFile.unseal(directory.head)
  }

  private func rows(_ directory: RunDirectory) throws -> [Row] {
    let queue = try DatabaseQueue(path: directory.journal)
    defer { try? queue.close() }
    return try queue.read { try Row.fetchAll($0, sql: "SELECT * FROM event ORDER BY seq") }
  }

  private func insert(_ row: Row, as sequence: Int64, _ database: Database) throws {
    try database.execute(
      sql: "INSERT OR REPLACE INTO event VALUES (?, ?, ?, ?, ?)",
      arguments: [sequence, row["at"], row["payload"], row["previous"], row["hash"]]
    )
  }

  @Test("apart, each copy is sound: only a head kept elsewhere tells which one went on")
  func apart() async throws {
    try await Fixtures.withState { store in
      let (ours, theirs) = try forked(store)
      #expect(verify(ours).isSound && verify(theirs).isSound)
      let head = try #require(verify(ours).head)
      #expect(verify(ours, outside: head).isSound)
      let verdict = verify(theirs, outside: head)
      #expect(!verdict.isSound && verdict.firstBadEvent == 6, "\(verdict.findings)")
    }
  }

  @Test("the events of one appended to the other do not follow")
  func appended() async throws {
    try await Fixtures.withState { store in
      let (ours, theirs) = try forked(store)
      let tail = try rows(theirs).dropFirst(3)
      try edit(ours) { database in
        for (index, row) in tail.enumerated() { try insert(row, as: 7 + Int64(index), database) }
      }
      #expect(verify(ours).firstBadEvent == 7, "\(verify(ours).findings)")
    }
  }

  @Test(
    "one event of the other in the middle breaks the chain there",
    arguments: [4, 5] as [Int64]
  )
  func mixed(sequence: Int64) async throws {
    try await Fixtures.withState { store in
      let (ours, theirs) = try forked(store)
      let row = try rows(theirs)[Int(sequence) - 1]
      try edit(ours) { try insert(row, as: sequence, $0) }
      // The first event of the other follows what both have; the next of ours does not follow it.
      let bad = sequence == 4 ? 5 : sequence
      #expect(verify(ours).firstBadEvent == bad, "\(verify(ours).findings)")
    }
  }

  @Test("the other's whole tail in place of ours is found by how far ours was acknowledged")
  func replaced() async throws {
    try await Fixtures.withState { store in
      let (ours, theirs) = try forked(store)
      let tail = try rows(theirs).dropFirst(3)
      try edit(ours) { database in
        for row in tail { try insert(row, as: row["seq"], database) }
      }
      let verdict = verify(ours)
      #expect(verdict.firstBadEvent == 6, "\(verdict.findings)")
      #expect(verdict.findings.contains { $0.message.contains("the chain was rewritten") })
    }
  }
}

extension ClockReading {
  fileprivate static func at(_ seconds: Int64) -> ClockReading {
    ClockReading(
      wall: Fixtures.start.advanced(by: .seconds(seconds)),
      monotonicNanoseconds: seconds * 1_000_000_000
    )
  }
}
