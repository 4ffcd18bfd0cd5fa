import GRDB
import Glibc
import Testing

@testable import Runbooks

@Suite struct JournalTests {
  @Test("events come back as they were, chained from the name of the run")
  func chain() async throws {
    try await Fixtures.withState { store in
      let (engine, run) = try await Fixtures.engine(
        store,
        Fixtures.runbook([Fixtures.note("a"), Fixtures.note("b", needs: ["a"])])
      )
      _ = try await engine.drive()
      let entries = try run.entries()
      #expect(entries.map(\.sequence) == Array(1...Int64(entries.count)))
      #expect(entries[0].previous == Digest(of: "run-1"))
      for (a, b) in zip(entries, entries.dropFirst()) { #expect(b.previous == a.hash) }
      #expect(run.head == ChainHead(sequence: entries[6].sequence, hash: entries[6].hash))
      #expect(try JournalReader(run.directory).last() == entries.last)
      #expect(try JournalReader(run.directory).entries(after: 3, limit: 2) == Array(entries[3..<5]))
    }
  }

  @Test("rows cannot be changed or deleted by the common ways")
  func appendOnly() async throws {
    try await Fixtures.withState { store in
      let run = try store.create(Fixtures.creation(Fixtures.runbook([Fixtures.note("a")])))
      try run.close()
      let queue = try DatabaseQueue(path: run.directory.journal)
      for statement in ["UPDATE event SET at = 0", "DELETE FROM event"] {
        #expect(throws: DatabaseError.self) {
          try queue.write { try $0.execute(sql: statement) }
        }
      }
    }
  }

  @Test("a journal whose driver was killed while closing it is read as it was")
  func killedWhileClosing() async throws {
    try await Fixtures.withState { store in
      let run = try store.create(Fixtures.creation(Fixtures.runbook([Fixtures.note("a")])))
      let entries = try run.entries()
      try run.close()
      // What a kill in the middle of a change leaves: a file half changed and the journal to
      // roll it back by (sqlite.org/lockingv3.html, 4.0). With no cache, changes go out at once.
      let path = run.directory.journal
      let queue = try DatabaseQueue(path: path)
      var half: [UInt8] = []
      var rollback: [UInt8] = []
      try queue.inDatabase { database in
        try database.execute(sql: "PRAGMA cache_size = 1")
        try database.inTransaction {
          try database.execute(sql: "CREATE TABLE torn (bytes BLOB)")
          for _ in 0..<20 {
            try database.execute(sql: "INSERT INTO torn VALUES (randomblob(20000))")
          }
          half = try SystemFiles.contents(of: path)
          rollback = try SystemFiles.contents(of: path + "-journal")
          return .rollback
        }
      }
      try queue.close()
      let folder = run.directory.path
      try SystemFiles.replace(path, in: folder, with: half)
      try SystemFiles.replace(path + "-journal", in: folder, with: rollback)

      #expect(try JournalReader(run.directory).entries() == entries)
      #expect(SystemFiles.length(of: path + "-journal") == nil)
    }
  }

  @Test("a second driver is refused by name, and readers are not")
  func secondDriver() async throws {
    try await Fixtures.withState { store in
      let runbook = Fixtures.runbook([Fixtures.note("a")])
      var run: OpenRun? = try store.create(Fixtures.creation(runbook))
      #expect {
        try store.open(RunID("run-1"), by: "bo")
      } throws: { error in
        error is DriverRefusal && "\(error)".contains("ana (process \(getpid()))")
      }
      let summary = store.summary(of: RunID("run-1")) { _ in runbook }
      #expect(summary?.driver == "ana")
      #expect(summary?.status == .running)
      let directory = try #require(run?.directory)
      run = nil
      #expect(!RunLock.isHeld(directory))
      _ = try store.open(RunID("run-1"), by: "bo")
    }
  }

  @Test("everything of a run is for its owner only")
  func modes() async throws {
    try await Fixtures.withState { store in
      let (engine, run) = try await Fixtures.engine(
        store,
        Fixtures.runbook([Fixtures.step("x", .operation(Fixtures.call("op")), risk: .change)]),
        [FakeOperation("op", Ledger(), output: [65])]
      )
      _ = try await engine.drive()
      func check(_ path: String) throws {
        var status = stat()
        #expect(lstat(path, &status) == 0)
        #expect(status.st_mode & 0o077 == 0, "\(path)")
        guard status.st_mode & S_IFMT == S_IFDIR else { return }
        for name in try SystemFiles.names(in: path) { try check(path + "/" + name) }
      }
      try check(run.directory.path)
    }
  }

  @Test("a name that would leave the directory is no run")
  func names() {
    let store = RunStore(state: "/nowhere")
    for name in ["", "..", "a/b", "a.b", "é"] { #expect(store.directory(of: RunID(name)) == nil) }
    let name = RunStore.newName(for: RunbookID("queue-triage"), at: Fixtures.start)
    #expect(name.name.hasPrefix("queue-triage-20261122T0300-"))
    #expect(store.directory(of: name) != nil)
  }

  @Test(
    "errors of the disk become sentences that say what to do",
    arguments: [
      (ResultCode.SQLITE_FULL, "disk is full"), (.SQLITE_IOERR, "check the disk"),
      (.SQLITE_CORRUPT, "mailconsole verify"), (.SQLITE_NOTADB, "mailconsole verify"),
      (.SQLITE_BUSY, "another process"), (.SQLITE_READONLY, "owner and mode"),
    ]
  )
  func errors(code: ResultCode, words: String) {
    #expect {
      try JournalDatabase.attempt("/x") { throw DatabaseError(resultCode: code) }
    } throws: { error in
      error is JournalError && "\(error)".contains(words)
    }
  }

  @Test("a journal of a newer form is refused")
  func newerForm() async throws {
    try await Fixtures.withState { store in
      let run = try store.create(Fixtures.creation(Fixtures.runbook([Fixtures.note("a")])))
      try run.close()
      let queue = try DatabaseQueue(path: run.directory.journal)
      try await queue.write { try $0.execute(sql: "PRAGMA user_version = 9") }
      try queue.close()
      #expect {
        try JournalReader(run.directory).entries()
      } throws: { error in
        "\(error)".contains("newer mailconsole")
      }
    }
  }

  @Test("after a failed write nothing more is written")
  func failsClosed() async throws {
    try await Fixtures.withState { store in
      let clock = ManualRunClock(wall: Fixtures.start)
      let run = try store.create(Fixtures.creation(Fixtures.runbook([Fixtures.note("a")])))
      let bad = RunEvent.noteAdded(.init(step: nil, by: "ana", text: "x", at: Fixtures.start))
      // Another connection holds the database for longer than we wait.
      var configuration = Configuration()
      configuration.allowsUnsafeTransactions = true
      let queue = try DatabaseQueue(path: run.directory.journal, configuration: configuration)
      try queue.inDatabase { try $0.execute(sql: "BEGIN IMMEDIATE") }
      #expect(throws: JournalError.locked(path: run.directory.journal)) {
        try run.append([bad], by: "ana", at: clock.read(), boot: "b")
      }
      try queue.inDatabase { try $0.execute(sql: "ROLLBACK") }
      #expect(throws: JournalError.stopped) {
        try run.append([bad], by: "ana", at: clock.read(), boot: "b")
      }
      #expect(try run.entries().count == 1)
    }
  }

  @Test("output beyond the bound is counted and not kept; the digest is of what is kept")
  func outputBound() async throws {
    try await Fixtures.withState { store in
      try SystemFiles.makeDirectories(store.state + "/outputs")
      let blobs = BlobStore(path: store.state + "/outputs")
      let recorder = blobs.openOutput(of: StepID("a"), attempt: 1, limit: 10)
      for _ in 0..<4 { await recorder.write(Array("abcd".utf8)) }
      let end = await recorder.finish()
      #expect(end.output == BlobReference(digest: Digest(of: "abcdabcdab"), length: 10))
      #expect(end.loss == "6 bytes after the first 10 were not kept")
      #expect(await recorder.finish() == end)
      #expect(try SystemFiles.names(in: blobs.path) == [Digest(of: "abcdabcdab").hex])
      let silent = await blobs.openOutput(of: StepID("b"), attempt: 1).finish()
      #expect(silent == OutputRecorder.End(output: nil, loss: nil, didFail: false))
    }
  }

  @Test("output that cannot be kept is told at the end, and the run pauses")
  func outputLost() async throws {
    try await Fixtures.withState { store in
      let op = FakeOperation("op", Ledger(), output: [65])
      let runbook = Fixtures.runbook([
        Fixtures.step("x", .operation(Fixtures.call("op")), risk: .change),
        Fixtures.note("next", needs: ["x"]),
      ])
      let (engine, run) = try await Fixtures.engine(store, runbook, [NoEvidence(inner: op)])
      #expect(rename(run.directory.outputs, run.directory.outputs + "-gone") == 0)
      guard case .paused(_, let reason) = try await engine.drive() else {
        Issue.record("should pause")
        return
      }
      #expect(reason.contains("could not be kept"))
      #expect(await engine.state[StepID("x")]?.word == "succeeded")
    }
  }
}

/// The inner operation without its evidence.
struct NoEvidence: Runbooks.Operation {
  let inner: FakeOperation
  var declaration: OperationDeclaration { inner.declaration }

  func plan(_ arguments: Arguments, for site: Site) throws(OperationFailure) -> [PlannedAction] {
    try inner.plan(arguments, for: site)
  }

  func perform(
    _ arguments: Arguments,
    in context: OperationContext
  ) async throws(OperationFailure) -> OperationResult {
    let result = try await inner.perform(arguments, in: context)
    return OperationResult(values: result.values, summary: result.summary)
  }
}
